#pragma once
#include <chrono>
#include <deque>
#include <map>
#include <string>

namespace discern::channel {

/// What the crashes of the service teach: how long to wait before it is started again, and which files to leave alone.
class CrashRecord {
public:
  using Clock = std::chrono::steady_clock;

  /// Notes a crash; returns how long to wait. The first two in ten seconds cost no waiting, then it doubles from 50 ms
  /// up to 2 s.
  std::chrono::milliseconds crashed(Clock::time_point now);

  /// The file is left alone for ten seconds.
  void quarantine(const std::string& path, const std::string& why, Clock::time_point now);
  /// Why the file is left alone; nullptr when it isn't.
  [[nodiscard]] const std::string* quarantined(const std::string& path, Clock::time_point now) const;
  void lift(const std::string& path) { quarantine_.erase(path); }

private:
  struct Entry {
    Clock::time_point until;
    std::string why;
  };
  std::deque<Clock::time_point> crashes_;
  std::map<std::string, Entry> quarantine_;
};

} // namespace discern::channel
