#include "jobs/process/process_tree.h"

#include <cctype>
#include <cstdlib>
#include <dirent.h>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <unistd.h>

namespace discern::jobs {
namespace {

/// Field 4 of /proc/PID/stat; 0: it has gone. The name before it may hold spaces and brackets.
pid_t parentOf(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(file, line);
  const auto bracket = line.rfind(')');
  if (bracket == std::string::npos || bracket + 4 >= line.size()) return 0;
  return static_cast<pid_t>(std::strtol(line.c_str() + bracket + 4, nullptr, 10)); // ") S 123"
}

} // namespace

std::vector<pid_t> descendantsOf(pid_t root) {
  std::multimap<pid_t, pid_t> children;
  const std::unique_ptr<DIR, int (*)(DIR*)> folder(opendir("/proc"), closedir);
  if (!folder) return {};
  while (const dirent* entry = readdir(folder.get()))
    if (std::isdigit(static_cast<unsigned char>(entry->d_name[0])) != 0) {
      const auto pid = static_cast<pid_t>(std::strtol(entry->d_name, nullptr, 10));
      children.emplace(parentOf(pid), pid);
    }
  std::vector<pid_t> found{root};
  for (std::size_t at = 0; at < found.size(); ++at) {
    const auto [first, last] = children.equal_range(found[at]);
    for (auto child = first; child != last; ++child)
      found.push_back(child->second);
  }
  found.erase(found.begin());
  return found;
}

std::int64_t memoryOf(const std::vector<pid_t>& processes) {
  static const std::int64_t page = sysconf(_SC_PAGESIZE);
  std::int64_t pages = 0;
  for (const pid_t pid : processes) {
    std::ifstream file("/proc/" + std::to_string(pid) + "/statm");
    std::int64_t size = 0, resident = 0, shared = 0;
    if (file >> size >> resident >> shared) pages += resident - shared;
  }
  return pages * page;
}

std::int64_t outOfMemoryKills() {
  std::ifstream file("/proc/vmstat");
  std::string name;
  for (std::int64_t value = 0; file >> name >> value;)
    if (name == "oom_kill") return value;
  return 0;
}

} // namespace discern::jobs
