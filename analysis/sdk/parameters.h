#pragma once
#include "data/field_info.h"
#include "form/field_address.h"
#include "sdk/manifest.h"

#include <nlohmann/json.hpp>
#include <string>

namespace discern::sdk {

class Inputs;

/// The full parameter set: `given` (an object, may be null) with every default filled in. Throws UsageError that names
/// the parameter, what was given and what is allowed: an unknown name, a wrong type, a value out of range or not among
/// the choices, an empty value where one is required.
[[nodiscard]] nlohmann::json complete(const Manifest& manifest, const nlohmann::json& given);

/// A value as a person types it ("1.5", "true", "otsu"; form/value.h has them all), in the parameter's type. Throws
/// UsageError as above.
[[nodiscard]] nlohmann::json fromText(const Manifest& manifest, const std::string& parameter, const std::string& text);

/// The parameters of a run beside its inputs: files are there, axes, ranges of time and regions lie within the input
/// that they are about. Gives them back with what was left empty filled in: a range of time and a region are the whole
/// of the input. `values` come from complete(). Throws UsageError.
[[nodiscard]] nlohmann::json checkParameters(const Manifest& manifest, const Inputs& inputs, nlohmann::json values);

/// The fields that parameters of type field name: parameter → where it is. `files`: input → its file.
[[nodiscard]] std::map<std::string, form::FieldAddress>
chosenFields(const Manifest& manifest, const nlohmann::json& values, const std::map<std::string, std::string>& files);

/// Checks what was given against the manifest's inputs: required ones, axes, same grid. Throws UsageError.
void checkInputs(const Manifest& manifest, const Inputs& inputs);

/// Empty when both fields have the same shape and their voxels the same places; else a sentence that says what differs.
[[nodiscard]] std::string gridDifference(const data::FieldInfo& a, const data::FieldInfo& b);

} // namespace discern::sdk
