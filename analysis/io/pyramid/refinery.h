#pragma once
#include "io/pyramid/volume.h"

#include <condition_variable>
#include <deque>
#include <functional>
#include <map>
#include <set>
#include <thread>

namespace discern::io {

/// How far the work on one volume has come.
struct Refinement {
  enum class State {
    Running,
    Done,      ///< levels and statistics are whole
    Cancelled, ///< by cancel()
    Failed,    ///< the file gives way: `message`
    Unkept     ///< the statistics are whole, the levels can't be kept: `message`
  };
  std::string path, field;
  std::int64_t time = 0;
  int component = 0;
  State state = State::Running;
  bool levels = false;              ///< they are made too, not the statistics alone
  std::int64_t done = 0, total = 0; ///< bytes of the file
  double seconds = 0;               ///< since the work began
  std::string message;              ///< a sentence
};
[[nodiscard]] std::string_view nameOf(Refinement::State state); ///< "running", "done", "cancelled", "failed", "unkept"

/// Makes pyramids and exact statistics in the background: one thread of low priority goes through the volumes that
/// somebody looked at, the last one first, a piece at a time. Fields are handed out wrapped: they read coarse levels
/// from what is there, and asking them for a coarse level or for statistics has the rest made. Any thread may call.
class Refinery {
public:
  struct Options {
    std::shared_ptr<const PyramidCache> cache = std::make_shared<PyramidCache>();
    PyramidVolume::Limits limits;
    bool build = true; ///< false: only what is kept already is used
    /// Called by the thread that works: at every change of state, and about five times a second.
    std::function<void(const Refinement&)> tell;
    /// Called before each piece; returns when nobody waits for the machine.
    std::function<void(const std::stop_token&)> pause;
  };
  explicit Refinery(Options options);
  ~Refinery(); ///< stops after the piece at hand

  /// The dataset with its fields wrapped. The refinery outlives it.
  [[nodiscard]] std::shared_ptr<data::Dataset> around(std::shared_ptr<data::Dataset> dataset);

  struct Key {
    std::string path, field;
    std::int64_t time = 0;
    int component = 0;
    [[nodiscard]] auto operator<=>(const Key&) const = default;
  };
  /// Asks for the work on a volume; nothing happens when it is done, waits, or was cancelled.
  void want(const Key& key, const std::shared_ptr<PyramidVolume>& volume);
  /// Ends the work on a field, and does not begin it again by itself.
  void cancel(const std::string& path, const std::string& field);
  /// Nothing is worked on and nothing waits.
  [[nodiscard]] bool idle() const;
  [[nodiscard]] const Options& options() const { return options_; }

private:
  struct Job {
    Key key;
    std::shared_ptr<PyramidVolume> volume;
  };
  class Work;
  void run(const std::stop_token& stop);
  [[nodiscard]] bool cancelled(const Key& key) const;

  Options options_;
  mutable std::mutex mutex_; ///< guards what follows
  std::condition_variable_any wake_;
  std::deque<Job> waiting_; ///< the next one last
  std::optional<Key> working_;
  std::set<std::pair<std::string, std::string>> cancelled_;
  std::jthread thread_; ///< last: it uses the others
};

} // namespace discern::io
