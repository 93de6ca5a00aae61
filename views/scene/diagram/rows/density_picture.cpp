#include "scene/diagram/rows/density_picture.h"

#include <algorithm>
#include <cmath>

namespace discern::scene {

void DensityPicture::clear(int columns, int rows) {
  columns_ = std::max(1, columns);
  rows_ = std::max(1, rows);
  const auto cells = static_cast<std::size_t>(columns_) * static_cast<std::size_t>(rows_);
  all_.assign(cells, 0);
  chosen_.assign(cells, 0);
}

std::vector<Rgba8> DensityPicture::colours(const Theme& theme) const {
  const std::uint32_t most = std::max<std::uint32_t>(1, *std::max_element(all_.begin(), all_.end()));
  const bool any = std::any_of(chosen_.begin(), chosen_.end(), [](std::uint32_t n) { return n > 0; });
  std::vector<Rgba8> colours(all_.size(), Rgba8{0, 0, 0, 0});
  for (std::size_t i = 0; i < all_.size(); ++i) {
    if (all_[i] == 0) continue;
    const double strength =
        0.2 + 0.8 * std::log1p(static_cast<double>(all_[i])) / std::log1p(static_cast<double>(most));
    colours[i] = chosen_[i] > 0 ? toRgba8(theme.accent, std::max(0.7, strength))
                                : toRgba8(theme.text, any ? 0.4 * strength : strength);
  }
  return colours;
}

} // namespace discern::scene
