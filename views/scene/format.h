#pragma once
#include "data/field_info.h"

#include <string>
#include <vector>

namespace discern::scene {

/// A number for a person: `digits` significant figures, no trailing zeros, a true minus, ×10ⁿ when it is very large or
/// very small.
[[nodiscard]] std::string formatNumber(double value, int digits = 4);

/// A value of a field: whole numbers whole; NaN is "missing".
[[nodiscard]] std::string formatValue(const data::FieldInfo& field, double value);

/// The name of a label: from the label table, else "label 17"; 0 is "background" unless the table names it.
[[nodiscard]] std::string labelName(const data::FieldInfo& field, std::int64_t label);

/// A world position for a person: "x 28.0, y 30.5, z 15.0 px", "R 12.0, A 30.0, S 8.0 mm", "12.5° E, 47.0° N".
[[nodiscard]] std::string formatPosition(const data::FieldInfo& field, const data::Vec3& world);

/// Round numbers (1, 2 or 5 × 10ⁿ apart) inside [low, high], at most `count`, lowest first.
[[nodiscard]] std::vector<double> roundTicks(double low, double high, int count);

/// The largest of 1, 2, 5 × 10ⁿ that is not above `length`.
[[nodiscard]] double roundLength(double length);

} // namespace discern::scene
