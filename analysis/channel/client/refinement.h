#pragma once
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <string>

namespace discern::channel {

/// Work that the data service does by itself: the coarser levels and exact statistics of one time step and component of
/// a field.
struct Refinement {
  enum class State {
    Running,
    Done,
    Stopped, ///< by stopRefining()
    Failed,  ///< `message` says why
    Unkept   ///< the statistics are exact now, the levels can't be kept: `message`
  };
  std::string path, field;
  std::int64_t time = 0;
  int component = 0;
  State state = State::Running;
  bool levels = false;              ///< coarser levels are made, not the statistics alone
  std::int64_t done = 0, total = 0; ///< bytes of the file
  double seconds = 0;               ///< since the work began
  std::string message;              ///< a sentence, or empty
};
void from_json(const nlohmann::json&, Refinement&);

} // namespace discern::channel
