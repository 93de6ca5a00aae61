#include "data/error.h"
#include "data/table/table_view.h"
#include "data/table/thin.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace discern::data {

namespace {

constexpr std::int64_t pieceSize = 1 << 20; ///< values held at once

/// Values of one stretch along a spatial axis, as numbers.
void readStretch(const FieldSource& field, const LineRequest& request, std::int64_t from, std::vector<double>& out) {
  const FieldInfo& info = field.info();
  Slab slab;
  slab.time = request.time;
  slab.component = request.component;
  slab.box = {request.at, {request.at[0] + 1, request.at[1] + 1, request.at[2] + 1}};
  const auto axis = static_cast<std::size_t>(request.axis);
  slab.box.lo[axis] = from;
  slab.box.hi[axis] = from + static_cast<std::int64_t>(out.size());
  std::vector<std::byte> bytes(out.size() * sizeOf(info.type));
  field.read(slab, bytes);
  dispatch(info.type, [&](auto tag) {
    using Value = typename decltype(tag)::type;
    for (std::size_t i = 0; i < out.size(); ++i) {
      Value value;
      std::memcpy(&value, bytes.data() + i * sizeof value, sizeof value);
      const auto number = static_cast<double>(value);
      out[i] = info.missing && number == *info.missing ? std::numeric_limits<double>::quiet_NaN() : number;
    }
  });
}

void check(const FieldInfo& info, const LineRequest& request, std::int64_t size) {
  const auto refuse = [&info](const std::string& why) { throw UsageError("field " + info.name + ": " + why); };
  if (request.component < 0 || request.component >= info.components)
    refuse("there is no component " + std::to_string(request.component));
  if (request.axis < 3 && (request.time < 0 || request.time >= info.time.size))
    refuse("there is no time step " + std::to_string(request.time));
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (static_cast<int>(axis) != request.axis && (request.at[axis] < 0 || request.at[axis] >= info.shape[axis]))
      refuse("the line lies outside along " + info.axisNames[axis]);
  if (request.from < 0 || request.to < request.from || request.to > size)
    refuse("values " + std::to_string(request.from) + " to " + std::to_string(request.to) + " asked of " +
           std::to_string(size));
}

} // namespace

Curve lineThrough(const FieldSource& field, const LineRequest& request) {
  const FieldInfo& info = field.info();
  if (request.axis < 0 || request.axis > 3) throw UsageError("a line goes along x, y, z (0 to 2) or time (3)");
  const bool overTime = request.axis == 3;
  const std::int64_t size = overTime ? info.time.size : info.shape[static_cast<std::size_t>(request.axis)];
  check(info, request, size);
  Curve curve;
  LineThinner thinner(static_cast<double>(request.from), static_cast<double>(request.to - 1), request.across);
  double low = std::numeric_limits<double>::infinity(), high = -low;
  std::vector<double> values;
  for (std::int64_t at = request.from; at < request.to; at += pieceSize) {
    values.resize(static_cast<std::size_t>(std::min(pieceSize, request.to - at)));
    if (overTime)
      field.series(request.at, at, at + static_cast<std::int64_t>(values.size()), request.component, values);
    else
      readStretch(field, request, at, values);
    for (std::size_t i = 0; i < values.size(); ++i) {
      const std::int64_t index = at + static_cast<std::int64_t>(i);
      thinner.add(static_cast<double>(index), values[i], index);
      if (!std::isfinite(values[i])) continue;
      low = std::min(low, values[i]);
      high = std::max(high, values[i]);
    }
  }
  thinner.finish(curve);
  curve.xExtent = {0, static_cast<double>(size - 1)};
  curve.yExtent = low <= high ? std::array{low, high} : std::array{1.0, 0.0};
  return curve;
}

} // namespace discern::data
