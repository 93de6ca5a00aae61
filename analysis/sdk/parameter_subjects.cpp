#include "form/value.h"
#include "sdk/analysis.h"
#include "sdk/parameters.h"

#include <algorithm>
#include <filesystem>

namespace discern::sdk {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;

[[noreturn]] void refuse(const ParameterSpec& spec, const std::string& why) {
  throw data::UsageError("parameter \"" + spec.name + "\": " + why);
}

void checkFile(const ParameterSpec& spec, const std::string& path) {
  if (path.empty()) return;
  std::error_code problem;
  if (spec.mode == "open" && !fs::is_regular_file(path, problem)) refuse(spec, "there is no file " + path);
  if (spec.mode == "folder" && !fs::is_directory(path, problem)) refuse(spec, "there is no folder " + path);
  if (spec.mode != "save") return;
  const fs::path folder = fs::path(path).parent_path();
  if (fs::is_directory(path, problem)) refuse(spec, path + " is a folder, and a file is to be written");
  if (!folder.empty() && !fs::is_directory(folder, problem))
    refuse(spec, "there is no folder " + folder.string() + " to write " + fs::path(path).filename().string() + " into");
}

void checkAxis(const ParameterSpec& spec, const data::FieldInfo& info, const std::string& axis) {
  const std::int64_t size = axis == "time" ? info.time.size : info.shape[static_cast<std::size_t>(axis[0] - 'x')];
  if (size < 2)
    refuse(spec, "field \"" + info.name + "\" of input \"" + spec.input + "\" does not extend along " + axis);
}

Json timesOf(const ParameterSpec& spec, const data::FieldInfo& info, const Json& range) {
  const data::TimeAxis& time = info.time;
  const std::string whose = "input \"" + spec.input + "\"";
  if (!spec.physical) {
    if (range.empty()) return Json::array({std::int64_t{0}, time.size - 1});
    if (range[1].get<std::int64_t>() >= time.size)
      refuse(spec, whose + " has steps 0 to " + std::to_string(time.size - 1) + ", and " + form::asText(spec, range) +
                       " was given");
    return range;
  }
  double first = 0, last = static_cast<double>(time.size - 1);
  if (!time.values.empty()) { // else steps stand for times
    first = std::ranges::min(time.values);
    last = std::ranges::max(time.values);
  }
  if (range.empty()) return Json::array({first, last});
  if (range[1].get<double>() < first || range[0].get<double>() > last)
    refuse(spec, whose + " has times from " + shortest(first) + " to " + shortest(last) +
                     (time.unit.empty() ? "" : " " + time.unit) + ", and " + form::asText(spec, range) + " was given");
  return range;
}

Json regionOf(const ParameterSpec& spec, const data::FieldInfo& info, const Json& region) {
  Json whole = Json::array();
  for (std::size_t axis = 0; axis < 3; ++axis) {
    whole.push_back(Json::array({std::int64_t{0}, info.shape[axis]}));
    if (!region.empty() && region[axis][1].get<std::int64_t>() > info.shape[axis])
      refuse(spec, "input \"" + spec.input + "\" has voxels 0 to " + std::to_string(info.shape[axis] - 1) + " along " +
                       static_cast<char>('x' + axis) + ", and " + form::asText(spec, region) + " was given");
  }
  return region.empty() ? whole : region;
}

} // namespace

Json checkParameters(const Manifest& manifest, const Inputs& inputs, Json values) {
  for (const ParameterSpec& spec : manifest.parameters) {
    if (!form::isShown(spec, manifest.parameters, values)) continue;
    Json& value = values[spec.name];
    if (spec.type == ParameterType::File) checkFile(spec, value.get<std::string>());
    if (spec.input.empty() || !inputs.has(spec.input)) continue;
    const data::FieldInfo& info = inputs.field(spec.input).info();
    if (spec.type == ParameterType::Axis) checkAxis(spec, info, value.get<std::string>());
    if (spec.type == ParameterType::TimeRange) value = timesOf(spec, info, value);
    if (spec.type == ParameterType::Region) value = regionOf(spec, info, value);
  }
  return values;
}

std::map<std::string, form::FieldAddress> chosenFields(const Manifest& manifest, const Json& values,
                                                       const std::map<std::string, std::string>& files) {
  std::map<std::string, form::FieldAddress> chosen;
  for (const ParameterSpec& spec : manifest.parameters) {
    if (spec.type != ParameterType::Field || !form::isShown(spec, manifest.parameters, values)) continue;
    const auto name = values.at(spec.name).get<std::string>();
    if (name.empty()) continue;
    if (spec.input.empty())
      chosen[spec.name] = form::fieldAddress(name);
    else if (const auto file = files.find(spec.input); file != files.end())
      chosen[spec.name] = {file->second, name};
  }
  return chosen;
}

} // namespace discern::sdk
