#include "remote/scheduler/slurm.h"

#include "jobs/run_files.h"
#include "jobs/supervisor.h"
#include "remote/connection/child.h"
#include "remote/connection/errors.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace discern::remote {
namespace {

/// Long enough for a controller that is busy, short enough that nobody takes us for dead.
constexpr double commandSeconds = 20;
constexpr double askEvery = 3;

std::vector<std::string> split(const std::string& text, char separator) {
  std::vector<std::string> parts;
  std::istringstream stream(text);
  for (std::string part; std::getline(stream, part, separator);)
    parts.push_back(part);
  return parts;
}

std::string trimmed(std::string text) {
  text.erase(text.find_last_not_of(" \n\r\t") + 1);
  text.erase(0, std::min(text.find_first_not_of(" \n\r\t"), text.size()));
  return text;
}

/// In --output, "%" begins a replacement and "\\" quotes.
std::string literal(const std::string& path) {
  std::string text;
  for (const char letter : path)
    text += letter == '%' ? "%%" : letter == '\\' ? "\\\\" : std::string(1, letter);
  return text;
}

Outcome slurm(std::vector<std::string> words, double seconds) {
  try {
    return outcomeOf(words, seconds);
  } catch (const std::exception& error) {
    throw HostError(Trouble::Refused, "Slurm is not installed there: " + std::string(error.what()), "no-scheduler");
  }
}

bool silent(const Outcome& outcome) { // the controller's fault, not ours
  return outcome.code == -1 || outcome.err.find("Unable to contact slurm controller") != std::string::npos ||
         outcome.err.find("Socket timed out") != std::string::npos ||
         outcome.err.find("Zero Bytes") != std::string::npos ||
         outcome.err.find("Connection refused") != std::string::npos;
}

int positionOf(const std::string& id, const std::string& partition) {
  const Outcome outcome = slurm({"squeue", "-h", "-t", "PENDING", "-p", partition, "-S", "-p,i", "-o", "%i"}, 10);
  if (outcome.code != 0) return 0;
  const auto lines = split(outcome.out, '\n');
  const auto at = std::ranges::find_if(lines, [&](const std::string& line) { return trimmed(line) == id; });
  return at == lines.end() ? 0 : static_cast<int>(at - lines.begin()) + 1;
}

} // namespace

bool SlurmJob::ended() const {
  constexpr std::array going{"PENDING",      "CONFIGURING", "RUNNING",       "COMPLETING",  "SUSPENDED",
                             "STAGE_OUT",    "SIGNALING",   "STOPPED",       "RESIZING",    "REQUEUED",
                             "REQUEUE_HOLD", "REQUEUE_FED", "RESV_DEL_HOLD", "SPECIAL_EXIT"};
  return !state.empty() && std::ranges::find(going, state) == going.end();
}

void to_json(nlohmann::json& json, const SlurmJob& job) {
  json = {{"kind", "slurm"},
          {"id", job.id},
          {"state", job.state},
          {"reason", job.reason},
          {"nodes", job.nodes},
          {"position", job.position},
          {"partition", job.partition},
          {"elapsed", job.elapsed},
          {"remaining", job.remaining},
          {"gone", job.gone},
          {"ended", job.ended()},
          {"error", job.error},
          {"asked", job.asked}};
}

std::string slurmName(const std::string& uuid) { return "discern-" + uuid; }

double slurmSeconds(const std::string& text) {
  double days = 0;
  std::string clock = trimmed(text);
  if (const auto dash = clock.find('-'); dash != std::string::npos && dash > 0) {
    days = std::atof(clock.substr(0, dash).c_str());
    clock = clock.substr(dash + 1);
  }
  if (clock.empty() || clock.find_first_not_of("0123456789:") != std::string::npos) return -1;
  double seconds = 0;
  for (const std::string& part : split(clock, ':'))
    seconds = 60 * seconds + std::atof(part.c_str());
  return days * 86400 + seconds;
}

