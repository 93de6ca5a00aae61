#include "jobs/launcher.h"

#include "jobs/supervisor.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <filesystem>
#include <map>
#include <mutex>
#include <sys/stat.h>
#include <thread>

namespace discern::jobs {
namespace {

using Clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

constexpr auto pollInterval = 50ms;
constexpr auto signalInterval = 100ms; // at most ten signals a second a run
constexpr auto lookInterval = 500ms;   // whole look, processes and all, though no file has changed
constexpr auto orphanGrace = 5s;

/// Whether any file of the run has changed, for three system calls.
struct Footprint {
  std::int64_t events = -1, state = -1, exit = -1;
  [[nodiscard]] static Footprint of(const std::string& path) {
    const auto look = [&path](const char* file, bool size) -> std::int64_t {
      struct stat info {};
      if (stat((path + file).c_str(), &info) != 0) return -1;
      return size ? info.st_size : info.st_mtim.tv_sec * 1'000'000'000 + info.st_mtim.tv_nsec;
    };
    return {look("/events.jsonl", true), look("/state.json", false), look("/exit.json", false)};
  }
  [[nodiscard]] bool operator==(const Footprint&) const = default;
};

} // namespace

class JobMonitor::Private {
public:
  struct Watch {
    Footprint footprint;
    Snapshot last;
    bool told = false; // `last` holds what was told
    bool dirty = true; // something changed that was not told
    Clock::time_point toldAt{}, lookedAt{};
    bool cancelling = false, killed = false;
    Clock::time_point cancelledAt{};
  };
  struct Order {
    enum Kind { Start, Watch_, Unwatch, Cancel, WindUp } kind;
    std::string path;
    nlohmann::json job;
  };

  Private(JobMonitor& owner, std::string program)
      : owner_(owner), program_(std::move(program)), thread_([this] { work(); }) {}
  ~Private() {
    {
      const std::scoped_lock lock(mutex_);
      stop_ = true;
    }
    wake_.notify_one();
    thread_.join();
  }

  void give(Order order) {
    {
      const std::scoped_lock lock(mutex_);
      orders_.push_back(std::move(order));
    }
    wake_.notify_one();
  }

  /// Hands a snapshot to the owner's thread. While one is on its way, the next replaces it, so that a busy window isn't
  /// flooded.
  void tell(Snapshot snapshot) {
    const std::scoped_lock lock(outMutex_);
    const std::string path = snapshot.path;
    const bool onItsWay = out_.contains(path);
    out_[path] = std::move(snapshot);
    if (!onItsWay)
      QMetaObject::invokeMethod(
          &owner_, [this, path] { deliver(path); }, Qt::QueuedConnection);
  }

private:
  void deliver(const std::string& path) {
    Snapshot snapshot;
    {
      const std::scoped_lock lock(outMutex_);
      auto node = out_.extract(path);
      if (node.empty()) return;
      snapshot = std::move(node.mapped());
    }
    Q_EMIT owner_.changed(snapshot);
  }

  void work() {
    std::unique_lock lock(mutex_);
    while (!stop_ ||
           !orders_.empty()) { // what was ordered before the end is still done: a run that was asked for is started
      if (orders_.empty()) {
        if (watches_.empty())
          wake_.wait(lock, [this] { return stop_ || !orders_.empty(); });
        else
          wake_.wait_for(lock, pollInterval, [this] { return stop_ || !orders_.empty(); });
      }
      const std::vector<Order> orders = std::exchange(orders_, {});
      lock.unlock();
      for (const Order& order : orders)
        obey(order);
      poll();
      lock.lock();
    }
  }

  void obey(const Order& order) {
    switch (order.kind) {
    case Order::Start:
      start(order);
      break;
    case Order::Watch_:
      watches_.try_emplace(order.path);
      break;
    case Order::Unwatch: {
      watches_.erase(order.path);
      const std::scoped_lock lock(outMutex_);
      out_.erase(order.path);
      break;
    }
    case Order::WindUp:
      RunDirectory(order.path).requestWindUp();
      watches_[order.path].dirty = true;
      break;
    case Order::Cancel: {
      RunDirectory(order.path).requestCancel();
      Watch& watch = watches_.try_emplace(order.path).first->second;
      watch.cancelling = true;
      watch.cancelledAt = Clock::now();
      watch.dirty = true;
      RunDirectory(order.path).signalOrphan(SIGTERM);
      break;
    }
    }
  }

