#pragma once
#include "data/field_info.h"
#include "sdk/manifest.h"

#include <nlohmann/json.hpp>
#include <string>

namespace discern::sdk {

class Inputs;

/// The full parameter set: `given` (an object, may be null) with every default filled in. Throws UsageError that names
/// the parameter, what was given and what is allowed: an unknown name, a wrong type, a value out of range or not among
/// the choices.
[[nodiscard]] nlohmann::json complete(const Manifest& manifest, const nlohmann::json& given);

/// A value as a person types it ("1.5", "true", "otsu"), in the parameter's type. Throws UsageError as above.
[[nodiscard]] nlohmann::json fromText(const Manifest& manifest, const std::string& parameter, const std::string& text);

/// Checks what was given against the manifest's inputs: required ones, axes, same grid. Throws UsageError.
void checkInputs(const Manifest& manifest, const Inputs& inputs);

/// Empty when both fields have the same shape and their voxels the same places; else a sentence that says what differs.
[[nodiscard]] std::string gridDifference(const data::FieldInfo& a, const data::FieldInfo& b);

} // namespace discern::sdk
