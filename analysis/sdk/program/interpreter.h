#pragma once
#include "sdk/registry.h"

#include <string>
#include <vector>

namespace discern::sdk {

/// The words that start a program.
struct ProgramCommand {
  std::vector<std::string> words; ///< without the program's own arguments
  std::string note;               ///< for the log: why another interpreter was taken; may be empty
};

/// Finds the interpreter. For "python3" that is the first of $DISCERN_PYTHON (alone, when set), python3 on PATH and
/// /usr/bin/python3 that has numpy and h5py. Throws std::runtime_error that says what was looked for and what to do.
[[nodiscard]] ProgramCommand commandOf(const Entry& plugin);

/// The folder of our Python module, or empty: ../python beside the program (build tree), ../share/discern/python
/// (installed).
[[nodiscard]] std::string pythonModuleFolder();

} // namespace discern::sdk
