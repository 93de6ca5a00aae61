#pragma once
#include "data/block.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <variant>
#include <vector>

namespace discern::channel {

/// A request on its way to the service.
struct Ask {
  std::int64_t id = 0; ///< above zero
  std::string method;
  std::string path{}; ///< the file it is about, or empty
  nlohmann::json params{};
  int priority = 1;
  bool again = false; ///< even if the file killed the service a moment ago
  // For `read`: what comes back.
  data::Slab slab{};
  data::ScalarType type = data::ScalarType::UInt8;
  std::size_t bytes = 0;
};

/// What became of a request.
struct Answer {
  std::int64_t id = 0; ///< above zero
  std::string error;   ///< empty: all is well
  std::variant<std::monostate, data::BlockPtr, data::DatasetInfo, std::vector<double>, data::Statistics, data::Table,
               data::ShapePtr, data::GridReading, data::TableRows, data::ColumnSummary, data::Curve, data::SkyPosition,
               nlohmann::json>
      value;
  std::string stamp; ///< which state of the file it was read from; `open` and `read` only
};

/// The service came back after a crash.
struct Restart {
  std::string reason;
};

/// What the service said without being asked.
struct Notice {
  nlohmann::json what;
};

using Event = std::variant<Answer, Restart, Notice>;

/// The thread that owns the service process and speaks with it: starts it, starts it again when it dies, asks again
/// what was not answered, and gives up on a request that killed it twice. Its members return at once.
class ServiceLink {
public:
  /// `candidates`: where the program may be; the first that exists is used. `notify` is called on the link's thread
  /// when there are events after there were none.
  ServiceLink(std::vector<std::string> candidates, std::function<void()> notify);
  ~ServiceLink();

  void ask(Ask ask);
  void cancel(std::int64_t id);
  /// Answers `id` with a part of `block`, without the service.
  void cut(std::int64_t id, data::BlockPtr block, const data::Slab& part);
  void raise(std::int64_t id, int priority);
  /// The service forgets the file.
  void close(const std::string& path);
  [[nodiscard]] std::vector<Event> take();
  [[nodiscard]] std::int64_t pid() const; ///< 0: not running

private:
  class Private;
  std::unique_ptr<Private> d;
};

} // namespace discern::channel
