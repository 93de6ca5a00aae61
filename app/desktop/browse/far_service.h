#pragma once
#include "channel/client/service_process.h"

#include <string>

namespace discern::desktop {

/// What starts the data service on a host over the system's ssh, as the host's profile says; a name without a profile
/// is one that ssh knows. `asked`: a person waits, and may be asked for a password. Throws channel::ConnectionRefused
/// with half a sentence where trying again by itself won't help, else another exception. May take its time; any thread.
[[nodiscard]] channel::ServiceCommand serviceOn(const std::string& host, bool asked);

} // namespace discern::desktop
