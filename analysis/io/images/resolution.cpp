#include "io/images/resolution.h"

#include "io/file_text.h"

#include <cmath>

namespace discern::io {

void setResolution(double pixelsPerMetreX, double pixelsPerMetreY, data::FieldInfo& info,
                   std::map<std::string, std::string>& attributes) {
  if (!(pixelsPerMetreX > 0) || !(pixelsPerMetreY > 0)) return;
  constexpr double inch = 0.0254, finestPrinter = 2400;
  attributes["resolution"] =
      numberText(pixelsPerMetreX * inch) + " × " + numberText(pixelsPerMetreY * inch) + " pixels an inch";
  if (pixelsPerMetreX * inch <= finestPrinter || pixelsPerMetreY * inch <= finestPrinter) return;
  const double x = 1e6 / pixelsPerMetreX, y = 1e6 / pixelsPerMetreY;
  info.indexToWorld = data::Affine::scaling({x, y, x});
  info.frame = data::Frame::Cartesian;
  info.worldUnit = "µm";
  info.transform = "resolution";
}

} // namespace discern::io
