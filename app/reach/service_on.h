#pragma once
#include "channel/client/service_process.h"
#include "remote/connection/ssh.h"

#include <string>

namespace discern::reach {

/// What starts the data service on a host over the system's ssh, as the host's profile says; a name without a profile
/// is one that ssh knows. Throws channel::ConnectionRefused with half a sentence where trying again by itself won't
/// help, else another exception. May take its time; any thread.
[[nodiscard]] channel::ServiceCommand serviceOn(const std::string& host, remote::Prompts prompts);

} // namespace discern::reach
