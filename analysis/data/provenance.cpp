#include "data/provenance.h"

#include "data/memory_estimate.h"

#include <algorithm>
#include <array>
#include <cstdio>
#include <nlohmann/json.hpp>

namespace discern::data {
namespace {

using Json = nlohmann::json;

constexpr std::array told{"plugin",  "pluginName", "pluginVersion", "program", "title",       "run",
                          "host",    "started",    "ended",         "threads", "ranks",       "seed",
                          "woundUp", "inputs",     "parameters",    "summary", "wallSeconds", "maxMemoryBytes"};

class Attributes {
public:
  explicit Attributes(const DatasetInfo& dataset) : all_(dataset.attributes) {}
  [[nodiscard]] std::string text(const char* name) const {
    const auto found = all_.find(name);
    return found == all_.end() ? std::string() : found->second;
  }
  [[nodiscard]] Json json(const char* name) const { return Json::parse(text(name), nullptr, false); }
  [[nodiscard]] double number(const char* name) const {
    const Json value = json(name);
    return value.is_number() ? value.get<double>() : 0;
  }

private:
  const std::map<std::string, std::string>& all_;
};

std::string plain(const Json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); }

/// "2026-11-28T08:11:11Z" → "2026-11-28 08:11:11 UTC"
std::string timeText(std::string iso) {
  if (const auto t = iso.find('T'); t != std::string::npos) iso[t] = ' ';
  if (iso.ends_with('Z')) iso.replace(iso.size() - 1, 1, " UTC");
  return iso;
}

std::string inputText(const Json& input) {
  if (!input.is_object()) return plain(input);
  std::string text = input.value("path", "");
  if (const std::string field = input.value("field", ""); !field.empty()) text += ", field " + field;
  for (const char* which : {"time", "component"})
    if (input.contains(which) && input[which].is_number_integer() && input[which] != 0)
      text += std::string(", ") + which + " " + input[which].dump();
  if (const std::string hash = input.value("sha256", ""); !hash.empty()) text += ", SHA-256 " + hash;
  return text;
}

} // namespace

std::string durationText(double seconds) {
  char text[48];
  if (seconds < 60)
    std::snprintf(text, sizeof text, "%.1f s", std::max(0.0, seconds));
  else if (seconds < 3600)
    std::snprintf(text, sizeof text, "%d min %02d s", static_cast<int>(seconds) / 60, static_cast<int>(seconds) % 60);
  else
    std::snprintf(text, sizeof text, "%d h %02d min", static_cast<int>(seconds / 3600),
                  static_cast<int>(seconds / 60) % 60);
  return text;
}

bool isProvenance(const DatasetInfo& dataset, const std::string& attribute) {
  return dataset.attributes.contains("plugin") && dataset.attributes.contains("pluginVersion") &&
         std::ranges::find(told, attribute) != told.end();
}

std::vector<ProvenanceLine> provenanceOf(const DatasetInfo& dataset) {
  std::vector<ProvenanceLine> lines;
  if (!isProvenance(dataset, "plugin")) return lines;
  const Attributes attributes(dataset);
  const auto add = [&lines](const std::string& name, const std::string& value) {
    if (!value.empty()) lines.emplace_back(name, value);
  };
  const std::string name = attributes.text("pluginName"), id = attributes.text("plugin");
  add("Analysis", (name.empty() ? id : name) + " " + attributes.text("pluginVersion"));
  if (!name.empty()) add("Identity", id);
  if (attributes.text("woundUp") == "true") add("Partial", "ended early, as asked; the result is not whole");
  add("Made", timeText(attributes.text("ended")));
  add("Host", attributes.text("host"));
  if (const double seconds = attributes.number("wallSeconds"); seconds > 0) add("Took", durationText(seconds));
  if (const double bytes = attributes.number("maxMemoryBytes"); bytes > 0)
    add("Memory", memoryText(bytes) + (attributes.number("ranks") > 1 ? " at most, on one process" : " at most"));
  if (attributes.number("ranks") > 1) add("Processes", attributes.text("ranks"));
  add("Threads", attributes.text("threads"));
  add("Seed", attributes.text("seed"));
  add("Program", attributes.text("program"));
  add("Run", attributes.text("run"));
  if (const Json inputs = attributes.json("inputs"); inputs.is_object())
    for (const auto& [input, value] : inputs.items())
      add("Input " + input, inputText(value));
  if (const Json parameters = attributes.json("parameters"); parameters.is_object())
    for (const auto& [parameter, value] : parameters.items())
      add("Parameter " + parameter, plain(value));
  if (const Json summary = attributes.json("summary"); summary.is_object())
    for (const auto& [number, value] : summary.items())
      add("Result " + number, plain(value));
  return lines;
}

} // namespace discern::data
