#include "jobs/queue.h"

#include "jobs/run_directory.h"
#include "jobs/run_files.h"

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <stdexcept>
#include <sys/file.h>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace discern::jobs {
namespace fs = std::filesystem;
namespace {

constexpr const char* runningEnding = ".running";
constexpr const char* waitingEnding = ".waiting";

std::string settingsFile() { return configFolder() + "/jobs.json"; }

std::string hostName() {
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  return name;
}

/// A lock file, held while it lives. What happens to the queue happens under it.
class Door {
public:
  explicit Door(const std::string& folder)
      : descriptor_(open((folder + "/door").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    if (descriptor_ < 0) throw std::runtime_error(folder + ": the queue can't be written: " + std::strerror(errno));
    while (flock(descriptor_, LOCK_EX) != 0 && errno == EINTR) {
    }
  }
  ~Door() { close(descriptor_); }
  Door(const Door&) = delete;
  Door& operator=(const Door&) = delete;

private:
  int descriptor_;
};

/// Whether nobody holds the ticket any more. Only behind the door.
bool abandoned(const std::string& file) {
  const int descriptor = open(file.c_str(), O_RDWR | O_CLOEXEC);
  if (descriptor < 0) return false;
  const bool free = flock(descriptor, LOCK_EX | LOCK_NB) == 0;
  close(descriptor);
  return free;
}

} // namespace

bool maxJobsIsGiven() {
  const char* given = std::getenv("DISCERN_MAX_JOBS");
  return given && *given;
}

int maxJobs() {
  if (maxJobsIsGiven()) return std::max(0, std::atoi(std::getenv("DISCERN_MAX_JOBS")));
  const nlohmann::json settings = readJson(settingsFile());
  if (settings.is_object() && settings.contains("maxJobs") && settings["maxJobs"].is_number_integer())
    return std::max(0, settings["maxJobs"].get<int>());
  return std::max(2, static_cast<int>(std::thread::hardware_concurrency()) / 4);
}

void setMaxJobs(int count) {
  const std::string file = settingsFile();
  std::error_code problem;
  fs::create_directories(fs::path(file).parent_path(), problem);
  nlohmann::json settings = readJson(file);
  if (!settings.is_object()) settings = nlohmann::json::object();
  settings["maxJobs"] = std::max(0, count);
  writeJson(file, settings);
}

bool queueIsUsed() { return std::getenv("SLURM_JOB_ID") == nullptr; }

std::string queueText(const QueueTicket::Place& place) {
  if (place.before > 0) return std::to_string(place.before) + " before it";
  return "next in line";
}

QueueTicket::QueueTicket(double created, const std::string& uuid) {
  folder_ = runsFolder() + "/.queue/" + hostName();
  std::error_code problem;
  fs::create_directories(folder_, problem);
  const Door door(folder_);
  char stamp[32];
  std::snprintf(stamp, sizeof stamp, "%017.6f", created); // sorts as a number does
  file_ = folder_ + "/" + stamp + "-" + uuid + waitingEnding;
  descriptor_ = open(file_.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (descriptor_ < 0 || flock(descriptor_, LOCK_EX | LOCK_NB) != 0) {
    const std::string reason = std::strerror(errno);
    if (descriptor_ >= 0) close(descriptor_);
    throw std::runtime_error(file_ + ": the queue can't be written: " + reason);
  }
}

QueueTicket::~QueueTicket() {
  if (descriptor_ < 0) return;
  unlink(file_.c_str());
  close(descriptor_);
}

QueueTicket::Place QueueTicket::look() {
  Place place;
  place.limit = maxJobs();
  if (descriptor_ < 0) {
    place.ours = true;
    return place;
  }
  const Door door(folder_);
  std::error_code problem;
  for (fs::directory_iterator at(folder_, problem), end; !problem && at != end; at.increment(problem)) {
    const std::string file = at->path().string();
    const bool running = file.ends_with(runningEnding);
    if (file == file_ || (!running && !file.ends_with(waitingEnding))) continue;
    if (abandoned(file)) {
      unlink(file.c_str());
      continue;
    }
    if (running)
      ++place.running;
    else if (file < file_)
      ++place.before;
  }
  if (place.limit > 0 && place.running + place.before >= place.limit) return place;
  const std::string mine = file_.substr(0, file_.size() - std::strlen(waitingEnding)) + runningEnding;
  if (rename(file_.c_str(), mine.c_str()) != 0) { // somebody has emptied the folder: the lock holds, nobody sees it
    place.ours = true;
    return place;
  }
  file_ = mine;
  place.ours = true;
  return place;
}

} // namespace discern::jobs
