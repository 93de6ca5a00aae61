#pragma once
#include "scene/colour/mapper.h"
#include "scene/theme.h"

#include <cstdint>
#include <vector>

namespace discern::scene {

/// Counts in cells, all and chosen, as colours: text in shades of the logarithm, what holds chosen ones in the accent.
class DensityPicture {
public:
  void clear(int columns, int rows);
  [[nodiscard]] int columns() const { return columns_; }
  [[nodiscard]] int rows() const { return rows_; }
  void add(int column, int row, bool chosen) {
    if (column < 0 || row < 0 || column >= columns_ || row >= rows_) return;
    const auto at =
        static_cast<std::size_t>(row) * static_cast<std::size_t>(columns_) + static_cast<std::size_t>(column);
    ++all_[at];
    if (chosen) ++chosen_[at];
  }
  [[nodiscard]] std::vector<Rgba8> colours(const Theme& theme) const;

private:
  int columns_ = 0, rows_ = 0;
  std::vector<std::uint32_t> all_, chosen_;
};

} // namespace discern::scene
