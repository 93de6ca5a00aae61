#pragma once
/// Values of parameters: what is allowed, and how they are written as text.
#include "form/parameter.h"

namespace discern::form {

/// What is expected, for a sentence: "a number from 0 to 20 voxels", "a box of voxels such as 0:64,0:64,0:32".
[[nodiscard]] std::string expectation(const Parameter& parameter);
/// The same for a table, and shorter: "number 0 to 20", "otsu | manual".
[[nodiscard]] std::string allowed(const Parameter& parameter);

/// The value in the parameter's own type (whole numbers as integers, labels sorted, colours in lower case). Throws
/// data::UsageError that names the parameter, what was given and what is expected. An empty value is accepted even
/// where one is required: see missing(). Files are not looked at.
[[nodiscard]] nlohmann::json checked(const Parameter& parameter, const nlohmann::json& given);
/// A sentence for the place below a field: "Must be a whole number from 1 to 9." Empty: the value is good.
[[nodiscard]] std::string complaint(const Parameter& parameter, const nlohmann::json& given);
/// The value is required and empty.
[[nodiscard]] bool missing(const Parameter& parameter, const nlohmann::json& value);

/// A value as a person types it, in the parameter's type. Files and folders are taken from the current folder. Text
/// that begins with "[" is read as JSON where the value is a list, a range, a region or labels. Throws as checked()
/// does.
///
///     number, integer  1.5        choice, text, file, field  as it is     labels     1,4,7-9
///     boolean          true       color                      #4c9aff      timeRange  0:11
///     axis             z          list                       1,2.5,4      region     0:64,0:64,0:32
[[nodiscard]] nlohmann::json fromText(const Parameter& parameter, const std::string& text);
/// What was typed as a value that need not be allowed, for checks as one types; null: it can't be read at all.
[[nodiscard]] nlohmann::json unchecked(const Parameter& parameter, const std::string& text);
/// What fromText reads back.
[[nodiscard]] std::string asText(const Parameter& parameter, const nlohmann::json& value);

} // namespace discern::form
