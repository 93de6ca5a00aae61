#pragma once
#include "data/field_source.h"
#include "fits_file.h"

namespace discern::io {

/// Centres of HEALPix pixels by the formulas of Górski et al. 2005 (ApJ 622:759, section 5).
struct HealpixCentre {
  double z = 0;   ///< sine of the latitude
  double phi = 0; ///< longitude in radians, 0…2π
};
[[nodiscard]] HealpixCentre healpixRing(std::int64_t nside, std::int64_t pixel);
[[nodiscard]] HealpixCentre healpixNested(std::int64_t nside, std::int64_t pixel);

/// The corners of the pixel with that centre in degrees of longitude and latitude, counterclockwise as the sky is seen
/// from outside: four, or five at a pole, whose longitudes it spans. Longitudes go on around that of the centre.
void healpixCorners(std::int64_t nside, const HealpixCentre& centre, std::vector<std::array<double, 2>>& corners);

/// True when the current HDU is a HEALPix table of one resolution.
[[nodiscard]] bool isHealpix(const FitsFile& fits);

/// Its columns as fields on the pixels, which are the cells of a grid over longitude and latitude; and the longitude
/// and latitude of each pixel's centre in degrees. Pixels without a value (UNSEEN, BAD_DATA) are NaN. Throws
/// data::ReadError when the table does not hold the pixels that its header promises.
void addHealpix(const std::shared_ptr<const FitsFile>& fits, int hdu, const std::string& name,
                std::vector<std::shared_ptr<const data::FieldSource>>& fields,
                std::vector<std::shared_ptr<const data::GridSource>>& grids, data::DatasetInfo& dataset);

} // namespace discern::io
