#include "remote/run/words.h"

#include "jobs/run_files.h"

#include <cstdio>

namespace discern::remote {

using jobs::textAt;
using Json = nlohmann::json;

std::string sizeText(std::int64_t bytes) {
  char text[32];
  const auto value = static_cast<double>(bytes);
  if (bytes < 1'000'000)
    std::snprintf(text, sizeof text, "%.0f kB", value * 1e-3);
  else if (bytes < 1'000'000'000)
    std::snprintf(text, sizeof text, "%.0f MB", value * 1e-6);
  else
    std::snprintf(text, sizeof text, "%.1f GB", value * 1e-9);
  return text;
}

std::string spanText(double seconds) {
  char text[32];
  if (seconds < 90)
    std::snprintf(text, sizeof text, "%.0f s", seconds);
  else if (seconds < 5400)
    std::snprintf(text, sizeof text, "%.0f min", seconds / 60);
  else
    std::snprintf(text, sizeof text, "%.1f h", seconds / 3600);
  return text;
}

std::string schedulerText(const Json& scheduler) {
  if (!scheduler.is_object()) return {};
  const std::string state = textAt(scheduler, "state"), partition = textAt(scheduler, "partition"),
                    nodes = textAt(scheduler, "nodes");
  std::string text;
  if (state == "PENDING") {
    const int position = scheduler.value("position", 0);
    text = position > 0 ? "Number " + std::to_string(position) + " in the queue of " + partition
                        : "In the queue of " + partition;
    if (const std::string reason = textAt(scheduler, "reason"); !reason.empty() && reason != "Priority")
      text += " (" + reason + ")";
  } else if (state == "RUNNING" || state == "COMPLETING" || state == "CONFIGURING") {
    text = (state == "CONFIGURING" ? "Starting on " : "On ") + nodes;
    const double elapsed = scheduler.value("elapsed", 0.0), remaining = scheduler.value("remaining", -1.0);
    text += " for " + spanText(elapsed);
    if (remaining >= 0) text += ", " + spanText(remaining) + " of wall time left";
  } else if (!state.empty()) {
    text = "Slurm: " + state;
  }
  if (!textAt(scheduler, "error").empty())
    text += (text.empty() ? "" : ". ") + std::string("Slurm doesn't answer at the moment");
  return text;
}

} // namespace discern::remote
