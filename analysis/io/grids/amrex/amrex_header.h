#pragma once
#include "io/grids/object/amr_boxes.h"

#include <string>

namespace discern::io {

/// Where a box's values are: behind a line of text at `offset` of `file`.
struct AmrexFab {
  std::string file; ///< with its folder
  std::int64_t offset = 0;
};
struct AmrexPlot {
  std::string version;
  std::vector<std::string> names; ///< of the components
  int dimensions = 3;
  double time = 0;
  int coordinates = 0; ///< 0 Cartesian, 1 cylindrical, 2 spherical
  data::Vec3 origin{};
  std::vector<AmrLevel> levels;
  std::vector<std::vector<AmrexFab>> fabs; ///< one a box
};

/// Reads Header and each level's Cell_H. Throws data::ReadError, naming the file.
[[nodiscard]] AmrexPlot amrexPlot(const std::string& folder);

/// What the line before a box's values says.
struct AmrexFabHeader {
  AmrBox box; ///< with cells around it that belong to others
  int components = 0;
  int size = 8; ///< bytes of a value
  bool big = false;
  std::int64_t data = 0; ///< where the values begin
};
[[nodiscard]] AmrexFabHeader amrexFab(const AmrexFab& fab, int dimensions);

} // namespace discern::io
