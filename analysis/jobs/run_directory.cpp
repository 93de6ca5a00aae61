#include "jobs/run_directory.h"

#include "data/error.h"
#include "jobs/run_files.h"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <random>
#include <sys/stat.h>

namespace discern::jobs {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;

/// A run that has no state after so long was never started: whoever made it died first.
constexpr double startGrace = 15;
/// The supervisor writes state.json about once a second; silence from another host for so long means that we can't see
/// it.
constexpr double heartbeatGrace = 30;

std::string hex(int digits) {
  std::random_device source;
  std::string text;
  while (static_cast<int>(text.size()) < digits)
    text += "0123456789abcdef"[source() % 16];
  return text;
}

double modified(const std::string& path) {
  struct stat info {};
  if (stat(path.c_str(), &info) != 0) return 0;
  return static_cast<double>(info.st_mtim.tv_sec) + 1e-9 * static_cast<double>(info.st_mtim.tv_nsec);
}

double numberAt(const Json& json, const char* key, double fallback = 0) {
  return json.is_object() && json.contains(key) && json[key].is_number() ? json[key].get<double>() : fallback;
}

ProcessIdentity processAt(const Json& json, const char* key) {
  ProcessIdentity process;
  try {
    if (json.is_object() && json.contains(key) && json[key].is_object()) process = json[key].get<ProcessIdentity>();
  } catch (const Json::exception&) {
    // a broken entry is no process
  }
  return process;
}

void readState(const std::string& path, const Json& state, Snapshot& snapshot) {
  snapshot.state = runStateFromName(textAt(state, "state")).value_or(RunState::Queued);
  snapshot.phase = textAt(state, "phase");
  snapshot.progress = numberAt(state, "progress");
  snapshot.started = numberAt(state, "started");
  snapshot.workerPid = processAt(state, "worker").pid;
  snapshot.note = textAt(state, "note");
  if (state.contains("scheduler")) snapshot.scheduler = state["scheduler"];
  if (state.contains("summary") && state["summary"].is_object()) snapshot.summary = state["summary"];
  if (state.contains("partials") && state["partials"].is_array())
    for (const Json& partial : state["partials"])
      if (partial.is_string()) snapshot.partials.push_back(path + "/" + partial.get<std::string>());
}

void readEvents(const std::string& path, int logLines, Snapshot& snapshot) {
  for (const Event& event : lastEvents(path + "/events.jsonl", 1 << 16)) {
    if (event.kind == "phase" && event.value.is_string())
      snapshot.phase = event.value.get<std::string>();
    else if (event.kind == "progress" && event.value.is_number())
      snapshot.progress = event.value.get<double>();
    else if (event.kind == "log" && event.value.is_string())
      snapshot.log.push_back(event.value.get<std::string>());
    else if (event.kind == "summary" && event.value.is_object())
      snapshot.summary[textAt(event.value, "name")] = event.value.value("value", Json());
    else if (event.kind == "partial" && event.value.is_string()) {
      const std::string file = path + "/" + event.value.get<std::string>();
      snapshot.partialTime = event.time;
      if (std::ranges::find(snapshot.partials, file) == snapshot.partials.end()) snapshot.partials.push_back(file);
    }
  }
  if (snapshot.log.size() > static_cast<std::size_t>(logLines))
    snapshot.log.erase(snapshot.log.begin(), snapshot.log.end() - logLines);
}

void readExit(const Json& exit, Snapshot& snapshot) {
  snapshot.state = runStateFromName(textAt(exit, "state")).value_or(RunState::Failed);
  snapshot.exitCode = static_cast<int>(numberAt(exit, "code", 1));
  snapshot.signal = static_cast<int>(numberAt(exit, "signal"));
  snapshot.message = textAt(exit, "message");
  snapshot.ended = numberAt(exit, "ended");
  snapshot.wallSeconds = numberAt(exit, "wallSeconds");
  snapshot.maxMemoryBytes = static_cast<std::int64_t>(numberAt(exit, "maxMemoryBytes"));
  snapshot.woundUp = exit.contains("woundUp") && exit["woundUp"].is_boolean() && exit["woundUp"].get<bool>();
  if (exit.contains("summary") && exit["summary"].is_object()) snapshot.summary = exit["summary"];
}

/// No exit.json: is anyone still at work?
void readProcesses(const std::string& path, const Json& state, Snapshot& snapshot) {
  if (isFinal(snapshot.state)) snapshot.state = RunState::Running; // the end is near, but only exit.json says so
  if (!snapshot.host.empty()) {                                    // it goes on elsewhere, whoever lives here
    const ProcessIdentity follower = processAt(state, "supervisor");
    if (follower.onThisHost() && follower.alive()) return;
    const bool fresh = !state.is_object() && now() - numberAt(snapshot.job, "created") < startGrace;
    if (fresh || fs::exists(path + "/exit.json")) return;
    snapshot.state = RunState::Unreachable;
    snapshot.unwatched = true;
    snapshot.detached = fs::exists(path + "/detached");
    if (snapshot.detached) snapshot.note.clear();
    snapshot.message = snapshot.detached
                           ? "Left to itself on " + snapshot.host + ", where it goes on; follow it to see how."
                           : "Nobody here follows this run; it may still go on on " + snapshot.host + ".";
    return;
  }
  if (!state.is_object()) {                           // nobody has taken the run up yet
    if (fs::exists(path + "/submitted.json")) return; // it waits in a scheduler's queue
    const double made = std::max({modified(path + "/job.json"), modified(path), numberAt(snapshot.job, "created")});
    if (now() - made > startGrace) {
      snapshot.state = RunState::Failed;
      snapshot.message = snapshot.job.is_object()
                             ? "The run was never started: whoever made it ended before."
                             : "This folder is not a whole run: job.json is missing or incomplete.";
    }
    return;
  }
  const ProcessIdentity supervisor = processAt(state, "supervisor"), worker = processAt(state, "worker");
  if (!supervisor.onThisHost()) {
    if (now() - numberAt(state, "time") > heartbeatGrace) {
      snapshot.state = RunState::Unreachable;
      snapshot.message = "No sign of life from " + supervisor.host + "; the run may still be going on there.";
    }
    return;
  }
  if (supervisor.alive() || worker.alive()) return;
  if (fs::exists(path + "/exit.json")) return; // written since we looked; the next snapshot has it
  const bool waited = snapshot.state == RunState::Queued;
  snapshot.state = RunState::Failed;
  snapshot.ended = std::max(modified(path + "/events.jsonl"), numberAt(state, "time"));
  if (waited)
    snapshot.message = "The run was waiting for its turn when its supervisor was killed. Run it again.";
  else
    snapshot.message =
        "The run was killed, and its supervisor with it (out of memory, a restart of the machine, or by hand).";
}

void readJob(const std::string& path, Snapshot& snapshot) {
  snapshot.path = path;
  snapshot.job = readJson(path + "/job.json");
  snapshot.uuid = textAt(snapshot.job, "uuid");
  snapshot.plugin = textAt(snapshot.job, "plugin");
  snapshot.title = textAt(snapshot.job, "title");
  snapshot.host = hostOf(snapshot.job);
}

void findResult(const std::string& path, const Json& exit, Snapshot& snapshot) {
  if (snapshot.state != RunState::Succeeded) return;
  std::error_code ignored;
  snapshot.progress = 1;
  if (fs::exists(path + "/result.h5", ignored))
    snapshot.result = path + "/result.h5";
  else
    snapshot.result = textAt(exit, "result");
}

std::string stateHome() {
  const char* state = std::getenv("XDG_STATE_HOME");
  if (state && *state == '/') return state;
  const char* home = std::getenv("HOME");
  return std::string(home && *home ? home : "/tmp") + "/.local/state";
}

} // namespace

