#pragma once
/// A plugin that is a program in any language: it is started with the run directory as its argument. What it finds
/// there and what it writes is in analysis/sdk/README.md.
#include "sdk/analysis.h"
#include "sdk/registry.h"

#include <memory>
#include <stdexcept>

namespace discern::sdk {

/// How a program ended that didn't succeed.
class ProgramFailed : public std::runtime_error {
public:
  ProgramFailed(const std::string& message, int exitCode, int signalNumber)
      : std::runtime_error(message), code(exitCode), signal(signalNumber) {}
  int code;   ///< of discern-run: 1 failed, 2 wrong usage, 3 unreadable input
  int signal; ///< that ended it; 0: none
};

/// The analysis that starts the program of a plugin. Its run() must be called with the run directory as the working
/// directory; it throws ProgramFailed.
[[nodiscard]] std::unique_ptr<Analysis> programAnalysis(const Entry& plugin);

} // namespace discern::sdk
