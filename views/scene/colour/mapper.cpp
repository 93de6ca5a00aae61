#include "scene/colour/mapper.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace discern::scene {

Rgba8 toRgba8(const Rgb& colour, double opacity) {
  const auto byte = [](double part) {
    return static_cast<std::uint8_t>(std::lround(255 * std::clamp(part, 0.0, 1.0)));
  };
  return {byte(colour[0]), byte(colour[1]), byte(colour[2]), byte(opacity)};
}

std::array<double, 2> rangeInForce(const session::Layer& layer, const data::Statistics* statistics) {
  std::array<double, 2> range{0, 1};
  if (layer.range)
    range = *layer.range;
  else if (statistics)
    range = {statistics->low, statistics->high};
  if (range[1] < range[0]) std::swap(range[0], range[1]);
  // A picture that is nearly all background has both percentiles in it: take the extremes.
  if (range[0] == range[1] && !layer.range && statistics) range = {statistics->min, statistics->max};
  if (layer.symmetric) {
    const double reach = std::max(std::abs(range[0]), std::abs(range[1]));
    range = {-reach, reach};
  }
  if (layer.logarithmic) {
    if (!(range[1] > 0)) range[1] = 1;
    if (!(range[0] > 0)) range[0] = range[1] * 1e-4;
  }
  if (!(range[1] > range[0])) {
    const double half = range[0] == 0 ? 0.5 : std::abs(range[0]) * 0.5;
    range = {layer.logarithmic ? range[0] / 2 : range[0] - half, range[0] + half};
  }
  return range;
}

ColorMapper::ColorMapper(const ColorMap& map, const ColorScale& scale) : scale_(scale) {
  for (int i = 0; i < entries; ++i) {
    const double t = static_cast<double>(i) / (entries - 1);
    table_[static_cast<std::size_t>(i)] = toRgba8(map.at(scale.invert ? 1 - t : t), scale.opacity);
  }
  below_ = scale.below ? toRgba8(*scale.below, scale.opacity) : table_.front();
  above_ = scale.above ? toRgba8(*scale.above, scale.opacity) : table_.back();
  const double low = scale.logarithmic ? std::log10(scale.range[0]) : scale.range[0];
  const double high = scale.logarithmic ? std::log10(scale.range[1]) : scale.range[1];
  offset_ = low;
  factor_ = high > low ? (entries - 1) / (high - low) : 0;
}

Rgba8 ColorMapper::operator()(double value) const {
  if (std::isnan(value)) return scale_.missing;
  if (value < scale_.range[0]) return below_;
  if (value > scale_.range[1]) return above_;
  const double place = ((scale_.logarithmic ? std::log10(value) : value) - offset_) * factor_ + 0.5;
  return table_[static_cast<std::size_t>(std::clamp(place, 0.0, entries - 1.0))];
}

void ColorMapper::map(const data::Block& block, std::optional<double> missing, std::span<Rgba8> rgba) const {
  const auto count = std::min(rgba.size(), static_cast<std::size_t>(block.slab.box.voxels()));
  data::dispatch(block.type, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T* values = block.as<T>();
    const bool hasMissing = missing && !data::isFloating(block.type);
    for (std::size_t i = 0; i < count; ++i) {
      const auto value = static_cast<double>(values[i]);
      rgba[i] = hasMissing && value == *missing ? scale_.missing : (*this)(value);
    }
  });
}

} // namespace discern::scene
