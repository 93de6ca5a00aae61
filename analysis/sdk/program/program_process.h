#pragma once
#include <functional>
#include <string>
#include <vector>

namespace discern::sdk {

/// How a program ended: with an exit code, or by a signal (then not 0).
struct ProgramEnd {
  int code = 0;
  int signal = 0;
};

struct ProgramStart {
  std::vector<std::string> words;               ///< the first is the program's path
  std::vector<std::string> environment;         ///< "NAME=value", beside what there is
  std::function<void(const std::string&)> line; ///< called with every line that it prints on its standard output
  std::function<bool()> cancelled;              ///< true: it is asked to end (SIGTERM), then made to (SIGKILL)
  double graceSeconds = 5;
};

/// Starts a program in the working directory and waits for it. It dies with this process. Throws std::runtime_error
/// when it can't be started.
[[nodiscard]] ProgramEnd runProgram(const ProgramStart& start);

} // namespace discern::sdk
