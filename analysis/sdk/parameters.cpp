#include "sdk/parameters.h"

#include "form/value.h"
#include "sdk/analysis.h"

#include <algorithm>
#include <cmath>

namespace discern::sdk {
namespace {

using Json = nlohmann::json;

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
    values[spec.name] = form::checked(spec, spec.defaultValue);
  if (given.is_object())
    for (const auto& [name, value] : given.items())
      values[name] = form::checked(named(manifest, name), value);
  for (const ParameterSpec& spec : manifest.parameters)
    if (form::missing(spec, values[spec.name]) && form::isShown(spec, manifest.parameters, values))
      throw data::UsageError("parameter \"" + spec.name + "\" must be given: " + form::expectation(spec) +
                             (spec.help.empty() ? "" : ". " + spec.help));
  return values;
}

Json fromText(const Manifest& manifest, const std::string& parameter, const std::string& text) {
  return form::fromText(named(manifest, parameter), text);
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
