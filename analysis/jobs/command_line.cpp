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

std::string asCommand(const nlohmann::json& job) {
  const auto text = [](const nlohmann::json& value) {
    return value.is_string() ? value.get<std::string>() : value.dump();
  };
  std::string command = "discern-run run " + shellQuoted(job.value("plugin", ""));
  const auto add = [&](const std::string& option, const std::string& value) {
    command += " --" + option + " " + shellQuoted(value);
  };
  const nlohmann::json inputs = job.value("inputs", nlohmann::json::object());
  for (const auto& [name, input] : inputs.items()) {
    const std::string field = input.value("field", "");
    add("input", name + "=" + input.value("path", "") + (field.empty() ? "" : ":" + field));
    if (const std::int64_t time = input.value("time", std::int64_t{0}); time != 0)
      add("time", name + "=" + std::to_string(time));
    if (const std::int64_t component = input.value("component", std::int64_t{0}); component != 0)
      add("component", name + "=" + std::to_string(component));
  }
  const nlohmann::json parameters = job.value("parameters", nlohmann::json::object());
  for (const auto& [name, value] : parameters.items())
    add("set", name + "=" + text(value));
  if (const std::int64_t threads = job.value("threads", std::int64_t{0}); threads > 0)
    add("threads", std::to_string(threads));
  if (const std::uint64_t seed = job.value("seed", std::uint64_t{0}); seed != 0) add("seed", std::to_string(seed));
  return command;
}

} // namespace discern::jobs