RunDirectory RunDirectory::create(const std::string& path, Json job) {
  if (!job.is_object())
    throw data::UsageError("a job must be an object with \"plugin\", \"inputs\" and \"parameters\"");
  std::error_code problem;
  const std::string folder = fs::absolute(path, problem).lexically_normal().string();
  if (fs::exists(folder, problem)) {
    if (!fs::is_directory(folder, problem))
      throw data::UsageError(folder + " is a file; a run needs a folder of its own");
    if (fs::exists(folder + "/job.json", problem))
      throw data::UsageError(folder + " holds a run already; give another name");
    if (!fs::is_empty(folder, problem))
      throw data::UsageError(folder + " is not empty; a run needs a folder of its own");
  }
  fs::create_directories(folder + "/partial", problem);
  if (problem) throw data::UsageError(folder + " can't be made: " + problem.message());
  job["format"] = 1;
  if (textAt(job, "uuid").empty()) job["uuid"] = freshUuid();
  if (!job.contains("created")) job["created"] = now();
  if (job.contains("inputs") && job["inputs"].is_object())
    for (auto& [name, input] : job["inputs"].items())
      if (input.is_object() && !textAt(input, "path").empty() && !textAt(input, "path").starts_with("ssh://"))
        input["path"] = fs::absolute(textAt(input, "path"), problem).lexically_normal().string();
  writeJson(folder + "/job.json", job);
  return RunDirectory(folder);
}

