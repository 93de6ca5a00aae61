#pragma once
#include <string>
#include <sys/types.h>

namespace discern::channel {

/// A running service with pipes to its standard input and output; its standard error is ours. Both pipes are
/// non-blocking. It is in a process group of its own, so that Ctrl+C in a terminal ends the window and not the service
/// under it.
class ServiceProcess {
public:
  /// Starts `program serve`. Throws std::runtime_error with a sentence.
  explicit ServiceProcess(const std::string& program);
  /// Ends the process: its input ends, and if it does not go at once it is killed.
  ~ServiceProcess();
  ServiceProcess(const ServiceProcess&) = delete;
  ServiceProcess& operator=(const ServiceProcess&) = delete;

  [[nodiscard]] pid_t pid() const { return pid_; }
  [[nodiscard]] int input() const { return input_; }
  [[nodiscard]] int output() const { return output_; }
  /// Readable once the process has ended; -1 where the kernel has no such thing.
  [[nodiscard]] int ended() const { return pidDescriptor_; }
  /// Waits for the end, `patience` milliseconds, then kills. Returns how it ended: "signal 11" or "exit code 3".
  std::string finish(int patience);

private:
  pid_t pid_ = 0;
  int input_ = -1, output_ = -1, pidDescriptor_ = -1;
  std::string end_;
};

} // namespace discern::channel
