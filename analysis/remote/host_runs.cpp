#include "remote/host_runs.h"

#include "data/error.h"
#include "jobs/run_files.h"
#include "remote/remote_run.h"
#include "remote/transfer/transfer.h"

#include <filesystem>

namespace discern::remote {
namespace fs = std::filesystem;
namespace {

using Json = nlohmann::json;
using jobs::textAt;

HostRun runOf(const Json& json) {
  HostRun run;
  run.path = textAt(json, "path");
  run.uuid = textAt(json, "uuid");
  run.plugin = textAt(json, "plugin");
  run.title = textAt(json, "title");
  run.message = textAt(json, "message");
  run.phase = textAt(json, "phase");
  run.state = textAt(json, "state");
  run.from = textAt(json, "from");
  run.slurm = textAt(json, "slurm");
  run.progress = json.value("progress", 0.0);
  run.created = json.value("created", 0.0);
  run.started = json.value("started", 0.0);
  run.ended = json.value("ended", 0.0);
  run.resultSize = json.value("resultSize", std::int64_t(0));
  return run;
}

} // namespace

std::unique_ptr<Link> linkTo(const HostProfile& profile, Prompts prompts, const std::atomic<bool>* stop) {
  const Ssh ssh(profile);
  ssh.connect(prompts, stop);
  return std::make_unique<Link>(ssh, stop);
}

std::vector<HostRun> runsOf(Link& link, const HostProfile& profile) {
  const Json answer = link.ask("runs", {{"folders", {scratchFolder(profile) + "/runs"}}});
  std::vector<HostRun> runs;
  runs.reserve(answer["runs"].size());
  for (const Json& run : answer["runs"])
    runs.push_back(runOf(run));
  return runs;
}

HostRun findRun(Link& link, const HostProfile& profile, const std::string& text) {
  std::vector<HostRun> found;
  for (HostRun& run : runsOf(link, profile)) {
    const std::string name = fs::path(run.path).filename().string();
    if (run.path == text || run.uuid == text || name == text || (!run.slurm.empty() && run.slurm == text)) return run;
    if (run.uuid.starts_with(text) || name.starts_with(text)) found.push_back(std::move(run));
  }
  if (found.size() == 1) return found.front();
  if (found.size() > 1)
    throw data::UsageError("\"" + text + "\" may mean " + std::to_string(found.size()) + " runs on " + profile.name +
                           "; give more of the name");
  if (text.starts_with("/") && link.ask("stat", {{"path", text + "/job.json"}}).value("exists", false)) {
    HostRun run;
    run.path = text;
    return run;
  }
  throw data::UsageError("there is no run \"" + text + "\" on " + profile.name + "; discern-run jobs --on " +
                         profile.name + " lists those there are");
}

std::string attachRun(Link& link, const HostProfile& profile, const std::string& pathThere) {
  const Frame frame = link.askFrame("read", {{"path", pathThere + "/job.json"}, {"offset", 0}, {"length", 1 << 20}});
  Json job = Json::parse(frame.payload, nullptr, false);
  const std::string uuid = textAt(job, "uuid");
  if (uuid.empty())
    throw data::UsageError(pathThere + " on " + profile.name + " is no run: its job.json can't be understood");
  for (const std::string& path : jobs::runsIn(jobs::runsFolder())) {
    const Json mine = jobs::readJson(path + "/job.json");
    if (textAt(mine, "uuid") == uuid && !jobs::hostOf(mine).empty()) return path; // perhaps by another profile's name
  }
  // As it would look if it had been started from here: its inputs lie over there.
  if (job.contains("environment") && !textAt(job["environment"], "DISCERN_PLUGIN_PATH").empty())
    job["sentAlong"] = true; // the host has the analysis for this run alone
  job.erase("launcher");
  job.erase("environment");
  job["on"] = profile.name;
  if (job.contains("inputs") && job["inputs"].is_object())
    for (auto& [name, input] : job["inputs"].items())
      if (const std::string path = textAt(input, "path"); path.starts_with("/"))
        input["path"] = hostAddress(profile.name, path);
  const auto run = jobs::RunDirectory::create(jobs::newRunPath(textAt(job, "plugin")), job);
  writePlace(run.path(), {profile.name, pathThere, true, 0});
  return run.path();
}

std::string fetchResult(const std::string& runPath, Prompts prompts,
                        const std::function<bool(std::int64_t, std::int64_t)>& progress,
                        const std::atomic<bool>* stop) {
  const std::string here = runPath + "/result.h5";
  if (fs::exists(here)) return here;
  const Json job = jobs::readJson(runPath + "/job.json"), exit = jobs::readJson(runPath + "/exit.json");
  const std::string host = jobs::hostOf(job);
  if (host.empty()) throw data::UsageError(runPath + " has no result, and is no run on another machine");
  const RemotePlace place = placeOf(runPath);
  if (place.path.empty()) throw data::UsageError(runPath + " never came to " + host + ": there is no result");
  const HostProfile profile = findProfile(host, true);
  const auto link = linkTo(profile, prompts, stop);
  const std::string there =
      textAt(exit, "result").empty() ? place.path + "/result.h5" : hostPathOf(textAt(exit, "result")).path;
  if (!link->ask("stat", {{"path", there}}).value("exists", false))
    throw data::UsageError("the run has no result on " + host + " (yet): " + there);
  download(*link, there, here, progress);
  return here;
}

} // namespace discern::remote
