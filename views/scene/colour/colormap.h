#pragma once
#include "scene/theme.h"

#include <functional>
#include <map>
#include <string>
#include <vector>

namespace discern::scene {

/// A colour map of resources/colormaps: colours evenly spaced from low to high, linear between; of a categorical one, a
/// colour for each equal part of the range.
struct ColorMap {
  std::string name, title;
  std::string kind; ///< "sequential", "diverging", "cyclic" or "categorical"
  std::string source, licence;
  std::vector<Rgb> colors;              ///< at least two
  [[nodiscard]] Rgb at(double t) const; ///< 0…1, clamped
};

/// Throws data::ReadError when the file isn't a colour map.
[[nodiscard]] ColorMap loadColorMap(const std::string& file);

/// The map of that name in resources/colormaps. Throws data::ReadError when there is none.
[[nodiscard]] ColorMap colorMapNamed(const std::string& name);

/// The maps that one view uses, each read once. A map that can't be read is reported and stands as grey.
class ColorMapShelf {
public:
  [[nodiscard]] const ColorMap& get(const std::string& name, const std::function<void(const std::string&)>& report);

private:
  std::map<std::string, ColorMap> maps_;
};

/// Every map of resources/colormaps: sequential, diverging, cyclic, categorical, each by title.
[[nodiscard]] std::vector<ColorMap> colorMaps();

} // namespace discern::scene
