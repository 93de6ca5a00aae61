#pragma once
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace discern::jobs {

/// A process, told apart from a later one that got the same pid: by its start time, the boot and the host.
struct ProcessIdentity {
  std::int64_t pid = 0;
  std::uint64_t start = 0; ///< clock ticks since boot, field 22 of /proc/PID/stat
  std::string boot, host;

  [[nodiscard]] static ProcessIdentity of(std::int64_t pid); ///< `start` 0 when there is no such process
  [[nodiscard]] static ProcessIdentity self();
  /// Whether it runs (a zombie doesn't). Only meaningful on its own host.
  [[nodiscard]] bool alive() const;
  [[nodiscard]] bool onThisHost() const;
  [[nodiscard]] bool operator==(const ProcessIdentity&) const = default;
};

void to_json(nlohmann::json& json, const ProcessIdentity& process);
void from_json(const nlohmann::json& json, ProcessIdentity& process);

} // namespace discern::jobs
