#pragma once
#include "command.h"
#include "render/request.h"

namespace discern::runner {

/// The options that `render` and `replay` share, without the output.
[[nodiscard]] std::set<std::string> drawingOptions();

/// Fills a request from them. Throws data::UsageError.
void readDrawingOptions(const Arguments& arguments, render::Request& request);

/// Loads the drawing module and has it draw. Throws std::runtime_error when this machine lacks graphics libraries.
void draw(const render::Request& request);

/// True for a file that is a saved session by its name or its first bytes.
[[nodiscard]] bool looksLikeSession(const std::string& file);

} // namespace discern::runner
