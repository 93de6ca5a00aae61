#pragma once
#include "channel/client/service_process.h"
#include "channel/protocol/line_buffer.h"
#include "channel/protocol/message.h"

#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace discern::channel {

/// A service process as a way for messages: what is posted goes out when there is room, what comes in is cut into
/// messages. Nothing blocks.
class ServicePipe {
public:
  /// Bytes that came raw after a message; null when there were none.
  struct Payload {
    std::shared_ptr<const std::byte> bytes;
    std::size_t size = 0;
  };
  /// Takes a message, an object; false when it makes no sense.
  using Handler = std::function<bool(nlohmann::json& message, Payload payload)>;
  enum class State {
    Open,
    Closed, ///< the service closed its output
    Garbled ///< what came is not the protocol
  };

  /// Throws std::runtime_error when the program can't be started.
  explicit ServicePipe(const std::string& program) : process_(program) {}

  void post(const std::string& line) { outgoing_ += line; }
  /// Writes what there is room for.
  void flush();
  /// True when something waits for room: poll input() for writing.
  [[nodiscard]] bool isFull() const { return written_ < outgoing_.size(); }
  /// Reads what is there.
  [[nodiscard]] State receive(const Handler& handler);

  [[nodiscard]] pid_t pid() const { return process_.pid(); }
  [[nodiscard]] int input() const { return process_.input(); }
  [[nodiscard]] int output() const { return process_.output(); }
  [[nodiscard]] int ended() const { return process_.ended(); }
  std::string finish(int patience) { return process_.finish(patience); }

private:
  struct Raw { ///< a payload that is on its way
    nlohmann::json message;
    std::shared_ptr<std::byte[]> bytes;
    std::size_t size = 0, got = 0;
  };
  bool understand(const Handler& handler);
  bool begin(nlohmann::json message, const Handler& handler);

  ServiceProcess process_;
  LineBuffer lines_{maxAnswerLine};
  std::optional<Raw> raw_;
  std::string outgoing_;
  std::size_t written_ = 0; ///< of outgoing_
};

} // namespace discern::channel
