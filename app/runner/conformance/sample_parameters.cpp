#include "conformance/sample_parameters.h"

#include "form/value.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

namespace discern::runner {
namespace {

using nlohmann::json;

void addEnds(const sdk::ParameterSpec& spec, std::vector<json>& values) {
  for (const auto& end : {spec.minimum, spec.maximum})
    if (end && spec.type == sdk::ParameterType::Integer)
      values.emplace_back(static_cast<std::int64_t>(*end));
    else if (end)
      values.emplace_back(*end);
}

json listOf(const sdk::ParameterSpec& spec, const json& item) {
  json list = json::array();
  for (std::size_t i = 0; i < std::max<std::size_t>(1, spec.minItems); ++i)
    list.push_back(item);
  return list;
}

json oneVoxel() { return {{0, 1}, {0, 1}, {0, 1}}; }

/// A value that is not empty, for a parameter that needs one.
json sampleOf(const sdk::ParameterSpec& spec, const std::string& plugin, const std::string& folder) {
  switch (spec.type) {
  case sdk::ParameterType::File: {
    if (!spec.example.empty()) return plugin + "/" + spec.example;
    const std::string path = folder + "/" + spec.name + (spec.suffixes.empty() ? "" : spec.suffixes.front());
    if (spec.mode == "folder") std::filesystem::create_directories(path);
    if (spec.mode == "open") std::ofstream{path};
    return path;
  }
  case sdk::ParameterType::Text:
    return "text";
  case sdk::ParameterType::Labels:
    return json::array({1});
  case sdk::ParameterType::TimeRange:
    return json::array({0, 0});
  case sdk::ParameterType::Region:
    return oneVoxel();
  case sdk::ParameterType::Field:
    return spec.input; // the files that are made call their field so
  default:
    break;
  }
  std::vector<json> items;
  if (spec.type == sdk::ParameterType::List) items = trialValues(spec.item());
  if (items.empty()) items.push_back(spec.of == sdk::ParameterType::Text ? json("text") : json(1));
  return listOf(spec, items.front());
}

} // namespace

std::vector<json> trialValues(const sdk::ParameterSpec& spec) {
  std::vector<json> values;
  switch (spec.type) {
  case sdk::ParameterType::Boolean:
    return {true, false};
  case sdk::ParameterType::Choice:
    values.reserve(spec.choices.size());
    for (const sdk::Choice& choice : spec.choices)
      values.emplace_back(choice.value);
    return values;
  case sdk::ParameterType::Axis:
    return std::vector<json>(spec.axes.begin(), spec.axes.end());
  case sdk::ParameterType::Color:
    return {"#000000", "#ffffff"};
  case sdk::ParameterType::Labels:
    return {json::array({1})};
  case sdk::ParameterType::TimeRange:
    return {json::array({0, 0})};
  case sdk::ParameterType::Region:
    return {oneVoxel()};
  case sdk::ParameterType::File:
    if (spec.mode != "save")
      values.emplace_back("/nowhere/of-this-name" + (spec.suffixes.empty() ? "" : spec.suffixes[0]));
    return values;
  case sdk::ParameterType::List:
    values = trialValues(spec.item());
    for (json& item : values)
      item = listOf(spec, item);
    return values;
  default:
    addEnds(spec, values);
    return values;
  }
}

json withRequired(const sdk::Manifest& manifest, const std::string& plugin, const std::string& folder, json given) {
  for (const sdk::ParameterSpec& spec : manifest.parameters)
    if (!given.contains(spec.name) && form::missing(spec, spec.defaultValue))
      given[spec.name] = sampleOf(spec, plugin, folder);
  return given;
}

} // namespace discern::runner
