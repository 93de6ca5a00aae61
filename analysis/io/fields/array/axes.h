#pragma once
#include "data/field_info.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace discern::io {

// Arrays that do not say which axis is which. An order has one letter an axis, in the order of the file: x, y, z, t
// (time), c (component), each at most once.

/// What is guessed for an array of so many axes, 1 to 5: "x", "yx", "zyx", "tzyx", "ctzyx".
[[nodiscard]] std::string guessedAxes(std::size_t rank);
[[nodiscard]] bool areAxes(std::string_view order, std::size_t rank);

/// What a person chose for a dataset of that file, or nothing. Never throws.
[[nodiscard]] std::optional<std::string> savedAxes(const std::string& path, const std::string& dataset);
/// All that a person chose for that file, as text; empty: nothing. Never throws.
[[nodiscard]] std::string allSavedAxes(const std::string& path);
/// Remembers a choice, in $XDG_CONFIG_HOME/discern/axes (or ~/.config/discern/axes), one small JSON a file, named by a
/// hash of its absolute path. "auto" forgets it. Throws data::UsageError for what is no order, or when it can't be
/// written.
void setAxes(const std::string& path, const std::string& dataset, const std::string& order);

/// Sets shape, components and time steps. Throws data::ReadError(path, …) when there are more components or values than
/// can be counted, or none.
void setShape(data::FieldInfo& info, std::span<const std::int64_t> lengths, std::string_view order,
              const std::string& path);

/// The axis that a letter stands for: 0 x, 1 y, 2 z, 3 time, 4 component.
[[nodiscard]] int axisOf(char letter);

} // namespace discern::io
