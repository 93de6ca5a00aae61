#pragma once
#include "remote/connection/ssh.h"
#include "remote/host_profile.h"

#include <atomic>
#include <functional>
#include <string>

namespace discern::remote {

/// A step of the test of a host, told when it begins (Running) and when it has ended.
struct TestStep {
  enum class State { Running, Passed, Failed };
  int number = 0;   ///< 1 to 6
  std::string name; ///< "Connect", "Remote discern-run", "Scratch folder", "Scheduler", "One-second job", "Result"
  State state = State::Running;
  std::string detail; ///< what was found; when it failed, why, and what may help
  double seconds = 0;
};
inline constexpr int testSteps = 6;

/// Walks from the connection to a result that comes back, and stops at the first step that fails. The job is the
/// analysis org.discern.host-check. Returns whether all passed. `stop` ends it.
bool testHost(const HostProfile& profile, Prompts prompts, const std::function<void(const TestStep&)>& told,
              const std::atomic<bool>* stop = nullptr);

} // namespace discern::remote
