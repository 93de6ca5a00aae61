#pragma once
#include "data/field_info.h"
#include "fits_file.h"

#include <string>

namespace discern::io {

/// Where the image of the current HDU lies on the sky, from its world coordinate keywords (FITS WCS papers I and II,
/// by wcslib). A plate carrée whose axes are longitude and latitude places the field itself (Frame::LonLat). Gives one
/// line for a person: "RA 202.47°, Dec 47.2°, TAN, 0.4 arcsec/pixel"; empty where there are no such keywords.
[[nodiscard]] std::string placeOnSky(const FitsFile& fits, data::FieldInfo& info);

} // namespace discern::io
