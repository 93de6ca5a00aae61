#pragma once
/// The far end: `discern-run agent` answers requests on stdin with frames on stdout (agent/README.md).
#include <functional>
#include <nlohmann/json.hpp>
#include <string>

namespace discern::remote {

struct AgentOptions {
  std::string program; ///< path of this discern-run
  std::string version;
  /// [{"id", "version"}] of the plugins that can be used here; `folders` are searched, too.
  std::function<nlohmann::json(const std::string& folders)> plugins;
};

/// Serves until `in` ends. Never throws for what comes in.
int serveAgent(int in, int out, const AgentOptions& options);

} // namespace discern::remote
