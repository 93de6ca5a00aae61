#pragma once
#include "data/field_source.h"
#include "fits_file.h"

namespace discern::io {

/// The image in the current HDU as a field; nullptr when it holds no pixels. FITS axis 1 is x, 2 is y; of the others
/// STOKES is the component, the first is z, the next time. Scaled values come as floats, BLANK as NaN there; unsigned
/// numbers (BZERO) stay whole. Uncompressed pixels are read straight from the file, others by CFITSIO.
/// Throws data::ReadError when the pixels reach beyond the file.
[[nodiscard]] std::shared_ptr<const data::FieldSource> fitsImage(const std::shared_ptr<const FitsFile>& fits, int hdu,
                                                                 const std::string& name, data::DatasetInfo& dataset);

} // namespace discern::io