  void start(const Order& order) {
    try {
      const RunDirectory run = RunDirectory::create(order.path, order.job);
      watches_.try_emplace(run.path());
      try {
        superviseDetached(program_, run.path());
      } catch (const std::exception& error) {
        reportFailedStart(run.path(), error.what());
      }
    } catch (const std::exception& error) {
      Snapshot failed;
      failed.path = order.path;
      failed.job = order.job;
      failed.plugin = order.job.value("plugin", "");
      failed.title = order.job.value("title", "");
      failed.state = RunState::Failed;
      failed.ended = now();
      failed.message = std::string("The run could not be started: ") + error.what();
      watches_.erase(order.path);
      tell(std::move(failed));
    }
  }

  void poll() {
    for (auto at = watches_.begin(); at != watches_.end();) {
      auto& [path, watch] = *at;
      const auto time = Clock::now();
      const Footprint footprint = Footprint::of(path);
      if (footprint != watch.footprint || time - watch.lookedAt >= lookInterval) watch.dirty = true;
      watch.footprint = footprint;
      if (watch.cancelling && !watch.killed && time - watch.cancelledAt > orphanGrace)
        watch.killed = RunDirectory(path).signalOrphan(SIGKILL);
      bool final = false;
      if (watch.dirty && (!watch.told || time - watch.toldAt >= signalInterval)) {
        Snapshot snapshot = RunDirectory(path).snapshot();
        watch.lookedAt = time;
        watch.dirty = false;
        final = isFinal(snapshot.state) && (snapshot.exitCode >= 0 || watch.told);
        if (!watch.told || !(snapshot == watch.last)) {
          watch.told = true;
          watch.toldAt = time;
          watch.last = snapshot;
          tell(std::move(snapshot));
        }
      }
      // A final state stays what it is: nothing more to look for.
      if (final)
        at = watches_.erase(at);
      else
        ++at;
    }
  }

  JobMonitor& owner_;
  std::string program_;
  std::mutex mutex_;
  std::condition_variable wake_;
  std::vector<Order> orders_;
  bool stop_ = false;
  std::mutex outMutex_;
  std::map<std::string, Snapshot> out_;
  std::map<std::string, Watch> watches_; // of the thread alone
  std::thread thread_;
};

JobMonitor::JobMonitor(QString runnerProgram, QObject* parent)
    : QObject(parent), d(std::make_unique<Private>(*this, runnerProgram.toStdString())) {
  qRegisterMetaType<Snapshot>();
}

JobMonitor::~JobMonitor() = default;

QString JobMonitor::start(const nlohmann::json& job) {
  const std::string path = newRunPath(job.value("plugin", "run"));
  Snapshot queued;
  queued.path = path;
  queued.job = job;
  queued.plugin = job.value("plugin", "");
  queued.title = job.value("title", "");
  d->tell(std::move(queued));
  d->give({Private::Order::Start, path, job});
  return QString::fromStdString(path);
}

void JobMonitor::watch(const QString& runPath) { d->give({Private::Order::Watch_, runPath.toStdString(), {}}); }
void JobMonitor::unwatch(const QString& runPath) { d->give({Private::Order::Unwatch, runPath.toStdString(), {}}); }
void JobMonitor::cancel(const QString& runPath) { d->give({Private::Order::Cancel, runPath.toStdString(), {}}); }
void JobMonitor::windUp(const QString& runPath) { d->give({Private::Order::WindUp, runPath.toStdString(), {}}); }

QString JobMonitor::asCommand(const nlohmann::json& job) { return QString::fromStdString(jobs::asCommand(job)); }

} // namespace discern::jobs
