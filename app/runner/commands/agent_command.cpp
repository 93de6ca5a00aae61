#include "command.h"
#include "interruption.h"
#include "remote/agent/agent.h"
#include "sdk/registry.h"

#include <csignal>
#include <unistd.h>

namespace discern::runner {
namespace {

/// What can be used here, with what is in `folders` (separated by ":") before all else.
nlohmann::json plugins(const std::string& folders) {
  std::vector<std::string> path;
  for (std::size_t from = 0; from < folders.size();) {
    const auto end = std::min(folders.find(':', from), folders.size());
    if (end > from) path.push_back(folders.substr(from, end - from));
    from = end + 1;
  }
  for (std::string& folder : sdk::searchPath())
    path.push_back(std::move(folder));
  nlohmann::json list = nlohmann::json::array();
  for (const sdk::Entry& entry : sdk::installed(path))
    if (entry.error.empty()) list.push_back({{"id", entry.manifest.id}, {"version", entry.manifest.version}});
  return list;
}

} // namespace

int agentCommand(const std::vector<std::string>& words) {
  const Arguments arguments(words, {}, {});
  if (!arguments.words().empty()) throw data::UsageError("agent takes no words");
  std::signal(SIGPIPE, SIG_IGN);
  return remote::serveAgent(STDIN_FILENO, STDOUT_FILENO, {programPath(), DISCERN_VERSION, plugins});
}

} // namespace discern::runner
