#pragma once
#include <string>

namespace discern::session {

/// The keyword of the PNG's text chunk, and the id of the SVG's metadata, in which a figure keeps its session.
inline constexpr const char* embeddedKey = "discern-session";

/// The session text (see textOf) that a figure holds: a PNG in an iTXt chunk, an SVG in its metadata. Empty when `file`
/// is no such figure or holds none; never throws. Reads headers and text alone, not the picture.
[[nodiscard]] std::string embeddedIn(const std::string& file);

} // namespace discern::session
