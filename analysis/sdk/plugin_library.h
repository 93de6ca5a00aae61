#pragma once
#include "sdk/analysis.h"
#include "sdk/registry.h"

#include <memory>

namespace discern::sdk {

/// Loads the shared library of a plugin and makes its analysis, or makes the one that starts its program. The library
/// stays loaded until the process ends, since code it started (OpenMP's threads) may outlive the analysis. Throws
/// std::runtime_error that says what is wrong with the library.
[[nodiscard]] std::unique_ptr<Analysis> load(const Entry& plugin);

} // namespace discern::sdk
