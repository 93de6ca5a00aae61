#include "jobs/supervisor.h"

#include <algorithm>
#include <cctype>

namespace discern::jobs {

std::string shellQuoted(const std::string& word) {
  const auto safe = [](unsigned char letter) {
    return std::isalnum(letter) != 0 ||
           std::string_view("_-./=:,@%+").find(static_cast<char>(letter)) != std::string_view::npos;
  };
  if (!word.empty() && std::ranges::all_of(word, safe)) return word;
  std::string quoted = "'";
  for (const char letter : word) {
    if (letter == '\'')
      quoted += "'\\''";
    else
      quoted += letter;
  }
  return quoted + "'";
}

namespace {

using Json = nlohmann::json;

/// The value of a key, or null: a job may have been written by anyone.
const Json& at(const Json& json, const char* key) {
  static const Json null;
  return json.is_object() && json.contains(key) ? json[key] : null;
}

std::string text(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.is_null() ? "" : value.dump();
}

} // namespace

std::string asCommand(const Json& job) {
  std::string command = "discern-run run " + shellQuoted(text(at(job, "plugin")));
  const auto add = [&](const std::string& option, const std::string& value) {
    command += " --" + option + " " + shellQuoted(value);
  };
  const auto addNumber = [&](const char* option, const std::string& prefix, const Json& value) {
    if (value.is_number_integer() && value != 0) add(option, prefix + value.dump());
  };
  for (const auto& [name, input] : at(job, "inputs").items()) {
    const std::string field = text(at(input, "field"));
    add("input", name + "=" + text(at(input, "path")) + (field.empty() ? "" : ":" + field));
    addNumber("time", name + "=", at(input, "time"));
    addNumber("component", name + "=", at(input, "component"));
  }
  for (const auto& [name, value] : at(job, "parameters").items())
    add("set", name + "=" + text(value));
  addNumber("threads", "", at(job, "threads"));
  addNumber("seed", "", at(job, "seed"));
  if (const std::string on = text(at(job, "on")); !on.empty() && on != "process") add("on", on);
  if (!hostOf(job).empty()) {
    for (const auto& [name, value] : at(job, "resources").items()) {
      if (value.is_array()) {
        for (const Json& word : value)
          add("resource", name + "=" + text(word));
      } else {
        add("resource", name + "=" + text(value));
      }
    }
    if (!text(at(job, "sendPlugin")).empty() || job.value("sentAlong", false)) command += " --send-plugin";
  }
  if (const Json& limit = at(job, "memoryLimitBytes"); limit.is_number() && limit > 0)
    add("memory", std::to_string(static_cast<std::int64_t>(limit.get<double>())));
  return command;
}

} // namespace discern::jobs
