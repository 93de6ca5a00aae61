#pragma once
#include <functional>
#include <stdexcept>
#include <string>
#include <sys/types.h>
#include <vector>

namespace discern::channel {

/// Why there is no service: half a sentence, or a whole one that begins with the host's name; and whether another try
/// may go better by itself.
struct ServiceEnd {
  std::string reason;
  bool heals = true;
  bool known = true; ///< false: no machine of this name was found, which heals only where there once was one
};

/// A way to another machine can't be had, and trying again by itself won't help.
class ConnectionRefused : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// No machine of this name is known.
class HostUnknown : public std::runtime_error {
public:
  using std::runtime_error::runtime_error;
};

/// How a service is started.
struct ServiceCommand {
  std::vector<std::string> words;         ///< the first is a path, or is looked for in $PATH
  std::vector<std::string> environment{}; ///< NAME=VALUE, over what this program has
  /// What an end means, from the exit code (-1: none) and what was said on the standard error. Absent: the last line.
  std::function<ServiceEnd(int exitCode, const std::string& said)> explain{};
};

/// A running service with pipes to its standard input and output. Both pipes are non-blocking. It is in a process group
/// of its own, so that Ctrl+C in a terminal ends the window and not the service under it.
class ServiceProcess {
public:
  /// `keepErrors`: what it says on its standard error is kept, the end of it, instead of going where ours goes. Throws
  /// std::runtime_error with a sentence.
  ServiceProcess(const ServiceCommand& command, bool keepErrors);
  /// Ends the process: its input ends, and if it does not go at once it is killed.
  ~ServiceProcess();
  ServiceProcess(const ServiceProcess&) = delete;
  ServiceProcess& operator=(const ServiceProcess&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] int input() const { return input_; }
  [[nodiscard]] int output() const { return output_; }
  [[nodiscard]] int errors() const { return errors_; } ///< readable when there is something for takeErrors(); -1: none
  /// Readable once the process has ended; -1 where the kernel has no such thing.
  [[nodiscard]] int ended() const { return pidDescriptor_; }
  /// Reads what was said on the standard error.
  void takeErrors();
  [[nodiscard]] const std::string& said() const { return said_; } ///< the end of it
  [[nodiscard]] int exitCode() const { return exitCode_; }        ///< -1: it runs, or a signal ended it
  /// Waits for the end, `patience` milliseconds, then kills its process group. Returns how it ended: "signal 11" or
  /// "exit code 3".
  std::string finish(int patience);

private:
  pid_t pid_ = 0;
  int input_ = -1, output_ = -1, errors_ = -1, pidDescriptor_ = -1;
  int exitCode_ = -1;
  std::string end_, said_;
};

} // namespace discern::channel
