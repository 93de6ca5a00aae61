#pragma once
#include "data/block.h"
#include "scene/colour/colormap.h"
#include "session/state.h"

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace discern::scene {

using Rgba8 = std::array<std::uint8_t, 4>;
[[nodiscard]] Rgba8 toRgba8(const Rgb& colour, double opacity = 1.0);

/// How values become colours.
struct ColorScale {
  std::array<double, 2> range{0, 1}; ///< low < high; both positive when logarithmic
  bool invert = false;
  bool logarithmic = false;
  int steps = 0;                   ///< colours, each of an equal part of the range; 0: smooth
  std::optional<Rgb> below, above; ///< absent: the map's ends
  Rgba8 missing{0, 0, 0, 0};       ///< for NaN and the field's missing value
  double opacity = 1.0;
  std::vector<std::array<double, 2>> opacityPoints; ///< place in the range, opacity; empty: automatic
  bool opacityOnSlices = false;                     ///< the points count where values become colours, too
  bool operator==(const ColorScale&) const = default;
};

/// Steps in force: those of the scale, or one for each colour of a categorical map; 0: smooth.
[[nodiscard]] int stepsOf(const ColorMap& map, const ColorScale& scale);
/// The colour at a place of the range, 0…1, turned round and in steps where the scale says so.
[[nodiscard]] Rgb colourAt(const ColorMap& map, const ColorScale& scale, double t);
/// Linear between the points; beyond them the nearest. 1 where there are none.
[[nodiscard]] double opacityAt(const std::vector<std::array<double, 2>>& points, double t);
/// The place of a value in the range, linear or logarithmic, not clamped; values that have no logarithm lie at −1.
[[nodiscard]] double placeIn(const ColorScale& scale, double value);
/// The value at a place of the range.
[[nodiscard]] double valueAt(const ColorScale& scale, double t);
/// "#rrggbb"; nothing for an empty string or another word.
[[nodiscard]] std::optional<Rgb> colourFrom(const std::string& hex);

/// The range in force: the layer's own, else the statistics' percentiles; made symmetric, positive and not empty where
/// it must be.
[[nodiscard]] std::array<double, 2> rangeInForce(const session::Layer& layer, const data::Statistics* statistics);

/// The time step whose statistics give a field its default range, the same for every view: the middle one, so that
/// colours do not change while time plays, and start-up transients do not decide.
[[nodiscard]] inline std::int64_t statisticsTime(const data::FieldInfo& field) { return field.time.size / 2; }

/// Maps whole blocks of any scalar type, quickly.
class ColorMapper {
public:
  ColorMapper(const ColorMap& map, const ColorScale& scale);
  [[nodiscard]] Rgba8 operator()(double value) const;
  /// `rgba` holds one colour a voxel. `missing`: the whole number that means "missing" in an integer field.
  void map(const data::Block& block, std::optional<double> missing, std::span<Rgba8> rgba) const;
  [[nodiscard]] const ColorScale& scale() const { return scale_; }

private:
  static constexpr int entries = 1024;
  ColorScale scale_;
  double offset_ = 0, factor_ = 1, bias_ = 0.5; ///< entry = (value or its logarithm − offset) × factor + bias
  double last_ = entries - 1;
  std::array<Rgba8, entries> table_{};
  Rgba8 below_{}, above_{};
};

} // namespace discern::scene
