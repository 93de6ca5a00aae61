#pragma once
#include "data/field_source.h"
#include "fits_file.h"

#include <string>

namespace discern::io {

/// Which of x, y, z (0 to 2), time, component a FITS axis is; −1: only its first index is read.
using FitsRoles = std::vector<int>;

/// The world coordinates of an image (FITS WCS papers I to III, by wcslib, with its repairs of old headers; SIP, TPV
/// and the like are applied). Any thread may call.
class FitsSky {
public:
  /// Of the current HDU; lockFits() must be held. nullptr where the header has no celestial and no spectral axis.
  [[nodiscard]] static std::shared_ptr<const FitsSky> read(const FitsFile& fits, FitsRoles roles);
  ~FitsSky();
  FitsSky(const FitsSky&) = delete;
  FitsSky& operator=(const FitsSky&) = delete;

  /// Where a voxel index lies. Time and component are the first.
  [[nodiscard]] data::SkyPosition at(const data::Vec3& index) const;
  /// Fills in info.sky. A plate carrée whose axes are longitude and latitude places the field itself (Frame::LonLat).
  /// Gives one line for a person: "RA 202.47°, Dec 47.2°, ICRS, TAN, 0.4 arcsec/pixel"; empty without a sky.
  [[nodiscard]] std::string describe(data::FieldInfo& info) const;

private:
  class World;
  explicit FitsSky(std::unique_ptr<World> world);
  std::unique_ptr<World> world_;
};

/// The field with FieldSource::skyAt answered by `sky`.
[[nodiscard]] std::shared_ptr<const data::FieldSource> onSky(std::shared_ptr<const data::FieldSource> field,
                                                             std::shared_ptr<const FitsSky> sky);

} // namespace discern::io
