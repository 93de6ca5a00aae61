#include "io/pyramid/refinery.h"

#include "io/pyramid/folder_lock.h"
#include "io/pyramid/refined_dataset.h"

#include <algorithm>
#include <chrono>
#include <new>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

namespace discern::io {

namespace {

using Clock = std::chrono::steady_clock;
constexpr auto tellEvery = std::chrono::milliseconds(200), lookEvery = std::chrono::milliseconds(500);

/// This thread gives way to all others, with the processor and with the disk.
void stepBack() {
  constexpr int niceness = 10; // not the most: who holds the lock of HDF5 must come on
  constexpr int ioprioWhoProcess = 1, ioprioClassIdle = 3 << 13;
  const auto self = static_cast<id_t>(::syscall(SYS_gettid));
  (void)::setpriority(PRIO_PROCESS, self, niceness);
  (void)::syscall(SYS_ioprio_set, ioprioWhoProcess, 0, ioprioClassIdle);
}

} // namespace

std::string_view nameOf(Refinement::State state) {
  switch (state) {
  case Refinement::State::Running:
    return "running";
  case Refinement::State::Done:
    return "done";
  case Refinement::State::Cancelled:
    return "cancelled";
  case Refinement::State::Failed:
    return "failed";
  case Refinement::State::Unkept:
    break;
  }
  return "unkept";
}

/// The work on one volume.
class Refinery::Work {
public:
  Work(Refinery& refinery, const Job& job, const std::stop_token& stop)
      : refinery_(refinery), volume_(*job.volume), stop_(stop), key_(job.key), statistics_(volume_.info().type) {
    now_.path = key_.path;
    now_.field = key_.field;
    now_.time = key_.time;
    now_.component = key_.component;
    now_.levels = volume_.wantsLevels();
    now_.total = volume_.info().voxels() * voxelBytes();
  }

  void run() {
    using State = Refinement::State;
    try {
      if (now_.levels)
        if (const std::string refusal = volume_.cache().refusal(volume_.levelBytes()); !refusal.empty())
          unkept(refusal);
      tell(State::Running);
      if (!pieces()) {
        if (!stop_.stop_requested()) tell(State::Cancelled);
        return;
      }
      volume_.finish(statistics_.result(), keeps());
      if (now_.levels) volume_.cache().keepWithin(volume_.folder(false));
      tell(now_.message.empty() ? State::Done : State::Unkept);
    } catch (const std::bad_alloc&) {
      fail(key_.path + ": there is not enough memory to prepare its coarser levels");
    } catch (const std::exception& error) {
      fail(error.what());
    }
  }

private:
  [[nodiscard]] std::int64_t voxelBytes() const { return static_cast<std::int64_t>(data::sizeOf(volume_.info().type)); }
  [[nodiscard]] bool keeps() const { return now_.levels && now_.message.empty(); }
  [[nodiscard]] bool halted() const { return stop_.stop_requested() || refinery_.cancelled(key_); }

  void unkept(const std::string& why) {
    now_.message = "The coarser levels of " + key_.path + " can't be kept: " + why +
                   ". They are read from the file itself, which takes longer.";
  }

  void fail(std::string why) {
    now_.message = std::move(why);
    tell(Refinement::State::Failed);
  }

  void tell(Refinement::State state) {
    told_ = Clock::now();
    now_.state = state;
    now_.seconds = std::chrono::duration<double>(told_ - begun_).count();
    if (refinery_.options_.tell) refinery_.options_.tell(now_);
  }

  void count(std::int64_t done) {
    now_.done = done;
    if (Clock::now() - told_ >= tellEvery) tell(Refinement::State::Running);
  }

  /// Until this process builds here, or another has built everything. False when the work was stopped.
  bool waitForLock(FolderLock& lock) {
    while (!lock.take(volume_.folder(true))) {
      volume_.look();
      std::int64_t done = 0, pieces = 0;
      for (std::int64_t piece = 0; piece < volume_.grid().count(); ++piece)
        if (volume_.has(piece)) {
          ++pieces;
          done += volume_.grid().box(piece).voxels() * voxelBytes();
        }
      if (pieces == volume_.grid().count()) break;
      count(done);
      std::unique_lock hold(refinery_.mutex_);
      refinery_.wake_.wait_for(hold, stop_, lookEvery, [] { return false; });
      hold.unlock();
      if (halted()) return false;
    }
    volume_.look();
    if (lock.held()) volume_.tidy();
    return true;
  }

  /// Goes through all pieces. False when it was stopped.
  bool pieces() {
    FolderLock lock;
    if (keeps() && !waitForLock(lock)) return false;
    now_.done = 0;
    for (std::int64_t piece = 0; piece < volume_.grid().count(); ++piece) {
      if (refinery_.options_.pause) refinery_.options_.pause(stop_);
      if (halted()) return false;
      if (!volume_.has(piece) || !volume_.gather(piece, statistics_))
        if (const std::string refusal = volume_.build(piece, keeps(), statistics_); !refusal.empty()) unkept(refusal);
      count(now_.done + volume_.grid().box(piece).voxels() * voxelBytes());
    }
    return true;
  }

  Refinery& refinery_;
  PyramidVolume& volume_;
  const std::stop_token& stop_;
  Key key_;
  ExactStatistics statistics_;
  Refinement now_;
  Clock::time_point begun_ = Clock::now(), told_ = begun_;
};

Refinery::Refinery(Options options) : options_(std::move(options)) {
  if (options_.build) thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
}

Refinery::~Refinery() {
  thread_.request_stop();
  if (thread_.joinable()) thread_.join();
}

std::shared_ptr<data::Dataset> Refinery::around(std::shared_ptr<data::Dataset> dataset) {
  return dataset ? std::make_shared<RefinedDataset>(*this, std::move(dataset)) : dataset;
}

void Refinery::want(const Key& key, const std::shared_ptr<PyramidVolume>& volume) {
  if (!options_.build || volume->settled()) return;
  const std::lock_guard lock(mutex_);
  if (working_ == key || cancelled_.contains({key.path, key.field})) return;
  const auto same = std::find_if(waiting_.begin(), waiting_.end(), [&](const Job& job) { return job.key == key; });
  if (same != waiting_.end()) waiting_.erase(same);
  waiting_.push_back({key, volume});
  wake_.notify_all();
}

void Refinery::cancel(const std::string& path, const std::string& field) {
  const std::lock_guard lock(mutex_);
  cancelled_.insert({path, field});
  std::erase_if(waiting_, [&](const Job& job) { return job.key.path == path && job.key.field == field; });
  wake_.notify_all();
}

bool Refinery::cancelled(const Key& key) const {
  const std::lock_guard lock(mutex_);
  return cancelled_.contains({key.path, key.field});
}

bool Refinery::idle() const {
  const std::lock_guard lock(mutex_);
  return !working_ && waiting_.empty();
}

void Refinery::run(const std::stop_token& stop) {
  stepBack();
  for (;;) {
    Job job;
    {
      std::unique_lock lock(mutex_);
      wake_.wait(lock, stop, [this] { return !waiting_.empty(); });
      if (stop.stop_requested()) return;
      job = std::move(waiting_.back());
      waiting_.pop_back();
      working_ = job.key;
    }
    Work(*this, job, stop).run();
    const std::lock_guard lock(mutex_);
    if (!job.volume->statistics()) job.volume->giveUp();
    working_.reset();
  }
}

} // namespace discern::io
