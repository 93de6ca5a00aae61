#include "desktop/window/stall_watchdog.h"

#include <QMetaObject>
#include <algorithm>
#include <chrono>

namespace discern::desktop {

namespace {

constexpr auto pause = std::chrono::milliseconds(2);
constexpr std::int64_t worthCounting = 50'000'000;

std::int64_t now() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

} // namespace

StallWatchdog::StallWatchdog(QObject* parent) : QObject(parent) {}

StallWatchdog::~StallWatchdog() { stop(); }

void StallWatchdog::start() {
  if (running_.exchange(true)) return;
  reset();
  thread_ = std::thread([this] { watch(); });
}

void StallWatchdog::stop() {
  running_ = false;
  if (thread_.joinable()) thread_.join();
}

void StallWatchdog::reset() {
  longest_ = 0;
  count_ = 0;
}

double StallWatchdog::longest() const {
  std::int64_t most = longest_.load();
  if (running_ && answered_.load() != asked_.load()) most = std::max(most, now() - askedAt_.load());
  return static_cast<double>(most) / 1e6;
}

void StallWatchdog::watch() {
  while (running_) {
    askedAt_ = now();
    ++asked_;
    QMetaObject::invokeMethod(
        this,
        [this] {
          const std::int64_t took = now() - askedAt_.load();
          if (took > longest_.load()) longest_ = took;
          if (took > worthCounting) ++count_;
          answered_ = asked_.load();
        },
        Qt::QueuedConnection);
    while (running_ && answered_.load() != asked_.load())
      std::this_thread::sleep_for(pause);
    std::this_thread::sleep_for(pause);
  }
}

} // namespace discern::desktop
