#pragma once
#include "session/state.h"

namespace discern::scene {

/// The layer of a role that a comparison means: the one it names, else the topmost visible one; nullptr: there is none.
[[nodiscard]] const session::Layer* sideOf(const session::State& state, session::Role role);

/// Two layers that are set against each other. nullptr, nullptr: there are no two.
struct Sides {
  const session::Layer *first = nullptr, *second = nullptr;
};
/// Prediction and truth; where these are not both there, the two topmost visible layers.
[[nodiscard]] Sides sidesOf(const session::State& state);

} // namespace discern::scene