Snapshot RunDirectory::snapshot(int logLines) const {
  Snapshot snapshot;
  readJob(path_, snapshot);
  const Json state = readJson(path_ + "/state.json"), exit = readJson(path_ + "/exit.json");
  if (state.is_object()) readState(path_, state, snapshot);
  if (logLines > 0) readEvents(path_, logLines, snapshot);
  std::error_code ignored;
  if (!snapshot.host.empty()) // named by a mirrored event before the file has come over
    std::erase_if(snapshot.partials, [&](const std::string& partial) { return !fs::exists(partial, ignored); });
  snapshot.cancelRequested = fs::exists(path_ + "/cancel", ignored);
  snapshot.windUpRequested = fs::exists(path_ + "/wind-up", ignored);
  if (exit.is_object())
    readExit(exit, snapshot);
  else
    readProcesses(path_, state, snapshot);
  if (snapshot.state == RunState::Failed &&
      logLines > 0) // what a crash left on stderr explains more than the plugin's own log
    for (std::string& line : lastLines(path_ + "/stderr.log", 20))
      if (std::ranges::find(snapshot.log, line) == snapshot.log.end()) snapshot.log.push_back(std::move(line));
  findResult(path_, exit, snapshot);
  return snapshot;
}

Snapshot RunDirectory::glance() const {
  const Json exit = readJson(path_ + "/exit.json");
  if (!exit.is_object() || numberAt(exit, "started") <= 0) return snapshot(0);
  Snapshot ended;
  readJob(path_, ended);
  ended.started = numberAt(exit, "started");
  readExit(exit, ended);
  findResult(path_, exit, ended);
  return ended;
}

std::vector<Event> RunDirectory::events(std::int64_t afterSequence) const {
  std::vector<Event> events = EventReader(path_ + "/events.jsonl").next();
  std::erase_if(events, [&](const Event& event) { return event.sequence <= afterSequence; });
  return events;
}

void RunDirectory::requestCancel() const { std::ofstream(path_ + "/cancel").put('\n'); }
void RunDirectory::requestWindUp() const { std::ofstream(path_ + "/wind-up").put('\n'); }

bool RunDirectory::signalOrphan(int signal) const {
  const Json state = readJson(path_ + "/state.json");
  const ProcessIdentity supervisor = processAt(state, "supervisor"), worker = processAt(state, "worker");
  if (!worker.onThisHost() || supervisor.alive() || !worker.alive() || worker.pid <= 1) return false;
  return kill(static_cast<pid_t>(-worker.pid), signal) == 0 || kill(static_cast<pid_t>(worker.pid), signal) == 0;
}

std::string hostOf(const Json& job) {
  std::string on = textAt(job, "on");
  return on == "process" || on.starts_with("mpi:") ? std::string() : on;
}

std::string freshUuid() {
  std::ifstream file("/proc/sys/kernel/random/uuid");
  std::string uuid;
  std::getline(file, uuid);
  if (uuid.size() == 36) return uuid;
  return hex(8) + "-" + hex(4) + "-4" + hex(3) + "-a" + hex(3) + "-" + hex(12);
}

std::string configFolder() {
  const char* config = std::getenv("XDG_CONFIG_HOME");
  if (config && *config == '/') return std::string(config) + "/discern";
  const char* home = std::getenv("HOME");
  return std::string(home && *home ? home : "/tmp") + "/.config/discern";
}

std::string runsFolder() { return stateHome() + "/discern/runs"; }

std::vector<std::string> runsIn(const std::string& folder) {
  std::vector<std::pair<double, std::string>> found;
  std::error_code problem;
  for (fs::directory_iterator at(folder, fs::directory_options::skip_permission_denied, problem), end;
       !problem && at != end; at.increment(problem)) {
    const std::string path = at->path().string();
    const double made = modified(path + "/job.json");
    if (made > 0) found.emplace_back(made, path);
  }
  std::ranges::sort(found, std::greater<>());
  std::vector<std::string> paths;
  paths.reserve(found.size());
  for (auto& [made, path] : found)
    paths.push_back(std::move(path));
  return paths;
}

void listElsewhere(const std::string& runPath) {
  std::error_code ignored;
  const fs::path run = fs::canonical(runPath, ignored);
  const std::string name = textAt(readJson(runPath + "/job.json"), "plugin");
  fs::create_directories(runsFolder(), ignored);
  for (fs::directory_iterator at(runsFolder(), ignored), end; !ignored && at != end; at.increment(ignored)) {
    std::error_code broken;
    if (at->is_symlink(broken) && fs::canonical(at->path(), broken) == run) return; // the folder was used before
  }
  ignored.clear();
  if (run.parent_path() != fs::canonical(runsFolder(), ignored)) fs::create_symlink(run, newRunPath(name), ignored);
}

std::string newRunPath(const std::string& pluginId) {
  const std::time_t seconds = std::time(nullptr);
  std::tm local{};
  localtime_r(&seconds, &local);
  char stamp[32];
  std::strftime(stamp, sizeof stamp, "%Y%m%d-%H%M%S", &local);
  const std::string last = pluginId.substr(pluginId.rfind('.') + 1);
  std::string name;
  for (const char letter : last)
    name += std::isalnum(static_cast<unsigned char>(letter)) != 0 ? letter : '-';
  return runsFolder() + "/" + stamp + "-" + (name.empty() ? "run" : name.substr(0, 60)) + "-" + hex(6);
}

} // namespace discern::jobs
