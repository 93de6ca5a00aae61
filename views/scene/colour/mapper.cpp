#include "scene/colour/mapper.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
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

int stepsOf(const ColorMap& map, const ColorScale& scale) {
  if (scale.steps > 0) return scale.steps;
  return map.kind == "categorical" ? static_cast<int>(map.colors.size()) : 0;
}

Rgb colourAt(const ColorMap& map, const ColorScale& scale, double t) {
  t = std::clamp(t, 0.0, 1.0);
  if (const int steps = stepsOf(map, scale); steps > 0) {
    const double step = std::min(std::floor(t * steps + 1e-9), steps - 1.0);
    // The first and the last step have the ends of the map, but a circle's ends are one colour.
    const bool ends = steps > 1 && map.kind != "cyclic" && map.kind != "categorical";
    t = ends ? step / (steps - 1) : (step + 0.5) / steps;
  }
  return map.at(scale.invert ? 1 - t : t);
}

double opacityAt(const std::vector<std::array<double, 2>>& points, double t) {
  if (points.empty()) return 1;
  if (t <= points.front()[0]) return points.front()[1];
  for (std::size_t i = 1; i < points.size(); ++i) {
    if (t > points[i][0]) continue;
    const double wide = points[i][0] - points[i - 1][0];
    const double part = wide > 0 ? (t - points[i - 1][0]) / wide : 1;
    return (1 - part) * points[i - 1][1] + part * points[i][1];
  }
  return points.back()[1];
}

double placeIn(const ColorScale& scale, double value) {
  const auto [low, high] = scale.range;
  if (scale.logarithmic) return value > 0 ? std::log(value / low) / std::log(high / low) : -1;
  return (value - low) / (high - low);
}

double valueAt(const ColorScale& scale, double t) {
  const auto [low, high] = scale.range;
  return scale.logarithmic ? low * std::pow(high / low, t) : low + t * (high - low);
}

std::optional<Rgb> colourFrom(const std::string& hex) {
  unsigned int red = 0, green = 0, blue = 0;
  if (hex.size() != 7 || std::sscanf(hex.c_str(), "#%2x%2x%2x", &red, &green, &blue) != 3) return std::nullopt;
  return Rgb{red / 255.0, green / 255.0, blue / 255.0};
}

ColorMapper::ColorMapper(const ColorMap& map, const ColorScale& scale) : scale_(scale) {
  const int steps = std::min(stepsOf(map, scale), entries);
  const int used = steps > 0 ? steps : entries;
  const auto opacity = [&](double t) {
    return scale.opacityOnSlices ? scale.opacity * opacityAt(scale.opacityPoints, t) : scale.opacity;
  };
  for (int i = 0; i < used; ++i) {
    const double t = steps > 0 ? (i + 0.5) / steps : static_cast<double>(i) / (entries - 1);
    table_[static_cast<std::size_t>(i)] = toRgba8(colourAt(map, scale, t), opacity(t));
  }
  last_ = used - 1;
  below_ = scale.below ? toRgba8(*scale.below, opacity(0)) : toRgba8(colourAt(map, scale, 0), opacity(0));
  above_ = scale.above ? toRgba8(*scale.above, opacity(1)) : toRgba8(colourAt(map, scale, 1), opacity(1));
  const double low = scale.logarithmic ? std::log10(scale.range[0]) : scale.range[0];
  const double high = scale.logarithmic ? std::log10(scale.range[1]) : scale.range[1];
  offset_ = low;
  bias_ = steps > 0 ? 1e-9 : 0.5; // a value at the border of two steps belongs to the upper one
  factor_ = high > low ? (steps > 0 ? steps : entries - 1) / (high - low) : 0;
}

Rgba8 ColorMapper::operator()(double value) const {
  if (std::isnan(value)) return scale_.missing;
  if (value < scale_.range[0]) return below_;
  if (value > scale_.range[1]) return above_;
  const double place = ((scale_.logarithmic ? std::log10(value) : value) - offset_) * factor_ + bias_;
  return table_[static_cast<std::size_t>(std::clamp(place, 0.0, last_))];
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
