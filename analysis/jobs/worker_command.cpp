#include "jobs/worker_command.h"

#include "data/error.h"

#include <algorithm>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>
#include <unistd.h>

namespace discern::jobs {
namespace {

using Json = nlohmann::json;

std::string text(const Json& job, const char* key) {
  return job.is_object() && job.contains(key) && job[key].is_string() ? job[key].get<std::string>() : std::string();
}

int threadsOf(const Json& job) {
  return job.is_object() && job.contains("threads") && job["threads"].is_number_integer() ? job["threads"].get<int>()
                                                                                          : 0;
}

int cores() { return std::max(1, static_cast<int>(std::thread::hardware_concurrency())); }

/// What Open MPI is told by variables, whoever starts the ranks.
std::vector<std::string> mpiEnvironment(int ranks, int threads) {
  std::vector<std::string> environment{
      "HWLOC_COMPONENTS=-opencl", // it would take signal handlers away
      "OMPI_ALLOW_RUN_AS_ROOT=1", // in containers there is nobody else
      "OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1",
  };
  if (ranks * std::max(1, threads) > cores()) // ranks that wait would keep the others from the core
    environment.emplace_back("OMPI_MCA_mpi_yield_when_idle=1");
  return environment;
}

/// "launcher" of a job: words, or one line of them parted by blanks.
std::vector<std::string> launcherOf(const Json& job) {
  std::vector<std::string> words;
  if (job.is_object() && job.contains("launcher") && job["launcher"].is_array())
    for (const Json& word : job["launcher"])
      if (word.is_string()) words.push_back(word.get<std::string>());
  std::istringstream stream(text(job, "launcher"));
  for (std::string word; stream >> word;)
    words.push_back(word);
  return words;
}

bool isSrun(const std::string& word) { return std::filesystem::path(word).filename() == "srun"; }

} // namespace

std::string programOnPath(const std::string& name) {
  const char* path = std::getenv("PATH");
  std::istringstream folders(path && *path ? path : "/usr/local/bin:/usr/bin:/bin");
  for (std::string folder; std::getline(folders, folder, ':');) {
    std::string file = folder + "/" + name;
    if (access(file.c_str(), X_OK) == 0) return file;
  }
  return {};
}

int mpiRanks(const Json& job) {
  const std::string on = text(job, "on");
  if (on != "mpi" && !on.starts_with("mpi:")) return 0;
  int ranks = 0;
  const char* end = on.data() + on.size();
  const auto [at, problem] = on.size() > 4 ? std::from_chars(on.data() + 4, end, ranks)
                                           : std::from_chars_result{end, std::errc::invalid_argument};
  if (problem != std::errc() || at != end || ranks < 1 || ranks > 4096)
    throw data::UsageError("\"" + on + "\" is no place to run on: mpi:N is expected, N from 1 to 4096 processes");
  return ranks;
}

Launch workerLaunch(const std::string& program, const std::string& run, const Json& job) {
  Launch launch;
  launch.without = {"PMIX_", "PMI_", "OMPI_COMM_WORLD_"};
  const int ranks = mpiRanks(job), threads = threadsOf(job);
  launch.words = launcherOf(job);
  if (!launch.words.empty()) {
    launch.ranks = true;
    launch.environment = mpiEnvironment(std::max(1, ranks), threads);
    if (isSrun(launch.words.front()) && std::ranges::none_of(launch.words, [](const std::string& word) {
          return word.starts_with("--kill-on-bad-exit") || word == "-K" || word == "-K1" || word == "-K0";
        }))
      launch.words.emplace_back("--kill-on-bad-exit=1"); // the others would wait for the rank that crashed
  } else if (ranks > 0) {
    const std::string mpirun = programOnPath("mpirun");
    if (mpirun.empty())
      throw data::UsageError("MPI is not installed here: there is no mpirun on PATH (Debian: apt install "
                             "openmpi-bin). Without \"--on mpi:N\" the analysis runs in one process.");
    launch.ranks = true;
    launch.environment = mpiEnvironment(ranks, threads);
    launch.words = {mpirun, "-n", std::to_string(ranks), "--oversubscribe", "--bind-to", "none"};
  }
  if (threads > 0)
    launch.environment.push_back("OMP_NUM_THREADS=" + std::to_string(threads));
  else if (ranks > 1) // the cores are shared out, unless the person says otherwise
    launch.environment.push_back("OMP_NUM_THREADS=" + std::to_string(std::max(1, cores() / ranks)));
  for (const std::string& word : {program, std::string("work"), run})
    launch.words.push_back(word);
  return launch;
}

} // namespace discern::jobs
