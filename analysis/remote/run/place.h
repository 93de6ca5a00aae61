#pragma once
/// What the folder of a followed run keeps of the run over there, and what its follower is asked.
#include "remote/host_profile.h"

#include <cstdint>
#include <string>

namespace discern::remote {

/// Where a run is over there; from remote.json.
struct RemotePlace {
  std::string host, path; ///< `path` empty: not there yet
  bool submitted = false;
  std::int64_t until = 0; ///< bytes of its events.jsonl that are mirrored
};
[[nodiscard]] RemotePlace placeOf(const std::string& runPath);
void writePlace(const std::string& runPath, const RemotePlace& place);

/// Asks the follower to leave the run to itself, or to try the connection now.
void requestDetach(const std::string& runPath);
void requestRetry(const std::string& runPath);

/// The folder for Discern's things on a host: runs/ and inputs/ lie below.
[[nodiscard]] std::string scratchFolder(const HostProfile& profile);

} // namespace discern::remote
