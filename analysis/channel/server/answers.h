#pragma once
#include <mutex>
#include <string>
#include <string_view>

namespace discern::channel {

/// The way out: whole messages, from any thread, until the other end is gone.
class Answers {
public:
  Answers(int output, int goneEvent) : output_(output), goneEvent_(goneEvent) {}
  /// Writes a line, and the raw bytes that belong to it. When nobody reads any more, `goneEvent` is raised once.
  void send(std::string_view line, std::string_view raw = {});
  /// Drops whatever is sent from now on.
  void stop();

private:
  std::mutex mutex_;
  int output_, goneEvent_;
  bool open_ = true;
};

} // namespace discern::channel
