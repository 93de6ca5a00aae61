#include "command.h"
#include "field_address.h"
#include "foreground.h"
#include "form/preset_file.h"
#include "interruption.h"
#include "jobs/supervisor.h"
#include "jobs/worker_command.h"
#include "remote/host_profile.h"
#include "run_text.h"
#include "sdk/parameters.h"
#include "sdk/registry.h"

#include <cstdio>

namespace discern::runner {
namespace {

const std::set<std::string> options{"input",   "set",  "preset", "time", "component", "output",
                                    "threads", "seed", "title",  "on",   "resource",  "memory"};

/// The input that `name` means, which --input must have given before.
nlohmann::json& given(nlohmann::json& job, const std::string& name, const std::string& option) {
  if (!job["inputs"].contains(name))
    throw data::UsageError("--" + option + " names an input \"" + name + "\" that --input doesn't give");
  return job["inputs"][name];
}

/// On this machine, in one process or several.
void placeHere(nlohmann::json& job, const std::string& place, const sdk::Manifest& manifest) {
  if (jobs::mpiRanks(job) == 0) {
    job.erase("on");
    return;
  }
  if (!manifest.resources.mpi)
    throw data::UsageError(manifest.name +
                           " can't run over MPI: its manifest doesn't say that it may (\"resources\": "
                           "{\"mpi\": true}). Run it without --on " +
                           place + ".");
  (void)jobs::workerLaunch(programPath(), "", job); // there must be an mpirun
}

/// Where it is to run, when that is another machine; its profile is looked at now, before anything is made.
void addHost(nlohmann::json& job, const Arguments& arguments, const sdk::Manifest& manifest) {
  const std::string on = arguments.value("on", "process");
  job["on"] = on;
  if (jobs::hostOf(job).empty()) {
    for (const char* option : {"resource", "send-plugin"})
      if (arguments.has(option)) throw data::UsageError(std::string("--") + option + " needs --on HOST");
    placeHere(job, on, manifest);
    return;
  }
  const remote::HostProfile profile = remote::findProfile(on);
  remote::Resources resources = profile.resources;
  for (const std::string& text : arguments.values("resource")) {
    const auto [name, value] = assignment(text, "resource");
    remote::setResource(resources, name, value);
  }
  job["resources"] = resources;
  if (arguments.has("send-plugin")) job["sendPlugin"] = sdk::find(job["plugin"].get<std::string>()).folder;
}

/// The manifest's own, or one that the person has saved in the window.
form::Preset presetOf(const sdk::Manifest& manifest, const std::string& name) {
  if (const form::Preset* own = manifest.preset(name)) return *own;
  const std::vector<form::Preset> saved = form::readPresets(form::presetFile(manifest.id));
  std::string known;
  for (const form::Preset& preset : manifest.presets)
    known += (known.empty() ? "" : ", ") + preset.name;
  for (const form::Preset& preset : saved) {
    if (preset.name == name) return preset;
    known += (known.empty() ? "" : ", ") + preset.name;
  }
  throw data::UsageError(manifest.id + " has no preset \"" + name + "\"; it has " + (known.empty() ? "none" : known));
}

nlohmann::json jobOf(const Arguments& arguments, const sdk::Manifest& manifest) {
  nlohmann::json job{{"plugin", manifest.id},
                     {"pluginVersion", manifest.version},
                     {"title", arguments.value("title", manifest.name)},
                     {"inputs", nlohmann::json::object()},
                     {"threads", 0},
                     {"seed", 0}};
  for (const std::string& text : arguments.values("input")) {
    const auto [name, value] = assignment(text, "input");
    if (!manifest.input(name)) {
      std::string known;
      for (const sdk::InputSpec& spec : manifest.inputs)
        known += (known.empty() ? "" : ", ") + spec.name;
      throw data::UsageError(manifest.id + " has no input \"" + name + "\"; it has " +
                             (known.empty() ? "none" : known));
    }
    const FieldAddress address = fieldAddress(value);
    job["inputs"][name] = {{"path", address.path}, {"field", address.field}, {"time", 0}};
  }
  for (const sdk::InputSpec& spec : manifest.inputs)
    if (spec.required && !job["inputs"].contains(spec.name))
      throw data::UsageError("input \"" + spec.name + "\" is required: --input " + spec.name + "=FILE");
  for (const std::string option : {"time", "component"})
    for (const std::string& text : arguments.values(option)) {
      const auto [name, value] = assignment(text, option);
      given(job, name, option)[option] = wholeNumber(value, option, 0);
    }
  nlohmann::json parameters = nlohmann::json::object();
  if (arguments.has("preset")) parameters = presetOf(manifest, arguments.value("preset")).values;
  for (const std::string& text : arguments.values("set")) {
    const auto [name, value] = assignment(text, "set");
    parameters[name] = fromText(manifest, name, value);
  }
  job["parameters"] = complete(manifest, parameters);
  for (const sdk::ParameterSpec& spec : manifest.parameters) // another machine gets them along with the inputs
    if ((spec.type == sdk::ParameterType::File && spec.mode != "save") ||
        (spec.type == sdk::ParameterType::Field && spec.input.empty()))
      job["files"].push_back(spec.name);
  if (arguments.has("threads")) job["threads"] = wholeNumber(arguments.value("threads"), "threads", 1);
  addHost(job, arguments, manifest);
  if (arguments.has("memory")) job["memoryLimitBytes"] = memoryBytes(arguments.value("memory"));
  if (const char* slurm = std::getenv("SLURM_JOB_ID")) job["slurmJob"] = slurm; // found again by its number
  if (arguments.has("seed")) job["seed"] = wholeNumber(arguments.value("seed"), "seed", 0);
  return job;
}

} // namespace

int runCommand(const std::vector<std::string>& words) {
  const Arguments arguments(words, options, {"detach", "json", "send-plugin"});
  if (arguments.words().size() != 1) throw data::UsageError("one analysis is expected, by its id");
  const sdk::Manifest manifest = sdk::find(arguments.words()[0]).manifest;
  const nlohmann::json job = jobOf(arguments, manifest);
  const auto run = jobs::RunDirectory::create(arguments.value("output", jobs::newRunPath(manifest.id)), job);
  if (arguments.has("output")) jobs::listElsewhere(run.path());
  if (arguments.has("detach")) {
    jobs::superviseDetached(programPath(), run.path());
    if (arguments.has("json"))
      std::puts(asJson(run.snapshot(0)).dump(2).c_str());
    else
      std::puts(run.path().c_str());
    return Done;
  }
  const jobs::Snapshot snapshot = superviseInForeground(run.path());
  if (arguments.has("json"))
    std::puts(asJson(snapshot).dump(2).c_str());
  else if (!snapshot.result.empty())
    std::puts(snapshot.result.c_str());
  return exitCode(snapshot);
}

} // namespace discern::runner
