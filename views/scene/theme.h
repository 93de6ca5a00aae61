#pragma once
#include <array>
#include <string>

namespace discern::scene {

using Rgb = std::array<double, 3>; ///< 0…1

/// The colours of a picture. `fromTokens` reads resources/theme.json, the one place that names them.
struct Theme {
  bool dark = true;
  Rgb canvas, surface, raised, text, muted, accent, good, warn, bad;
  Rgb truth, prediction, missed, spurious, split, merged, boundary, missing;
  std::string fontFile; ///< a TrueType file for text in pictures; empty: VTK's own
  [[nodiscard]] static Theme fromTokens(const std::string& jsonFile, bool dark);
};

/// The folder of icons, colour maps, coastlines and demo data: $DISCERN_RESOURCES, ../share/discern beside the program,
/// or the source tree.
[[nodiscard]] std::string resourceFolder();

} // namespace discern::scene