std::vector<std::string> sbatchWords(const Resources& resources) {
  std::vector<std::string> words;
  const auto number = [&](const char* option, int value) {
    if (value > 0) words.push_back(std::string("--") + option + "=" + std::to_string(value));
  };
  const auto text = [&](const char* option, const std::string& value) {
    if (!value.empty()) words.push_back(std::string("--") + option + "=" + value);
  };
  number("nodes", resources.nodes);
  number("ntasks", resources.tasks);
  number("cpus-per-task", resources.cpusPerTask);
  if (resources.gpus > 0) words.push_back("--gres=gpu:" + std::to_string(resources.gpus));
  if (resources.memoryMb > 0) words.push_back("--mem=" + std::to_string(resources.memoryMb) + "M");
  number("time", resources.minutes);
  text("partition", resources.partition);
  text("account", resources.account);
  text("qos", resources.qos);
  for (const std::string& word : resources.extra)
    if (word.starts_with("-")) words.push_back(word); // anything else would be taken for the script
  return words;
}

std::string batchScript(const std::string& runPath, const std::string& runner,
                        const std::vector<std::string>& prologue) {
  std::string script = "#!/bin/bash\n"
                       "# A run of Discern. Before its wall time Slurm sends SIGUSR1: the run is asked to wind up.\n"
                       "run=" +
                       jobs::shellQuoted(runPath) +
                       "\n"
                       "trap ': > \"$run/wind-up\"' USR1\n"
                       "trap : TERM # the supervisor gets it, too, and writes how the run ended\n"
                       "cd -- \"$run\" || exit 1\n";
  if (!prologue.empty()) script += "[ ! -r /etc/profile ] || . /etc/profile # where sites define \"module\"\n";
  if (!prologue.empty()) {
    script += "{\n";
    for (const std::string& line : prologue)
      script += line + "\n";
    script += "} || { echo 'discern: the prologue failed' >&2; exit 1; }\n";
  }
  script += jobs::shellQuoted(runner) + " supervise \"$run\" &\n"
                                        "child=$!\n"
                                        "code=0\n"
                                        "while kill -0 \"$child\" 2>/dev/null; do\n"
                                        "  wait \"$child\"; code=$?\n"
                                        "done\n"
                                        "exit \"$code\"\n";
  return script;
}

std::string slurmSubmit(const std::string& runPath, const std::string& uuid, const Resources& resources) {
  std::vector<std::string> words{"sbatch",
                                 "--parsable",
                                 "--job-name=" + slurmName(uuid),
                                 "--comment=discern " + uuid,
                                 "--no-requeue",
                                 "--open-mode=append",
                                 "--output=" + literal(runPath) + "/slurm.out",
                                 "--error=" + literal(runPath) + "/slurm.out"};
  // Slurm may send it up to a minute early. A short job keeps most of its time.
  const int notice = resources.minutes > 0 ? std::min(60, 15 * resources.minutes) : 60;
  words.push_back("--signal=B:USR1@" + std::to_string(notice));
  const auto asked = sbatchWords(resources);
  words.insert(words.end(), asked.begin(), asked.end());
  words.push_back(runPath + "/batch.sh");
  const Outcome outcome = slurm(words, 60);
  if (silent(outcome))
    throw HostError(Trouble::Refused, "Slurm's controller doesn't answer: " + trimmed(outcome.err), "no-scheduler");
  if (outcome.code != 0)
    throw HostError(Trouble::Refused, "Slurm doesn't take the job: " + trimmed(outcome.err), "refused");
  const std::string last =
      trimmed(outcome.out).substr(trimmed(outcome.out).rfind('\n') + 1); // a wrapper may talk before
  return last.substr(0, last.find(';'));
}

