#include "sdk/parameters.h"

#include "sdk/analysis.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace discern::sdk {
namespace {

using Json = nlohmann::json;

std::string range(const ParameterSpec& spec) {
  const std::string unit = spec.unit.empty() ? "" : " " + spec.unit;
  const std::string kind = spec.type == ParameterType::Integer ? "a whole number" : "a number";
  if (spec.minimum && spec.maximum)
    return kind + " from " + shortest(*spec.minimum) + " to " + shortest(*spec.maximum) + unit;
  if (spec.minimum) return kind + ", at least " + shortest(*spec.minimum) + unit;
  if (spec.maximum) return kind + ", at most " + shortest(*spec.maximum) + unit;
  return kind + (unit.empty() ? "" : " in" + unit);
}

std::string expectation(const ParameterSpec& spec) {
  switch (spec.type) {
  case ParameterType::Boolean:
    return "true or false";
  case ParameterType::Text:
    return "text";
  case ParameterType::Choice: {
    std::string text = "one of";
    for (const Choice& choice : spec.choices)
      text += (text == "one of" ? " " : ", ") + choice.value;
    return text;
  }
  default:
    return range(spec);
  }
}

[[noreturn]] void refuse(const ParameterSpec& spec, const std::string& given) {
  throw data::UsageError("parameter \"" + spec.name + "\" must be " + expectation(spec) + ", and " + given +
                         " was given");
}

/// The value in the parameter's own type.
Json checked(const ParameterSpec& spec, const Json& given) {
  switch (spec.type) {
  case ParameterType::Boolean:
    if (!given.is_boolean()) refuse(spec, given.dump());
    return given;
  case ParameterType::Text:
    if (!given.is_string()) refuse(spec, given.dump());
    return given;
  case ParameterType::Choice:
    if (std::ranges::none_of(spec.choices, [&](const Choice& choice) { return given == choice.value; }))
      refuse(spec, given.dump());
    return given;
  default:
    break;
  }
  if (!given.is_number()) refuse(spec, given.dump());
  const double value = given.get<double>();
  if (!std::isfinite(value)) refuse(spec, "a value that is not finite");
  if ((spec.minimum && value < *spec.minimum) || (spec.maximum && value > *spec.maximum)) refuse(spec, given.dump());
  if (spec.type == ParameterType::Number) return value;
  if (given.is_number_integer()) return given;
  if (value != std::floor(value) || std::fabs(value) > 9e15) refuse(spec, given.dump());
  return static_cast<std::int64_t>(value);
}

const ParameterSpec& named(const Manifest& manifest, const std::string& name) {
  if (const ParameterSpec* spec = manifest.parameter(name)) return *spec;
  std::string known;
  for (const ParameterSpec& spec : manifest.parameters)
    known += (known.empty() ? "" : ", ") + spec.name;
  throw data::UsageError(manifest.id + " has no parameter \"" + name + "\"; it has " +
                         (known.empty() ? "none" : known));
}

std::string shapeText(const data::Index3& shape) {
  return std::to_string(shape[0]) + " × " + std::to_string(shape[1]) + " × " + std::to_string(shape[2]);
}

std::string pointText(const data::Vec3& point, const std::string& unit) {
  return "(" + shortest(point[0]) + ", " + shortest(point[1]) + ", " + shortest(point[2]) + ")" +
         (unit.empty() ? "" : " " + unit);
}

} // namespace

Json complete(const Manifest& manifest, const Json& given) {
  if (!given.is_null() && !given.is_object())
    throw data::UsageError("parameters must be an object {name: value}, found " + given.dump());
  Json values = Json::object();
  for (const ParameterSpec& spec : manifest.parameters)
    values[spec.name] = checked(spec, spec.defaultValue);
  if (given.is_object())
    for (const auto& [name, value] : given.items())
      values[name] = checked(named(manifest, name), value);
  return values;
}

Json fromText(const Manifest& manifest, const std::string& parameter, const std::string& text) {
  const ParameterSpec& spec = named(manifest, parameter);
  if (spec.type == ParameterType::Text || spec.type == ParameterType::Choice) return checked(spec, text);
  if (spec.type == ParameterType::Boolean) {
    if (text == "true" || text == "1" || text == "yes" || text == "on") return true;
    if (text == "false" || text == "0" || text == "no" || text == "off") return false;
    refuse(spec, "\"" + text + "\"");
  }
  if (spec.type == ParameterType::Integer) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error == std::errc() && end == text.data() + text.size()) return checked(spec, value);
  }
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value))
    refuse(spec, "\"" + text + "\"");
  return checked(spec, value);
}

void checkInputs(const Manifest& manifest, const Inputs& inputs) {
  for (const InputSpec& spec : manifest.inputs) {
    if (!inputs.has(spec.name)) {
      if (spec.required)
        throw data::UsageError("input \"" + spec.name + "\" is required" + (spec.help.empty() ? "" : ": " + spec.help));
      continue;
    }
    const data::FieldInfo& info = inputs.field(spec.name).info();
    for (const std::string& axis : spec.axes) {
      const std::int64_t size = axis == "time" ? info.time.size : info.shape[static_cast<std::size_t>(axis[0] - 'x')];
      if (size < 2)
        throw data::UsageError("input \"" + spec.name + "\" must extend along " + axis + ", and field \"" + info.name +
                               "\" is " + shapeText(info.shape) + " voxels with " + std::to_string(info.time.size) +
                               " time steps");
    }
    if (spec.sameGridAs.empty() || !inputs.has(spec.sameGridAs)) continue;
    const std::string difference = gridDifference(inputs.field(spec.sameGridAs).info(), info);
    if (!difference.empty())
      throw data::UsageError("\"" + spec.sameGridAs + "\" and \"" + spec.name + "\" must lie on the same grid: " +
                             difference + ". Nothing is resampled silently; bring one onto the other's grid first.");
  }
}

std::string gridDifference(const data::FieldInfo& a, const data::FieldInfo& b) {
  if (a.shape != b.shape) return "one has " + shapeText(a.shape) + " voxels, the other " + shapeText(b.shape);
  // Compared where it matters, at the corners: half a hundredth of a voxel is rounding, more is another place.
  const data::Vec3 spacing = a.indexToWorld.spacing();
  const double tolerance = 0.005 * std::min({spacing[0], spacing[1], spacing[2]});
  for (int corner = 0; corner < 8; ++corner) {
    data::Vec3 index{};
    for (std::size_t axis = 0; axis < 3; ++axis)
      index[axis] = (corner >> axis & 1) != 0 ? static_cast<double>(a.shape[axis] - 1) : 0.0;
    const data::Vec3 p = a.world(index), q = b.world(index);
    const double distance = std::hypot(p[0] - q[0], p[1] - q[1], p[2] - q[2]);
    if (distance > tolerance)
      return "both have " + shapeText(a.shape) + " voxels, but voxel " + pointText(index, "") + " of one lies at " +
             pointText(p, a.worldUnit) + " and of the other at " + pointText(q, b.worldUnit);
  }
  return {};
}

} // namespace discern::sdk
