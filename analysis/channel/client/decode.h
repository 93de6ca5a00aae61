#pragma once
#include "channel/client/service_link.h"

namespace discern::channel {

/// Fills `answer.value` from the result of a request other than `read`. Throws when the result isn't what the method
/// gives.
void decode(const Ask& ask, nlohmann::json& result, Answer& answer);

} // namespace discern::channel
