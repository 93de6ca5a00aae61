#pragma once
#include "command.h"
#include "render/request.h"

namespace discern::runner {

/// The options that `render` and `replay` share, without the output.
[[nodiscard]] std::set<std::string> drawingOptions();

/// Those that take no value.
[[nodiscard]] std::set<std::string> drawingFlags();

/// Fills a request from them. Throws data::UsageError.
void readDrawingOptions(const Arguments& arguments, render::Request& request);

/// Loads the drawing module and has it draw. Throws std::runtime_error when this machine lacks graphics libraries.
/// With `progress` set, lines "progress 0.42" go to standard output. Returns the exit code: Done or WasCancelled
/// (SIGINT or SIGTERM).
[[nodiscard]] int draw(const render::Request& request, bool progress);

/// True for a file that is a saved session by its name or its first bytes.
[[nodiscard]] bool looksLikeSession(const std::string& file);

} // namespace discern::runner
