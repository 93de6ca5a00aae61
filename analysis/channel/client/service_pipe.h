#pragma once
#include "channel/client/service_process.h"
#include "channel/protocol/line_buffer.h"
#include "channel/protocol/message.h"

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace discern::channel {

/// A service process as a way for messages: what is posted goes out when there is room, what comes in is cut into
/// messages. Nothing blocks.
class ServicePipe {
public:
  /// Bytes that came raw with a message; null when there were none.
  struct Payload {
    std::shared_ptr<const std::byte> bytes;
    std::size_t size = 0;
  };
  /// Takes a message, an object; false when it makes no sense.
  using Handler = std::function<bool(nlohmann::json& message, Payload payload)>;
  /// Whether the answer to a request is still waited for.
  using Wanted = std::function<bool(std::int64_t id)>;
  enum class State {
    Open,
    Closed, ///< the service closed its output
    Garbled ///< what came is not the protocol
  };

  /// `wanted`: the service is on another machine (analysis/channel/README.md, "On another machine"): whatever comes
  /// before its greeting is passed over, payloads come in pieces. Throws std::runtime_error when the program can't be
  /// started.
  explicit ServicePipe(const ServiceCommand& command, Wanted wanted = {})
      : process_(command, wanted != nullptr), wanted_(std::move(wanted)), greeted_(!wanted_) {}

  void post(const std::string& line) { outgoing_ += line; }
  /// Writes what there is room for.
  void flush();
  /// True when something waits for room: poll input() for writing.
  [[nodiscard]] bool isFull() const { return written_ < outgoing_.size(); }
  /// Reads what is there.
  [[nodiscard]] State receive(const Handler& handler);
  /// Drops what has come of an answer.
  void forget(std::int64_t id);
  [[nodiscard]] std::uint64_t heard() const { return heard_; } ///< bytes that came, of any kind

  [[nodiscard]] ServiceProcess& process() { return process_; }
  [[nodiscard]] pid_t pid() const { return process_.pid(); }
  [[nodiscard]] int input() const { return process_.input(); }
  [[nodiscard]] int output() const { return process_.output(); }
  [[nodiscard]] int ended() const { return process_.ended(); }
  std::string finish(int patience) { return process_.finish(patience); }

private:
  struct Raw { ///< a payload, or a piece of one, that is on its way
    nlohmann::json message;
    std::shared_ptr<std::byte[]> bytes;
    std::size_t size = 0, got = 0;
  };
  struct Gathered { ///< the pieces that have come
    std::shared_ptr<std::byte[]> bytes;
    std::size_t total = 0, got = 0;
  };
  bool understand(const Handler& handler);
  bool begin(nlohmann::json message, const Handler& handler);
  bool beforeGreeting(const LineBuffer::Line& text, const Handler& handler);
  bool gather(const Raw& piece);
  bool finishText(std::int64_t id, const Handler& handler);
  bool finishParts(nlohmann::json& message, const Handler& handler);

  ServiceProcess process_;
  Wanted wanted_;
  bool greeted_, torn_ = false; ///< torn_: the last line was no message, as when its writer died
  LineBuffer lines_{maxAnswerLine};
  std::optional<Raw> raw_;
  std::map<std::int64_t, Gathered> payloads_, texts_;
  std::uint64_t heard_ = 0, got_ = 0, told_ = 0; ///< got_: bytes of payload; told_: what the service knows of them
  std::string outgoing_;
  std::size_t written_ = 0; ///< of outgoing_
};

} // namespace discern::channel
