#include "jobs/process/process_identity.h"

#include <fstream>
#include <nlohmann/json.hpp>
#include <sstream>
#include <unistd.h>

namespace discern::jobs {
namespace {

std::string firstLine(const char* path) {
  std::ifstream file(path);
  std::string line;
  std::getline(file, line);
  return line;
}

struct ProcStat {
  char state = 0;
  std::uint64_t start = 0;
};

/// /proc/PID/stat: "pid (name) state …", where the name may hold spaces and brackets, so it is read from its last
/// bracket.
ProcStat readStat(std::int64_t pid) {
  ProcStat stat;
  const std::string line = firstLine(("/proc/" + std::to_string(pid) + "/stat").c_str());
  const auto bracket = line.rfind(')');
  if (bracket == std::string::npos) return stat;
  std::istringstream fields(line.substr(bracket + 1));
  fields >> stat.state; // field 3
  std::string skipped;
  for (int field = 4; field < 22; ++field)
    fields >> skipped;
  fields >> stat.start;
  return stat;
}

std::string hostName() {
  char name[256] = {};
  gethostname(name, sizeof name - 1);
  return name;
}

} // namespace

ProcessIdentity ProcessIdentity::of(std::int64_t pid) {
  return {pid, readStat(pid).start, firstLine("/proc/sys/kernel/random/boot_id"), hostName()};
}

ProcessIdentity ProcessIdentity::self() { return of(getpid()); }

bool ProcessIdentity::onThisHost() const { return host.empty() || host == hostName(); }

bool ProcessIdentity::alive() const {
  if (pid <= 0 || start == 0) return false;
  const ProcStat now = readStat(pid);
  if (now.start != start || now.state == 'Z' || now.state == 'X') return false;
  return boot.empty() || boot == firstLine("/proc/sys/kernel/random/boot_id");
}

void to_json(nlohmann::json& json, const ProcessIdentity& process) {
  json = {{"pid", process.pid}, {"start", process.start}, {"boot", process.boot}, {"host", process.host}};
}

void from_json(const nlohmann::json& json, ProcessIdentity& process) {
  process.pid = json.value("pid", std::int64_t{0});
  process.start = json.value("start", std::uint64_t{0});
  process.boot = json.value("boot", "");
  process.host = json.value("host", "");
}

} // namespace discern::jobs
