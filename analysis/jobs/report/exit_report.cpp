#include "jobs/report/exit_report.h"

#include "data/memory_estimate.h"
#include "jobs/process/process_tree.h"
#include "jobs/report/rank_report.h"

#include <algorithm>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <sys/wait.h>

namespace discern::jobs {
namespace fs = std::filesystem;
namespace {

constexpr int lastLineCount = 5;

std::string signalText(int signal) {
  const char* name = sigabbrev_np(signal);
  return "signal " + std::to_string(signal) + (name ? " (SIG" + std::string(name) + ")" : "");
}

std::string bytesText(std::int64_t bytes) { return data::memoryText(static_cast<double>(bytes)); }

class Report {
public:
  explicit Report(const WorkerEnd& end) : end_(end) {
    exit_.maxMemoryBytes = std::max(static_cast<std::int64_t>(end.usage.ru_maxrss) * 1024, end.peakMemory);
    exit_.signal = WIFSIGNALED(end.status) ? WTERMSIG(end.status) : 0;
    exit_.code = WIFEXITED(end.status) ? WEXITSTATUS(end.status) : 1;
  }

  ExitFile exit() {
    std::error_code ignored;
    if (exit_.code == 0 && exit_.signal == 0 && fs::exists(end_.run + "/result.h5", ignored)) {
      exit_.state = RunState::Succeeded;
      exit_.woundUp = end_.woundUp;
      if (end_.woundUp) exit_.message = "Stopped before its time ran out; the result is partial.";
      return exit_;
    }
    if (!end_.overLimit && (exit_.code == 4 || end_.cancelled)) {
      exit_.state = RunState::Cancelled;
      exit_.code = 4;
      char grace[32];
      std::snprintf(grace, sizeof grace, "%g s", end_.graceSeconds);
      exit_.message = end_.killed
                          ? "Cancelled. The analysis didn't stop within " + std::string(grace) + " and was killed."
                          : "Cancelled.";
      return exit_;
    }
    if (end_.ranks) {
      rank_ = rankFault(end_.run);
      if (exit_.signal == 0 && exit_.code > 128) exit_.signal = exit_.code - 128; // as shells and launchers say it
      if (rank_.signal != 0) exit_.signal = rank_.signal;
      if (exit_.signal != 0) exit_.code = 1;
    }
    if (isOutOfMemory())
      outOfMemory();
    else
      failed();
    return exit_;
  }

private:
  [[nodiscard]] bool isOutOfMemory() const {
    if (end_.overLimit || end_.outOfMemory || rank_.outOfMemory) return true;
    if (exit_.signal == SIGKILL) return machineRanOut();
    if (end_.memoryLimit <= 0) return false;
    // A program that uses none of our modules says it in its own way.
    return std::ranges::any_of(lastLines(end_.run + "/stderr.log", 20), [](const std::string& line) {
      return line.find("MemoryError") != std::string::npos || line.find("std::bad_alloc") != std::string::npos ||
             line.find("Cannot allocate memory") != std::string::npos ||
             line.find("cannot allocate memory") != std::string::npos;
    });
  }

  [[nodiscard]] bool machineRanOut() const { return outOfMemoryKills() > end_.oomKillsBefore; }

  void outOfMemory() {
    exit_.outOfMemory = true;
    if (exit_.code == 0) exit_.code = 1;
    const std::string held = " (it held " + bytesText(exit_.maxMemoryBytes) + " when it asked for more)";
    if (end_.memoryLimit > 0)
      exit_.message = "The analysis needed more memory than its limit of " + bytesText(end_.memoryLimit) + held +
                      ". Give it a larger limit, a smaller field or fewer threads.";
    else
      exit_.message = "There was not enough memory for this analysis of this input" + held +
                      ". Give it a smaller field or fewer threads, or close other programs.";
    exit_.message += lastWords();
  }

  void failed() {
    const bool named = rank_.rank >= 0;
    const std::string who = named ? "Rank " + std::to_string(rank_.rank) + " of the analysis" : "The analysis";
    const std::string rest = named ? " The other ranks were ended." : "";
    if (exit_.signal == SIGKILL) {
      exit_.message =
          who + " was killed by " + signalText(SIGKILL) + ": by hand, or because memory ran out." + rest + lastWords();
    } else if (exit_.signal != 0) {
      exit_.message = who + " crashed with " + signalText(exit_.signal) + "." + rest + lastWords();
    } else if (!end_.error.empty()) {
      exit_.message = end_.error + lastWords();
    } else if (!rank_.error.empty()) {
      exit_.message = "On rank " + std::to_string(rank_.rank) + ": " + rank_.error + lastWords();
    } else if (exit_.code == 0) {
      exit_.code = 1;
      exit_.message = "The analysis ended without writing a result." + lastWords();
    } else {
      exit_.message = who + " ended with code " + std::to_string(exit_.code) + "." + lastWords();
    }
  }

  [[nodiscard]] std::string lastWords() const {
    std::vector<std::string> lines = rank_.rank > 0 ? rank_.lastLines : end_.log;
    const std::string& told = end_.error.empty() ? rank_.error : end_.error;
    if (rank_.rank <= 0)
      for (std::string& line : lastErrorLines(end_.run, lastLineCount))
        lines.push_back(std::move(line));
    if (lines.empty() && end_.ranks) lines = lastLines(end_.run + "/launcher.log", 3 * lastLineCount);
    std::string text;
    for (const std::string& line : lines)
      if (!line.empty() && (told.empty() || line.find(told) == std::string::npos)) text += "\n  " + line;
    return text.empty()
               ? text
               : "\nLast lines" + (rank_.rank > 0 ? " of rank " + std::to_string(rank_.rank) : "") + ":" + text;
  }

  const WorkerEnd& end_;
  ExitFile exit_;
  RankFault rank_;
};

} // namespace

void WorkerEnd::hear(const Event& event) {
  if (event.kind == "error" && event.value.is_string()) error = event.value.get<std::string>();
  if (event.kind == "outOfMemory") outOfMemory = true;
  if (event.kind == "woundUp") woundUp = true;
  if (event.kind == "log" && event.value.is_string()) {
    log.push_back(event.value.get<std::string>());
    if (log.size() > lastLineCount) log.erase(log.begin());
  }
}

ExitFile exitOf(const WorkerEnd& end) { return Report(end).exit(); }

std::int64_t memoryLimitOf(const nlohmann::json& job) {
  if (!job.is_object() || !job.contains("memoryLimitBytes") || !job["memoryLimitBytes"].is_number()) return 0;
  return std::max<std::int64_t>(0, static_cast<std::int64_t>(job["memoryLimitBytes"].get<double>()));
}

} // namespace discern::jobs
