#pragma once
/// Runs, as an agent's client asks for them. Each throws HostError.
#include "remote/agent/agent.h"
#include "remote/scheduler/slurm.h"

#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

namespace discern::remote {

class AgentRuns {
public:
  explicit AgentRuns(AgentOptions options) : options_(std::move(options)) {}

  /// {"folder", "name", "job", "pluginFolders"} → {"path", "existed"}: the run's folder with its job.json. A run of
  /// that name with the same uuid is that run: asking twice makes one. Refuses ("no-plugin") when the plugin isn't
  /// here.
  nlohmann::json create(const nlohmann::json& params) const;
  /// {"path", "scheduler", "resources", "prologue"} → {"id", "existed"}. Asking twice submits once.
  nlohmann::json submit(const nlohmann::json& params) const;
  /// {"path", "from"} → state, and as payload the bytes of events.jsonl from there on.
  nlohmann::json look(const nlohmann::json& params, std::string& events);
  /// {"path"}: asks for cancellation; a job that waits is taken out of the queue.
  nlohmann::json cancel(const nlohmann::json& params);
  /// {"path"}: asks for a result of what there is so far, soon.
  nlohmann::json windUp(const nlohmann::json& params) const;
  /// {"path"}: removes a run that has ended, with all its files.
  nlohmann::json remove(const nlohmann::json& params) const;
  /// {"folders"} → {"runs": [{"path", "uuid", "plugin", "title", "state", …}]}, newest first
  nlohmann::json list(const nlohmann::json& params) const;

private:
  SlurmWatch& watch();
  AgentOptions options_;
  std::unique_ptr<SlurmWatch> watch_;
  std::map<std::string, double> overSince_; ///< run → when Slurm was first seen to be done with it
};

} // namespace discern::remote
