#pragma once
#include <atomic>
#include <string>
#include <sys/types.h>
#include <vector>

namespace discern::remote {

/// Whether Ctrl+C and questions at our terminal are the child's, too.
enum class Terminal { Ours, Shared };

/// A process with pipes to its stdin, stdout and stderr; killed and reaped at the end. Throws std::runtime_error when
/// it can't be started.
class Child {
public:
  explicit Child(const std::vector<std::string>& words, const std::vector<std::string>& environment = {},
                 Terminal terminal = Terminal::Ours);
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  [[nodiscard]] int in() const { return in_; }   ///< write here; not blocking
  [[nodiscard]] int out() const { return out_; } ///< read here; not blocking
  [[nodiscard]] int err() const { return err_; } ///< read here; not blocking
  [[nodiscard]] pid_t pid() const { return pid_; }
  void closeIn();
  /// Waits at most `seconds`; the exit code, or 128 + the signal, or -1 while it runs.
  [[nodiscard]] int wait(double seconds);

private:
  int in_ = -1, out_ = -1, err_ = -1;
  pid_t pid_ = -1;
  int code_ = -1;
};

/// What a process wrote, and how it ended.
struct Outcome {
  int code = -1; ///< -1: it did not end in time, and was killed
  std::string out, err;
};
/// Runs a process to its end, at most `seconds`; `input` is its stdin. At most 1 MB of each output is kept. `stop` ends
/// it before.
[[nodiscard]] Outcome outcomeOf(const std::vector<std::string>& words, double seconds, const std::string& input = {},
                                const std::vector<std::string>& environment = {}, Terminal terminal = Terminal::Ours,
                                const std::atomic<bool>* stop = nullptr);

} // namespace discern::remote
