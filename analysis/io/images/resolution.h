#pragma once
#include "data/field_info.h"

#include <map>
#include <string>

namespace discern::io {

/// Places an image of so many pixels a metre. Up to 2400 pixels an inch that is a printer's or a screen's resolution
/// and says nothing of what is seen: it is then kept as an attribute only.
void setResolution(double pixelsPerMetreX, double pixelsPerMetreY, data::FieldInfo& info,
                   std::map<std::string, std::string>& attributes);

} // namespace discern::io
