#pragma once
#include "data/block.h"
#include "session/state.h"

namespace discern::views {

[[nodiscard]] data::FieldProvider::Key keyOf(const session::Layer& layer);

/// What is known of a layer's field; nullptr while its file is still being opened.
[[nodiscard]] const data::FieldInfo* infoOf(const data::FieldProvider& provider, const session::Layer& layer);

/// The layer whose contrast the mouse and the editor change: the active one when it holds measurements, else the
/// topmost visible one that does; nullptr when there is none.
[[nodiscard]] const session::Layer* contrastLayer(const session::State& state, const data::FieldProvider& provider);

/// The layer whose time axis the session's steps count: the active one when it has more than one step, else the one
/// with the most steps; nullptr when no layer has time.
[[nodiscard]] const session::Layer* timeLayer(const session::State& state, const data::FieldProvider& provider);

/// The session's step, held inside what a field has.
[[nodiscard]] std::int64_t stepOf(const session::State& state, const data::FieldInfo& info);

} // namespace discern::views
