#include "ranks.h"

#include "command.h"
#include "jobs/report/rank_report.h"
#include "jobs/run_files.h"
#include "sdk/registry.h"

#include <cstdlib>
#include <dlfcn.h>
#include <fcntl.h>
#include <filesystem>
#include <unistd.h>

namespace discern::runner {
namespace {

/// A number that a launcher has left in the environment, under the first of these names that is there.
int fromEnvironment(std::initializer_list<const char*> names, int fallback) {
  for (const char* name : names)
    if (const char* value = std::getenv(name); value && *value) return std::atoi(value);
  return fallback;
}

/// The process of a launcher's that this is; {0, 1} for a worker that was started by itself.
MpiPlace placeInEnvironment() {
  MpiPlace place;
  place.rank = fromEnvironment({"OMPI_COMM_WORLD_RANK", "PMIX_RANK", "PMI_RANK"}, -1);
  if (place.rank < 0) return {};
  place.size = fromEnvironment({"OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_STEP_NUM_TASKS"}, place.rank + 1);
  return place;
}

/// Standard output and error of one rank, so that many don't write into one another.
void redirect(const std::string& folder) {
  for (const auto& [descriptor, name] :
       {std::pair(STDOUT_FILENO, "/stdout.log"), std::pair(STDERR_FILENO, "/stderr.log")}) {
    const int file = open((folder + name).c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (file < 0) continue;
    dup2(file, descriptor);
    close(file);
  }
}

} // namespace

Ranks::Ranks(const std::string& run) : run_(run), folder_(run), place_(placeInEnvironment()) {
  const bool launched = place_.rank >= 0 && (place_.size > 1 || std::getenv("PMIX_RANK") != nullptr);
  folder_ = jobs::rankFolder(run, place_.rank);
  std::error_code problem;
  if (place_.rank > 0) std::filesystem::create_directories(folder_, problem);
  if (launched) redirect(folder_);
  try {
    const nlohmann::json job = jobs::readJson(run + "/job.json");
    if (!job.is_object()) return; // the worker says so
    const sdk::Manifest manifest = sdk::find(job.value("plugin", "")).manifest;
    if (!manifest.resources.mpi && place_.size > 1)
      problem_ = manifest.name + " can't run as " + std::to_string(place_.size) +
                 " processes: its manifest doesn't say that it may (\"resources\": {\"mpi\": true}). Run it without "
                 "\"--on mpi:N\".";
    else if (manifest.resources.mpi && manifest.program.empty())
      startMpi();
  } catch (const std::exception&) {
    // no such plugin, or a broken one: the worker finds it, too, and reports it
  }
}

void Ranks::startMpi() {
  // By its plain name: this program's own search path leads to the module, in the build tree and installed. What the
  // plugin links must find MPI's symbols in one place.
  void* module = dlopen("libdiscern_mpi.so", RTLD_NOW | RTLD_GLOBAL);
  const auto start = module ? reinterpret_cast<MpiStart>(dlsym(module, "discern_mpi_start")) : nullptr;
  if (!start) {
    const char* reason = dlerror();
    problem_ = std::string("MPI, which this analysis needs, can't be loaded here (Debian: apt install libopenmpi3): ") +
               (reason ? reason : "libdiscern_mpi.so belongs to another version of Discern");
    return;
  }
  if (const char* fault = start(place_)) {
    problem_ = std::string("MPI can't be started here: ") + fault;
    return;
  }
  module_ = module;
  folder_ = jobs::rankFolder(run_, place_.rank);
}

int Ranks::finish(int code) {
  if (!module_) return code;
  if (code != Done && place_.size > 1) {
    if (const auto abort = reinterpret_cast<MpiAbort>(dlsym(module_, "discern_mpi_abort"))) abort(code);
    return code;
  }
  if (const auto finish = reinterpret_cast<MpiFinish>(dlsym(module_, "discern_mpi_finish"))) finish();
  return code;
}

} // namespace discern::runner
