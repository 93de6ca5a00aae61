#include "scene/plot/linear.h"

#include "scene/format.h"

#include <algorithm>
#include <cmath>

namespace discern::scene {
namespace {

bool hasTimes(const data::FieldInfo& field) {
  return field.time.values.size() == static_cast<std::size_t>(field.time.size);
}

data::Vec3 worldOf(const data::FieldInfo& field, int axis, double index) {
  data::Vec3 at{0, 0, 0};
  at[static_cast<std::size_t>(axis)] = index;
  return field.world(at);
}

} // namespace

std::optional<int> lineAxis(const data::FieldInfo& field) {
  if (field.support != data::Support::Voxels) return std::nullopt;
  std::optional<int> found;
  for (int axis = 0; axis < 3; ++axis) {
    if (field.shape[static_cast<std::size_t>(axis)] <= 1) continue;
    if (found) return std::nullopt;
    found = axis;
  }
  if (!found && field.time.size > 1) return 3;
  return found;
}

std::size_t worldAxisOf(const data::FieldInfo& field, int axis) {
  const data::Vec3 from = worldOf(field, axis, 0), to = worldOf(field, axis, 1);
  std::size_t best = static_cast<std::size_t>(axis);
  for (std::size_t world = 0; world < 3; ++world)
    if (std::abs(to[world] - from[world]) > std::abs(to[best] - from[best])) best = world;
  return best;
}

double placeAlong(const data::FieldInfo& field, int axis, double index) {
  if (axis < 3) return worldOf(field, axis, index)[worldAxisOf(field, axis)];
  if (!hasTimes(field)) return index + 1;
  const double inside = std::clamp(index, 0.0, static_cast<double>(field.time.size - 1));
  const auto low = static_cast<std::size_t>(inside);
  const std::size_t high = std::min(low + 1, field.time.values.size() - 1);
  const double share = inside - static_cast<double>(low);
  return field.time.values[low] * (1 - share) + field.time.values[high] * share;
}

double indexAlong(const data::FieldInfo& field, int axis, double place) {
  if (axis < 3) {
    data::Vec3 world = worldOf(field, axis, 0);
    world[worldAxisOf(field, axis)] = place;
    const double last = static_cast<double>(field.shape[static_cast<std::size_t>(axis)] - 1);
    return std::clamp(field.index(world)[static_cast<std::size_t>(axis)], 0.0, last);
  }
  const double last = static_cast<double>(field.time.size - 1);
  if (!hasTimes(field)) return std::clamp(place - 1, 0.0, last);
  const auto& values = field.time.values;
  const auto above = std::lower_bound(values.begin(), values.end(), place);
  if (above == values.begin()) return 0;
  if (above == values.end()) return last;
  const auto high = static_cast<std::size_t>(above - values.begin());
  const double step = values[high] - values[high - 1];
  return static_cast<double>(high) - (step > 0 ? (values[high] - place) / step : 0);
}

std::string dateText(const std::string& unit, const std::string& calendar, double time) {
  data::TimeAxis one;
  one.unit = unit;
  one.calendar = calendar;
  one.values = {time};
  return one.label(0);
}

std::vector<std::pair<double, std::string>> dateTicks(const std::string& unit, const std::string& calendar, double low,
                                                      double high, int most) {
  constexpr double datesFrom = 3; // days in sight
  std::vector<std::pair<double, std::string>> ticks;
  if (unit.find(" since ") == std::string::npos) return ticks;
  const double day = unit.starts_with("s") ? 86400 : unit.starts_with("min") ? 1440 : unit.starts_with("h") ? 24 : 1;
  if ((high - low) / day < datesFrom) return ticks;
  // Round numbers of days, so that dates are whole.
  for (const double tick : roundTicks(low / day, high / day, std::max(2, most)))
    ticks.emplace_back(tick * day, dateText(unit, calendar, tick * day));
  const bool midnight =
      std::all_of(ticks.begin(), ticks.end(), [](const auto& tick) { return tick.second.ends_with(" 00:00"); });
  for (auto& [place, words] : ticks)
    if (midnight) words.resize(words.size() - 6);
  return ticks;
}

bool isDated(const data::FieldInfo& field) {
  return hasTimes(field) && field.time.unit.find(" since ") != std::string::npos;
}

std::string axisTitle(const data::FieldInfo& field, int axis) {
  if (axis == 3) {
    if (!hasTimes(field)) return "step";
    return field.time.unit.empty() ? "time" : "time (" + field.time.unit + ")";
  }
  std::string name = field.axisNames[static_cast<std::size_t>(axis)];
  if (field.frame == data::Frame::VoxelIndex) return name + " (index)";
  const std::string unit = field.frame == data::Frame::LonLat ? "°" : field.worldUnit;
  return unit.empty() ? name : name + " (" + unit + ")";
}

} // namespace discern::scene
