#include "remote/agent/runs.h"

#include "data/error.h"
#include "jobs/run_files.h"
#include "jobs/supervisor.h"
#include "remote/agent/files.h"
#include "remote/connection/errors.h"

#include <algorithm>
#include <csignal>
#include <fcntl.h>
#include <filesystem>
#include <fstream>
#include <set>
#include <sys/file.h>
#include <unistd.h>

namespace discern::remote {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;
using jobs::textAt;

/// After a job's end its exit.json may be seen late over a network file system.
constexpr double reportGrace = 15;
constexpr std::int64_t largestPiece = 1 << 20;

/// The run's folder a request names. Throws when it is none.
std::string runAt(const Json& params) {
  const std::string path = files::absolute(textAt(params, "path"));
  std::error_code ignored;
  if (!fs::exists(path + "/job.json", ignored))
    throw HostError(Trouble::Refused, path + " is no run, or was removed", "no-file");
  return path;
}

/// One submitter, one undertaker at a time, over all agents.
class RunLock {
public:
  explicit RunLock(const std::string& run)
      : descriptor_(open((run + "/.agent").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    if (descriptor_ < 0)
      throw HostError(Trouble::Refused, run + " can't be written: " + std::generic_category().message(errno),
                      errno == ENOSPC || errno == EDQUOT ? "no-space" : "failed");
    flock(descriptor_, LOCK_EX);
  }
  ~RunLock() { close(descriptor_); }
  RunLock(const RunLock&) = delete;
  RunLock& operator=(const RunLock&) = delete;

private:
  int descriptor_;
};

void writeOrRefuse(const std::string& path, const Json& json) {
  try {
    jobs::writeJson(path, json);
  } catch (const std::exception& error) {
    throw HostError(Trouble::Refused, error.what(), files::space(path)["free"] < 65536 ? "no-space" : "failed");
  }
}

/// Why a job ended that wrote no report of its own.
jobs::ExitFile reportOf(const SlurmJob& job, const Json& resources) {
  jobs::ExitFile exit;
  const auto limit = [&](const char* key) { return resources.is_object() ? resources.value(key, 0) : 0; };
  if (job.state == "TIMEOUT" || job.state == "DEADLINE") {
    exit.message = "Slurm ended the job at its wall time" +
                   (limit("minutes") > 0 ? " of " + std::to_string(limit("minutes")) + " min" : std::string()) +
                   ". Ask for more minutes.";
  } else if (job.state == "NODE_FAIL" || job.state == "BOOT_FAIL") {
    exit.message =
        "A node was lost" + (job.nodes.empty() ? std::string() : ": " + job.nodes) + ". The run can be started again.";
  } else if (job.state == "OUT_OF_MEMORY") {
    exit.message = "The job needed more memory than was asked for" +
                   (limit("memoryMb") > 0 ? " (" + std::to_string(limit("memoryMb")) + " MB)" : std::string()) + ".";
  } else if (job.state == "CANCELLED" || job.state == "REVOKED") {
    exit.state = jobs::RunState::Cancelled;
    exit.code = 4;
    exit.message = "Cancelled in Slurm's queue.";
  } else if (job.state == "PREEMPTED") {
    exit.message = "Slurm took the job off its nodes for another of higher priority.";
  } else if (job.gone) {
    exit.message = "Slurm no longer knows the job, and it left no report: it was killed, or its node was lost.";
  } else {
    exit.message = "Slurm says " + job.state + (job.reason.empty() ? "" : " (" + job.reason + ")") +
                   ", and the job left no report; see slurm.out in the run's folder.";
  }
  return exit;
}

} // namespace

SlurmWatch& AgentRuns::watch() {
  if (!watch_) watch_ = std::make_unique<SlurmWatch>();
  return *watch_;
}

Json AgentRuns::create(const Json& params) const {
  const std::string folder = textAt(params, "folder"), name = textAt(params, "name");
  Json job = params.contains("job") ? params["job"] : Json();
  const std::string uuid = textAt(job, "uuid"), plugin = textAt(job, "plugin");
  if (uuid.empty() || plugin.empty() || name.empty() || name.find('/') != std::string::npos || name[0] == '.')
    throw HostError(Trouble::Refused, "a run needs a name, and a job with uuid and plugin", "bad-request");
  const std::string path = files::absolute(folder) + "/" + name;
  if (const Json present = jobs::readJson(path + "/job.json"); present.is_object()) {
    if (textAt(present, "uuid") != uuid)
      throw HostError(Trouble::Refused, path + " holds another run already", "bad-request");
    return {{"path", path}, {"existed", true}};
  }
  const Json known = options_.plugins(textAt(params, "pluginFolders"));
  const auto found = std::ranges::find_if(known, [&](const Json& entry) { return textAt(entry, "id") == plugin; });
  if (found == known.end())
    throw HostError(Trouble::Refused, "the analysis " + plugin + " is not installed there", "no-plugin");
  const std::string wanted = textAt(job, "pluginVersion"), there = textAt(*found, "version");
  try {
    [[maybe_unused]] const auto run = jobs::RunDirectory::create(path, job);
  } catch (const std::exception& error) {
    std::error_code ignored;
    const bool full = files::space(folder)["free"] < 65536;
    fs::remove_all(path, ignored); // half of a run is none
    throw HostError(Trouble::Refused, error.what(), full ? "no-space" : "failed");
  }
  Json answer{{"path", path}, {"existed", false}};
  if (!wanted.empty() && wanted != there) answer["pluginVersion"] = there;
  return answer;
}

Json AgentRuns::submit(const Json& params) const {
  const std::string path = runAt(params), note = path + "/submitted.json";
  const RunLock lock(path);
  std::error_code ignored;
  Json before = jobs::readJson(note);
  if (before.is_object() && before.contains("id")) return {{"id", before["id"]}, {"existed", true}};
  if (fs::exists(path + "/state.json", ignored) || fs::exists(path + "/exit.json", ignored))
    return {{"id", ""}, {"existed", true}};
  if (fs::exists(path + "/cancel", ignored)) { // before it was submitted
    jobs::ExitFile exit;
    exit.state = jobs::RunState::Cancelled;
    exit.code = 4;
    exit.message = "Cancelled.";
    jobs::RunWriter(path).exit(exit);
    return {{"id", ""}, {"existed", true}};
  }
  const Json job = jobs::readJson(path + "/job.json");
  const std::string uuid = textAt(job, "uuid");
  if (textAt(params, "scheduler") != "slurm") {
    writeOrRefuse(note, {{"scheduler", "none"}, {"time", jobs::now()}, {"id", ""}});
    try {
      jobs::superviseDetached(options_.program, path);
    } catch (const std::exception& error) {
      jobs::reportFailedStart(path, error.what());
    }
    return {{"id", ""}, {"existed", false}};
  }
  const Json resources = params.contains("resources") ? params["resources"] : Json::object();
  if (before.is_object()) { // somebody began to submit, and we don't know how it went
    const SlurmJob present = slurmAsk(uuid, 20);
    if (!present.error.empty())
      throw HostError(Trouble::Refused, "Slurm doesn't answer: " + present.error, "no-scheduler");
    if (!present.gone) {
      before["id"] = present.id;
      writeOrRefuse(note, before);
      return {{"id", present.id}, {"existed", true}};
    }
  }
  std::vector<std::string> prologue;
  if (params.contains("prologue") && params["prologue"].is_array())
    for (const Json& line : params["prologue"])
      if (line.is_string()) prologue.push_back(line.get<std::string>());
  {
    std::ofstream script(path + "/batch.sh", std::ios::binary | std::ios::trunc);
    script << batchScript(path, options_.program, prologue);
    script.close();
    if (!script) throw HostError(Trouble::Refused, path + "/batch.sh can't be written", "no-space");
  }
  Json submitted{{"scheduler", "slurm"}, {"resources", resources}, {"time", jobs::now()}};
  writeOrRefuse(note, submitted);
  try {
    submitted["id"] = slurmSubmit(path, uuid, resourcesOf(resources));
  } catch (const HostError& error) {
    if (error.code() == "refused") jobs::reportFailedStart(path, error.what()); // it has ended, here as well
    throw;
  }
  writeOrRefuse(note, submitted);
  return {{"id", submitted["id"]}, {"existed", false}};
}

Json AgentRuns::look(const Json& params, std::string& events) {
  const std::string path = runAt(params);
  Json answer;
  const Json job = jobs::readJson(path + "/job.json"), submitted = jobs::readJson(path + "/submitted.json");
  std::error_code ignored;
  // exit.json before the events: what came until the end is in them
  Json exit = jobs::readJson(path + "/exit.json");
  if (textAt(submitted, "scheduler") == "slurm" && submitted.contains("id")) {
    const std::string uuid = textAt(job, "uuid");
    answer["slurm"] = true;
    if (const auto known = watch().look(uuid)) {
      answer["scheduler"] = *known;
      const bool over = known->error.empty() && (known->ended() || known->gone);
      if (known->state == "TIMEOUT" && textAt(exit, "state") == "cancelled") {
        // It was told to end, as by a cancellation, and could not know why.
        const RunLock lock(path);
        const jobs::ExitFile reason = reportOf(*known, submitted.value("resources", Json()));
        exit["state"] = nameOf(reason.state);
        exit["code"] = reason.code;
        exit["message"] = reason.message;
        writeOrRefuse(path + "/exit.json", exit);
      }
      if (exit.is_null() && over) {
        // the report of a lost node can't come; one that was written a moment ago may be seen later
        const double since = overSince_.try_emplace(path, jobs::now()).first->second;
        if (jobs::now() - since > reportGrace) {
          const RunLock lock(path);
          exit = jobs::readJson(path + "/exit.json");
          if (exit.is_null()) {
            jobs::RunWriter(path).exit(reportOf(*known, submitted.value("resources", Json())));
            exit = jobs::readJson(path + "/exit.json");
          }
        }
      } else {
        overSince_.erase(path);
      }
    }
  }
  const jobs::Snapshot snapshot = jobs::RunDirectory(path).snapshot(0);
  if (answer.contains("scheduler") &&
      ((textAt(answer["scheduler"], "state") == "PENDING" && snapshot.state == jobs::RunState::Running) ||
       (exit.is_object() && !answer["scheduler"].value("ended", true))))
    watch().hurry(); // it knows less than we do
  answer["state"] = nameOf(snapshot.state);
  answer["message"] = snapshot.message;
  answer["phase"] = snapshot.phase;
  answer["progress"] = snapshot.progress;
  answer["started"] = snapshot.started;
  answer["ended"] = snapshot.ended;
  answer["final"] = exit.is_object() || (textAt(submitted, "scheduler") != "slurm" && jobs::isFinal(snapshot.state));
  if (exit.is_object()) answer["exit"] = exit;
  const Json state = jobs::readJson(path + "/state.json");
  if (state.is_object() && state.contains("worker")) answer["worker"] = state["worker"];
  Json partials = Json::array();
  for (const std::string& partial : snapshot.partials) {
    const Json info = files::look(partial);
    if (info.value("exists", false))
      partials.push_back({{"path", fs::relative(partial, path, ignored).string()},
                          {"size", info["size"]},
                          {"modified", info["modified"]}});
  }
  answer["partials"] = partials;
  const Json result = files::look(path + "/result.h5");
  if (result.value("exists", false)) answer["result"] = {{"path", path + "/result.h5"}, {"size", result["size"]}};
  const auto from = params.value("from", std::int64_t(0));
  if (fs::exists(path + "/events.jsonl", ignored)) {
    events = files::Transfers().read(path + "/events.jsonl", from, largestPiece);
    const auto end = events.rfind('\n'); // whole lines only
    events.resize(end == std::string::npos ? 0 : end + 1);
  }
  answer["from"] = from;
  return answer;
}

Json AgentRuns::cancel(const Json& params) {
  const std::string path = runAt(params);
  const jobs::RunDirectory run(path);
  run.requestCancel();
  run.signalOrphan(SIGTERM);
  const Json submitted = jobs::readJson(path + "/submitted.json");
  if (textAt(submitted, "scheduler") == "slurm") {
    const std::string uuid = textAt(jobs::readJson(path + "/job.json"), "uuid");
    const RunLock lock(path);
    std::error_code ignored;
    if (!fs::exists(path + "/state.json", ignored) && !fs::exists(path + "/exit.json", ignored)) {
      slurmCancel(uuid); // it waits: nobody there sees the file
      jobs::ExitFile exit;
      exit.state = jobs::RunState::Cancelled;
      exit.code = 4;
      exit.message = "Cancelled while it was queued.";
      if (!fs::exists(path + "/state.json", ignored)) jobs::RunWriter(path).exit(exit);
    }
    if (watch_) watch_->hurry();
  }
  return Json::object();
}

Json AgentRuns::windUp(const Json& params) const {
  jobs::RunDirectory(runAt(params)).requestWindUp();
  return Json::object();
}

Json AgentRuns::remove(const Json& params) const {
  const std::string path = runAt(params);
  std::error_code problem;
  if (!fs::exists(path + "/exit.json", problem))
    throw HostError(Trouble::Refused, path + " has not ended: only a run that has ended can be removed", "bad-request");
  fs::remove_all(path, problem);
  if (problem) throw HostError(Trouble::Refused, path + ": " + problem.message(), "failed");
  return Json::object();
}

Json AgentRuns::list(const Json& params) const {
  constexpr std::size_t most = 500;
  std::vector<std::string> folders{jobs::runsFolder()};
  if (params.contains("folders"))
    for (const Json& folder : params["folders"])
      if (folder.is_string()) folders.push_back(files::expanded(folder.get<std::string>()));
  std::vector<Json> runs;
  std::set<std::string> seen;
  for (const std::string& folder : folders)
    for (const std::string& path : jobs::runsIn(folder)) {
      std::error_code ignored;
      const std::string real = fs::canonical(path, ignored).string();
      if (ignored || !seen.insert(real).second || runs.size() >= most) continue;
      const jobs::Snapshot snapshot = jobs::RunDirectory(real).snapshot(0);
      Json run{{"path", real},
               {"uuid", snapshot.uuid},
               {"plugin", snapshot.plugin},
               {"title", snapshot.title},
               {"state", nameOf(snapshot.state)},
               {"message", snapshot.message},
               {"phase", snapshot.phase},
               {"progress", snapshot.progress},
               {"started", snapshot.started},
               {"ended", snapshot.ended},
               {"from", textAt(snapshot.job, "from")},
               {"created", snapshot.job.is_object() ? snapshot.job.value("created", 0.0) : 0.0}};
      const Json submitted = jobs::readJson(real + "/submitted.json");
      run["slurm"] =
          textAt(submitted, "scheduler") == "slurm" ? textAt(submitted, "id") : textAt(snapshot.job, "slurmJob");
      const Json result = files::look(real + "/result.h5");
      if (result.value("exists", false)) run["resultSize"] = result["size"];
      runs.push_back(std::move(run));
    }
  std::ranges::stable_sort(runs, [](const Json& a, const Json& b) { return a["created"] > b["created"]; });
  return {{"runs", runs}};
}

} // namespace discern::remote
