#pragma once
#include <QObject>
#include <atomic>
#include <thread>

namespace discern::desktop {

/// Measures how long the event loop of the thread that made it does not answer. A thread of its own knocks every few
/// milliseconds; the longest wait for an answer is the longest stall. For tests and benchmarks; nothing runs until
/// start().
class StallWatchdog final : public QObject {
  Q_OBJECT
public:
  explicit StallWatchdog(QObject* parent = nullptr);
  ~StallWatchdog() override;
  void start();
  void stop();
  /// Forgets the stalls so far.
  void reset();
  /// The longest stall since start or reset, in milliseconds, the one that lasts now included.
  [[nodiscard]] double longest() const;
  /// Stalls that took more than 50 ms.
  [[nodiscard]] int count() const { return count_.load(); }

private:
  void watch();
  std::thread thread_;
  std::atomic<bool> running_{false};
  std::atomic<std::int64_t> longest_{0}, asked_{0}, answered_{0}, askedAt_{0}; ///< ns
  std::atomic<int> count_{0};
};

} // namespace discern::desktop
