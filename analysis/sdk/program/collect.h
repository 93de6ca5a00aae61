#pragma once
#include "sdk/analysis.h"
#include "sdk/manifest.h"

namespace discern::sdk {

/// Takes what a program wrote into outputs/ (and its own result.h5, when there is one) into the run's result. Returns
/// how many fields, tables and numbers there were. Throws std::runtime_error that names the file, what was expected of
/// it, and what was found.
[[nodiscard]] int collectOutputs(const std::string& run, const Manifest& manifest, const Inputs& in, Outputs& out);

} // namespace discern::sdk
