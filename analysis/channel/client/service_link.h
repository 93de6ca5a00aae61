#pragma once
#include "channel/client/host_state.h"
#include "channel/client/service_process.h"
#include "data/block.h"

#include <chrono>
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
  std::string host{}; ///< whose service is asked; empty: that of this machine
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
  /// Of the content of the file, which what was read may be kept under; empty: it isn't to be kept.
  std::string identity;
};

/// The service came back after a crash.
struct Restart {
  std::string reason;
};

/// What the service said without being asked.
struct Notice {
  nlohmann::json what;
};

using Event = std::variant<Answer, Restart, Notice, HostState>;

/// Which service a link is to, and how patient it is.
struct LinkOptions {
  /// Where the program may be, for a service on this machine; the first that exists is used.
  std::vector<std::string> candidates{};
  /// For a service on another machine: its name, and what starts it. `connect` is called on the link's thread before
  /// every try; it may take its time. `asked`: a person waits, who may be asked for a password. It throws with half a
  /// sentence: ConnectionRefused where trying again by itself won't help.
  std::string host{};
  std::function<ServiceCommand(bool asked)> connect{};
  std::chrono::milliseconds silence{5000};    ///< of another machine, before it is asked whether it is still there
  std::chrono::milliseconds patience{10000};  ///< for the answer to that; then the connection counts as lost
  std::chrono::milliseconds firstRetry{1000}; ///< after a loss; twice as long after each failure, 30 times at most
};

/// The thread that owns the service process and speaks with it: starts it, starts it again when it dies, asks again
/// what was not answered, and gives up on a request that killed it twice. A connection to another machine that is lost
/// is made again, for as long as it takes; what was not answered waits. Its members return at once.
class ServiceLink {
public:
  /// `notify` is called on the link's thread when there are events after there were none.
  ServiceLink(LinkOptions options, std::function<void()> notify);
  ~ServiceLink();

  void ask(Ask ask);
  void cancel(std::int64_t id);
  /// Answers `id` with a part of `block`, without the service.
  void cut(std::int64_t id, data::BlockPtr block, const data::Slab& part);
  void raise(std::int64_t id, int priority);
  /// The service forgets the file.
  void close(const std::string& path);
  /// Tries at once to reach a machine that could not be reached.
  void reconnect();
  [[nodiscard]] std::vector<Event> take();
  [[nodiscard]] std::int64_t pid() const;       ///< 0: not running
  [[nodiscard]] std::uint64_t received() const; ///< bytes that came, payloads in shared memory aside

private:
  class Private;
  std::unique_ptr<Private> d;
};

} // namespace discern::channel
