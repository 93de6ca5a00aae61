#pragma once
#include "session/state.h"

#include <nlohmann/json_fwd.hpp>

namespace discern::session {

/// Throws data::UsageError when colours, steps or opacity points make no sense.
void checkScale(const Layer& layer);

/// A layer that comes, or comes back, to a shared scale takes it from the first that has it.
void takeSharedScale(const State& state, Layer& layer);

/// What `properties` names of the scale of `from` goes to the layers that share it.
void shareScale(State& state, const Layer& from, const nlohmann::json& properties);

} // namespace discern::session
