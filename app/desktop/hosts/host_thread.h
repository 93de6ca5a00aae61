#pragma once
#include <QCoreApplication>
#include <QMetaObject>
#include <QObject>
#include <QPointer>
#include <QThread>
#include <atomic>
#include <functional>
#include <memory>
#include <utility>

namespace discern::desktop {

/// One piece of work at a time with another machine, which may take minutes, on a thread of its own. When this goes,
/// the work is asked to stop and nothing more is heard of it; nobody waits for it.
class HostThread final : public QObject {
public:
  using Stop = std::shared_ptr<std::atomic<bool>>;

  explicit HostThread(QObject* parent) : QObject(parent) {}
  ~HostThread() override { stop(); }

  [[nodiscard]] bool busy() const { return busy_; }
  [[nodiscard]] bool stopping() const { return busy_ && *stop_; }
  void stop() {
    if (stop_) *stop_ = true;
  }
  /// Runs `work(stop)` there, then `done(result)` here. `work` must not throw. Not while busy.
  template <typename Work, typename Done>
  void start(Work work, Done done) {
    busy_ = true;
    stop_ = std::make_shared<std::atomic<bool>>(false);
    QThread* thread = QThread::create(
        [guard = QPointer<HostThread>(this), stop = stop_, work = std::move(work), done = std::move(done)]() mutable {
          auto result = work(*stop);
          QMetaObject::invokeMethod(
              QCoreApplication::instance(),
              [guard, done = std::move(done), result = std::move(result)]() mutable {
                if (!guard) return;
                guard->busy_ = false;
                done(std::move(result));
              },
              Qt::QueuedConnection);
        });
    connect(thread, &QThread::finished, thread, &QObject::deleteLater);
    thread->start();
  }
  /// What `work` uses to say how far it is: a function that may be called on its thread and calls `heard` here.
  template <typename Value>
  [[nodiscard]] std::function<void(const Value&)> teller(std::function<void(const Value&)> heard) {
    return [guard = QPointer<HostThread>(this), heard = std::move(heard)](const Value& value) {
      QMetaObject::invokeMethod(
          QCoreApplication::instance(),
          [guard, heard, value] {
            if (guard) heard(value);
          },
          Qt::QueuedConnection);
    };
  }

private:
  bool busy_ = false;
  Stop stop_;
};

/// What went wrong in work with a host, to be shown with the way out.
struct HostProblem {
  QString text;    ///< a sentence
  QString details; ///< what ssh or the far side said
  bool signIn = false;
  [[nodiscard]] explicit operator bool() const { return !text.isEmpty(); }
};

/// Runs `work` and turns what it throws into a problem.
[[nodiscard]] HostProblem problemOf(const std::function<void()>& work);

} // namespace discern::desktop
