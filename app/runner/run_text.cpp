#include "run_text.h"

#include "command.h"
#include "data/provenance.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>

namespace discern::runner {
namespace fs = std::filesystem;
namespace {

/// Letters, not bytes: how wide a UTF-8 text stands.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, [](char letter) { return (letter & 0xC0) != 0x80; }));
}

[[noreturn]] void refuseMemory(const std::string& text) {
  throw data::UsageError("\"" + text + "\" is no amount of memory: 4G or 500M is expected, at least 1M");
}

bool isNumber(const std::string& text) {
  return !text.empty() && text.find_first_not_of("0123456789.-+e%") == std::string::npos;
}

} // namespace

std::string runPath(const std::string& text) {
  std::error_code ignored;
  if (fs::exists(text + "/job.json", ignored)) return fs::absolute(text, ignored).lexically_normal().string();
  std::vector<std::string> found;
  if (!text.empty() && text.find('/') == std::string::npos)
    for (const std::string& path : jobs::runsIn(jobs::runsFolder())) {
      const std::string name = fs::path(path).filename().string();
      if (name == text || jobs::RunDirectory(path).glance().uuid == text) return path;
      if (name.starts_with(text)) found.push_back(path);
    }
  if (found.size() == 1) return found.front();
  if (found.size() > 1)
    throw data::UsageError("\"" + text + "\" may mean " + std::to_string(found.size()) +
                           " runs; give more of the name");
  throw data::UsageError("there is no run \"" + text + "\": neither a run directory, nor a name in " +
                         jobs::runsFolder());
}

nlohmann::json asJson(const jobs::Snapshot& snapshot) {
  const auto orNull = [](double value) { return value > 0 ? nlohmann::json(value) : nlohmann::json(nullptr); };
  const bool final = jobs::isFinal(snapshot.state);
  nlohmann::json json{{"run", snapshot.path},
                      {"uuid", snapshot.uuid},
                      {"plugin", snapshot.plugin},
                      {"title", snapshot.title},
                      {"state", jobs::nameOf(snapshot.state)},
                      {"phase", snapshot.phase},
                      {"progress", snapshot.progress},
                      {"started", orNull(snapshot.started)},
                      {"ended", orNull(snapshot.ended)},
                      {"exitCode", final ? nlohmann::json(exitCode(snapshot)) : nlohmann::json(nullptr)},
                      {"signal", snapshot.signal},
                      {"message", snapshot.message},
                      {"result", snapshot.result},
                      {"summary", snapshot.summary}};
  if (final) {
    json["wallSeconds"] = snapshot.wallSeconds;
    json["maxMemoryBytes"] = snapshot.maxMemoryBytes;
    json["woundUp"] = snapshot.woundUp;
  }
  if (snapshot.job.is_object())
    for (const char* key : {"inputs", "parameters", "threads", "seed", "on", "memoryLimitBytes"})
      if (snapshot.job.contains(key)) json[key] = snapshot.job[key];
  return json;
}

int exitCode(const jobs::Snapshot& snapshot) {
  switch (snapshot.state) {
  case jobs::RunState::Succeeded:
    return Done;
  case jobs::RunState::Cancelled:
    return WasCancelled;
  case jobs::RunState::Failed:
    return snapshot.exitCode == WrongUsage || snapshot.exitCode == UnreadableInput ? snapshot.exitCode : AnalysisFailed;
  default:
    return AnalysisFailed;
  }
}

std::string duration(double seconds) { return data::durationText(seconds); }

std::string memory(std::int64_t bytes) {
  char text[64];
  if (bytes < 1'000'000'000)
    std::snprintf(text, sizeof text, "%.0f MB", static_cast<double>(bytes) * 1e-6);
  else
    std::snprintf(text, sizeof text, "%.1f GB", static_cast<double>(bytes) * 1e-9);
  return text;
}

std::int64_t memoryBytes(const std::string& text) {
  char* end = nullptr;
  const double number = std::strtod(text.c_str(), &end);
  std::string unit(end);
  unit.erase(0, unit.find_first_not_of(' '));
  std::ranges::transform(unit, unit.begin(), [](unsigned char letter) { return std::toupper(letter); });
  if (unit.ends_with('B')) unit.pop_back();
  constexpr std::string_view prefixes = "KMGT";
  double factor = 1;
  if (const auto at = unit.size() == 1 ? prefixes.find(unit[0]) : std::string_view::npos; at != std::string_view::npos)
    factor = std::pow(1000.0, static_cast<double>(at + 1));
  else if (!unit.empty())
    refuseMemory(text);
  if (!(number * factor >= 1e6) || number * factor > 1e16) refuseMemory(text);
  return static_cast<std::int64_t>(number * factor);
}

std::string columns(const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::size_t> widths;
  std::vector<bool> numeric;
  for (std::size_t r = 0; r < rows.size(); ++r)
    for (std::size_t c = 0; c < rows[r].size(); ++c) {
      if (widths.size() <= c) {
        widths.push_back(0);
        numeric.push_back(true);
      }
      widths[c] = std::max(widths[c], width(rows[r][c]));
      if (r > 0 && !rows[r][c].empty() && !isNumber(rows[r][c])) numeric[c] = false; // the first row is the heading
    }
  std::string text;
  for (const auto& row : rows) {
    std::string line;
    for (std::size_t c = 0; c < row.size(); ++c) {
      const std::string gap(widths[c] - width(row[c]), ' ');
      line += (c > 0 ? "  " : "") + (numeric[c] && rows.size() > 1 ? gap + row[c] : row[c] + gap);
    }
    line.erase(line.find_last_not_of(' ') + 1);
    text += line + "\n";
  }
  return text;
}

} // namespace discern::runner