SlurmJob slurmAsk(const std::string& uuid, double seconds) {
  SlurmJob job;
  const Outcome outcome =
      slurm({"squeue", "-h", "-t", "all", "--name=" + slurmName(uuid), "-o", "%i|%T|%M|%L|%N|%P|%r"}, seconds);
  if (outcome.code != 0) {
    job.error = outcome.code == -1 ? "squeue didn't answer within " + std::to_string(static_cast<int>(seconds)) + " s"
                                   : trimmed(outcome.err);
    return job;
  }
  job.asked = jobs::now();
  const auto lines = split(trimmed(outcome.out), '\n');
  if (lines.empty() || lines.back().empty()) {
    job.gone = true;
    return job;
  }
  const auto parts = split(lines.back(), '|');
  if (parts.size() < 6) {
    job.error = "squeue said what isn't understood: " + lines.back().substr(0, 200);
    return job;
  }
  job.id = trimmed(parts[0]);
  job.state = trimmed(parts[1]);
  job.elapsed = std::max(0.0, slurmSeconds(parts[2]));
  job.remaining = slurmSeconds(parts[3]);
  job.nodes = trimmed(parts[4]);
  job.partition = trimmed(parts[5]);
  job.reason = parts.size() > 6 ? trimmed(parts[6]) : "";
  if (job.reason == "None") job.reason.clear();
  if (job.state == "PENDING") job.position = positionOf(job.id, job.partition);
  return job;
}

void slurmCancel(const std::string& uuid) {
  const Outcome outcome = slurm({"scancel", "--name=" + slurmName(uuid)}, commandSeconds);
  if (outcome.code != 0)
    throw HostError(Trouble::Refused,
                    "scancel: " + (outcome.code == -1 ? std::string("no answer") : trimmed(outcome.err)),
                    silent(outcome) ? "no-scheduler" : "refused");
}

std::string slurmGreeting() {
  const Outcome version = slurm({"sinfo", "--version"}, 10);
  const Outcome nodes = slurm({"sinfo", "-h", "-N", "-o", "%N"}, commandSeconds);
  if (nodes.code != 0)
    throw HostError(Trouble::Refused,
                    "Slurm doesn't answer: " + (nodes.code == -1 ? std::string("sinfo hangs") : trimmed(nodes.err)),
                    "no-scheduler");
  auto names = split(nodes.out, '\n');
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return trimmed(version.out) + ", " + std::to_string(names.size()) + (names.size() == 1 ? " node" : " nodes");
}

SlurmWatch::SlurmWatch() : thread_([this] { work(); }) {}

SlurmWatch::~SlurmWatch() {
  {
    const std::scoped_lock lock(mutex_);
    stop_ = true;
  }
  wake_.notify_one();
  thread_.join();
}

std::optional<SlurmJob> SlurmWatch::look(const std::string& uuid) {
  const std::scoped_lock lock(mutex_);
  const bool fresh = !jobs_.contains(uuid);
  const Entry& entry = jobs_[uuid];
  if (fresh) wake_.notify_one();
  return entry.known ? std::optional(entry.job) : std::nullopt;
}

void SlurmWatch::forget(const std::string& uuid) {
  const std::scoped_lock lock(mutex_);
  jobs_.erase(uuid);
}

void SlurmWatch::hurry() {
  const std::scoped_lock lock(mutex_);
  for (auto& [uuid, entry] : jobs_)
    entry.next = std::min(entry.next, std::max(jobs::now(), entry.next - askEvery + 0.5)); // twice a second at most
  wake_.notify_one();
}

void SlurmWatch::work() {
  std::unique_lock lock(mutex_);
  while (!stop_) {
    const double time = jobs::now();
    const auto due = std::ranges::find_if(jobs_, [&](const auto& entry) { return entry.second.next <= time; });
    if (due == jobs_.end()) {
      wake_.wait_for(lock, std::chrono::milliseconds(200));
      continue;
    }
    const std::string uuid = due->first;
    due->second.next = time + askEvery;
    lock.unlock();
    SlurmJob job;
    try {
      job = slurmAsk(uuid, commandSeconds);
    } catch (const std::exception& error) {
      job.error = error.what();
    }
    lock.lock();
    const auto entry = jobs_.find(uuid);
    if (entry == jobs_.end()) continue;
    if (!job.error.empty() && entry->second.known) { // what it said last stays
      entry->second.job.error = job.error;
    } else {
      entry->second.job = job;
    }
    entry->second.known = true;
  }
}

} // namespace discern::remote
