#include "jobs/report/rank_report.h"

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <regex>

namespace discern::jobs {
namespace fs = std::filesystem;
namespace {

/// The number of a signal by what it is called in "task 1: Segmentation fault"; 0: no signal.
int signalNamed(const std::string& text) {
  for (int signal = 1; signal < 32; ++signal)
    if (const char* name = sigdescr_np(signal); name && *name && text.starts_with(name)) return signal;
  return 0;
}

/// What Open MPI's mpirun and Slurm's srun say of the rank that ended the others.
RankFault fromLauncher(const std::string& run) {
  static const std::regex openMpi(R"(process rank (\d+) .*exited on signal (\d+))");
  static const std::regex slurm(R"(task (\d+): (.*))");
  RankFault fault;
  for (const std::string& line : lastLines(run + "/launcher.log", 200)) {
    std::smatch match;
    if (std::regex_search(line, match, openMpi)) {
      fault.rank = std::atoi(match[1].str().c_str());
      fault.signal = std::atoi(match[2].str().c_str());
      return fault;
    }
    if (line.find("srun: error") != std::string::npos && std::regex_search(line, match, slurm))
      if (const int signal = signalNamed(match[2]); signal != 0 && signal != SIGKILL && signal != SIGTERM) {
        fault.rank = std::atoi(match[1].str().c_str());
        fault.signal = signal;
        return fault;
      }
  }
  return fault;
}

} // namespace

std::vector<std::string> lastErrorLines(const std::string& folder, int count) {
  static const std::regex trace(R"(^\[[^\]]*:\d+\] )"); // Open MPI's picture of the stack: "[host:pid] [ 7] /lib/…"
  std::vector<std::string> lines = lastLines(folder + "/stderr.log", 60);
  std::erase_if(lines, [](const std::string& line) { return line.empty() || std::regex_search(line, trace); });
  if (lines.size() > static_cast<std::size_t>(count)) lines.erase(lines.begin(), lines.end() - count);
  return lines;
}

namespace {

std::vector<std::string> lastWordsOf(const std::string& folder) {
  std::vector<std::string> lines;
  for (const Event& event : lastEvents(folder + "/events.jsonl", 1 << 14))
    if (event.kind == "log" && event.value.is_string()) lines.push_back(event.value.get<std::string>());
  if (lines.size() > 5) lines.erase(lines.begin(), lines.end() - 5);
  for (std::string& line : lastErrorLines(folder, 5))
    lines.push_back(std::move(line));
  return lines;
}

} // namespace

std::string rankFolder(const std::string& run, int rank) {
  return rank == 0 ? run : run + "/ranks/" + std::to_string(rank);
}

RankFault rankFault(const std::string& run) {
  RankFault fault = fromLauncher(run);
  double first = 0;
  std::error_code problem;
  for (fs::directory_iterator at(run + "/ranks", problem), end; !problem && at != end; at.increment(problem)) {
    const int rank = std::atoi(at->path().filename().c_str());
    for (const Event& event : lastEvents(at->path().string() + "/events.jsonl", 1 << 16)) {
      if (event.kind == "outOfMemory") fault.outOfMemory = true;
      if (event.kind != "error" || !event.value.is_string() || (first > 0 && event.time >= first)) continue;
      first = event.time;
      fault.error = event.value.get<std::string>();
      if (fault.signal == 0) fault.rank = rank;
    }
  }
  if (fault.rank >= 0) fault.lastLines = lastWordsOf(rankFolder(run, fault.rank));
  return fault;
}

} // namespace discern::jobs
