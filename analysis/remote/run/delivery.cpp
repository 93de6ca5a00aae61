#include "remote/run/delivery.h"

#include "data/error.h"
#include "jobs/run_files.h"
#include "remote/run/place.h"
#include "remote/run/words.h"
#include "remote/transfer/staging.h"

#include <algorithm>
#include <filesystem>
#include <unistd.h>

namespace discern::remote {
namespace fs = std::filesystem;

using jobs::textAt;
using Json = nlohmann::json;

namespace {

/// A parameter names a file, or a field of one: FILE:FIELD. The second part keeps its colon.
std::pair<std::string, std::string> fileAndField(const std::string& text) {
  std::error_code ignored;
  const auto colon = data::isRemote(text) ? text.find(':', 6) : text.rfind(':');
  if (colon == std::string::npos || colon == 0 || fs::exists(text, ignored)) return {text, {}};
  return {text.substr(0, colon), text.substr(colon)};
}

class Sender {
public:
  Sender(Link& link, std::string host, const Companions& companions, const std::atomic<bool>* stop,
         const DeliveryReports& tell)
      : link_(link), host_(std::move(host)), companions_(companions), stop_(stop), tell_(tell) {}

  /// Sends a file or folder unless it is there; the path over there.
  std::string send(const std::string& path, const std::string& sha256, const std::string& inputs,
                   const std::string& what) {
    if (data::isRemote(path)) {
      const data::Address there = hostPathOf(path);
      if (!sameMachine(there.host, host_))
        throw data::UsageError(path + " lies on " + there.host + ", the run on " + host_ +
                               ": give a file that lies here or there");
      if (!link_.ask("stat", {{"path", there.path}}).value("exists", false))
        throw HostError(Trouble::Refused, path + ": there is no such file", "no-file");
      return there.path;
    }
    tell_.note("Reading " + fs::path(path).filename().string());
    const Parcel parcel = pack(path, companions_ ? companions_(path) : std::vector<std::string>{}, sha256, stop_);
    if (!isStaged(link_, parcel, inputs)) {
      const auto free = link_.ask("space", {{"path", inputs}}).value("free", std::int64_t(0));
      if (free < parcel.bytes())
        throw HostError(Trouble::Refused,
                        "no space for " + path + " on " + host_ + ": it needs " + sizeText(parcel.bytes()) + ", " +
                            sizeText(free) + " are free in " + inputs,
                        "no-space");
      tell_.say("phase", "Sending " + what);
      return stage(link_, parcel, inputs, tell_.progress("Sending " + parcel.main));
    }
    tell_.say("log", parcel.main + " is on " + host_ + " already; not sent again.");
    return stage(link_, parcel, inputs, {});
  }

private:
  Link& link_;
  std::string host_;
  const Companions& companions_;
  const std::atomic<bool>* stop_;
  const DeliveryReports& tell_;
};

} // namespace

Delivered deliver(Link& link, const Json& wanted, const HostProfile& profile, const Companions& companions,
                  const std::atomic<bool>* stop, const DeliveryReports& tell) {
  Sender sender(link, jobs::hostOf(wanted), companions, stop, tell);
  const std::string base = link.ask("expand", {{"path", scratchFolder(profile)}}).at("path").get<std::string>();
  Json job = wanted;
  for (const char* key : {"on", "resources", "sendPlugin", "files"})
    job.erase(key);
  std::string pluginFolders;
  if (const std::string folder = textAt(wanted, "sendPlugin"); !folder.empty()) {
    const std::string there = sender.send(folder, {}, base + "/plugins", "the analysis");
    pluginFolders = fs::path(there).parent_path().string();
    job["environment"]["DISCERN_PLUGIN_PATH"] = pluginFolders;
  }
  if (job.contains("inputs") && job["inputs"].is_object())
    for (auto& [name, input] : job["inputs"].items()) {
      const std::string path = textAt(input, "path");
      if (!path.empty()) input["path"] = sender.send(path, textAt(input, "sha256"), base + "/inputs", name);
    }
  if (wanted.contains("files") && wanted["files"].is_array())
    for (const Json& name : wanted["files"])
      if (name.is_string() && job.contains("parameters") &&
          !textAt(job["parameters"], name.get<std::string>().c_str()).empty()) {
        Json& value = job["parameters"][name.get<std::string>()];
        const auto [path, field] = fileAndField(value.get<std::string>());
        value = sender.send(path, {}, base + "/inputs", name.get<std::string>()) + field;
      }
  const Resources resources = wanted.contains("resources") ? resourcesOf(wanted["resources"]) : profile.resources;
  const bool slurm = profile.scheduler == Scheduler::Slurm;
  if (resources.tasks > 1) {
    job["on"] = "mpi:" + std::to_string(resources.tasks);
    job["launcher"] = !profile.launcher.empty() ? profile.launcher
                      : slurm                   ? std::vector<std::string>{"srun", "--mpi=pmix", "--kill-on-bad-exit=1"}
                                                : std::vector<std::string>{};
    if (job["launcher"].empty()) job.erase("launcher");
  }
  if (job.value("threads", 0) == 0 && (slurm || resources.cpusPerTask > 0))
    job["threads"] = std::max(1, resources.cpusPerTask);
  char host[256] = {};
  gethostname(host, sizeof host - 1);
  job["from"] = host;
  return {job, base + "/runs", pluginFolders, resources};
}

} // namespace discern::remote
