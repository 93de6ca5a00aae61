#include "command.h"
#include "conformance/conformance.h"
#include "run_text.h"
#include "sdk/parameters.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace discern::runner {

int checkPluginCommand(const std::vector<std::string>& words) {
  const Arguments arguments(words, {"input", "seconds", "memory"}, {"json"});
  if (arguments.words().size() != 1) throw data::UsageError("check-plugin takes the folder of one plugin");
  ConformanceOptions options;
  for (const std::string& text : arguments.values("input")) {
    const auto at = text.find('=');
    if (at == std::string::npos) throw data::UsageError("--input takes NAME=FILE, found \"" + text + "\"");
    options.inputs[text.substr(0, at)] = std::filesystem::absolute(text.substr(at + 1)).string();
  }
  const auto number = [&](const char* name, double otherwise) {
    if (!arguments.has(name)) return otherwise;
    try {
      return std::stod(arguments.value(name));
    } catch (const std::exception&) {
      throw data::UsageError("--" + std::string(name) + " takes a number, found \"" + arguments.value(name) + "\"");
    }
  };
  options.seconds = number("seconds", options.seconds);
  options.memory = static_cast<std::int64_t>(number("memory", static_cast<double>(options.memory) / 1e9) * 1e9);
  const bool asJson = arguments.has("json");
  const auto findings = checkPlugin(
      arguments.words()[0], options, asJson ? nullptr : +[](const Finding& finding) {
        std::printf("%-4s  %-14s  %s\n", finding.good ? "ok" : "FAIL", finding.check.c_str(), finding.message.c_str());
        std::fflush(stdout);
      });
  const bool good = std::all_of(findings.begin(), findings.end(), [](const Finding& finding) { return finding.good; });
  if (asJson) {
    nlohmann::json list = nlohmann::json::array();
    for (const Finding& finding : findings)
      list.push_back({{"check", finding.check}, {"ok", finding.good}, {"message", finding.message}});
    std::puts(nlohmann::json{{"ok", good}, {"checks", list}}.dump(2).c_str());
  }
  return good ? Done : AnalysisFailed;
}

} // namespace discern::runner
