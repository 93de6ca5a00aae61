#include "remote/run/ending.h"

namespace discern::remote {

using jobs::RunState;
using jobs::textAt;
using Json = nlohmann::json;

jobs::ExitFile exitOf(const Json& look, const std::string& host, double started, bool cancelledHere) {
  const Json there = look.contains("exit") ? look["exit"] : Json::object();
  jobs::ExitFile exit;
  exit.state = jobs::runStateFromName(textAt(there, "state")).value_or(RunState::Failed);
  exit.code = there.value("code", 1);
  exit.signal = there.value("signal", 0);
  exit.message = look.contains("exit") ? textAt(there, "message") : textAt(look, "message");
  exit.started = there.value("started", started);
  exit.wallSeconds = there.value("wallSeconds", 0.0);
  exit.woundUp = there.value("woundUp", false);
  exit.outOfMemory = there.value("outOfMemory", false);
  exit.maxMemoryBytes = there.value("maxMemoryBytes", std::int64_t(0));
  if (there.contains("summary") && there["summary"].is_object()) exit.summary = there["summary"];
  const std::string slurm = look.contains("scheduler") ? textAt(look["scheduler"], "state") : std::string();
  if (exit.state == RunState::Cancelled && !cancelledHere) { // it was told to end by somebody else
    if (slurm == "TIMEOUT" || slurm == "DEADLINE") {
      exit.state = RunState::Failed;
      exit.code = 1;
      exit.message = "Slurm ended the job at its wall time. Ask for more minutes.";
    } else if (slurm == "CANCELLED") {
      exit.message = "Cancelled on " + host + ", not from here.";
    }
  }
  return exit;
}

} // namespace discern::remote
