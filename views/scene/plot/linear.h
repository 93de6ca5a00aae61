#pragma once
#include "data/field_info.h"

#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace discern::scene {

/// The one axis along which a field has values: 0 … 2 in space, 3 time (of a single voxel). Nothing for a field of more
/// axes, of one value, or on a grid: that is no line.
[[nodiscard]] std::optional<int> lineAxis(const data::FieldInfo& field);

/// Where an index along that axis lies: a world coordinate, or a time (the step's number, from 1, where there is none).
[[nodiscard]] double placeAlong(const data::FieldInfo& field, int axis, double index);
/// The index that lies there, between the ends.
[[nodiscard]] double indexAlong(const data::FieldInfo& field, int axis, double place);
/// The world axis that the field's axis runs along.
[[nodiscard]] std::size_t worldAxisOf(const data::FieldInfo& field, int axis);

/// "wavelength (nm)", "x (px)", "time (s)", "step".
[[nodiscard]] std::string axisTitle(const data::FieldInfo& field, int axis);

/// Words for round times of a unit such as "days since 1979-01-01", at most `most`; nothing when less than three days
/// are in sight, or the unit names no date.
[[nodiscard]] std::vector<std::pair<double, std::string>>
dateTicks(const std::string& unit, const std::string& calendar, double low, double high, int most);
/// "2016-06-01 12:00"
[[nodiscard]] std::string dateText(const std::string& unit, const std::string& calendar, double time);

/// True of times whose unit names a date to count from.
[[nodiscard]] bool isDated(const data::FieldInfo& field);

} // namespace discern::scene
