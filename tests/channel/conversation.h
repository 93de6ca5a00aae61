#pragma once
#include "channel/protocol/line_buffer.h"

#include <chrono>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <string>
#include <unistd.h>

namespace discern::test {

/// The asker's end of a service's pipes, by hand.
class Conversation {
public:
  Conversation(int toService, int fromService) : to_(toService), from_(fromService) {}

  void say(const nlohmann::json& message) { sayText(message.dump() + "\n"); }
  void sayText(const std::string& text) {
    if (!channel::writeAll(to_, text)) throw std::runtime_error("the service is gone");
  }
  /// The next answer; notices that a request was begun are passed over unless `begun`. A JSON null after `seconds` of
  /// silence or at the end.
  nlohmann::json hear(double seconds = 10, bool begun = false) {
    const auto until = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
    for (;;) {
      while (const auto line = buffer_.next()) {
        auto message = nlohmann::json::parse(line->text);
        if (begun || !message.contains("begun")) return message;
      }
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now()).count();
      pollfd waiting{from_, POLLIN, 0};
      if (left <= 0 || ::poll(&waiting, 1, static_cast<int>(left)) <= 0) return nullptr;
      char bytes[4096];
      const ssize_t count = ::read(from_, bytes, sizeof bytes);
      if (count <= 0) return nullptr;
      buffer_.append({bytes, static_cast<std::size_t>(count)});
    }
  }
  /// Bytes that follow the last answer.
  std::string hearRaw(std::size_t size) {
    std::string raw(size, '\0');
    std::size_t got = buffer_.takeRaw({reinterpret_cast<std::byte*>(raw.data()), size});
    while (got < size) {
      const ssize_t count = ::read(from_, raw.data() + got, size - got);
      if (count <= 0) break;
      got += static_cast<std::size_t>(count);
    }
    raw.resize(got);
    return raw;
  }
  nlohmann::json ask(const nlohmann::json& message) {
    say(message);
    return hear();
  }

private:
  int to_, from_;
  channel::LineBuffer buffer_{std::size_t{64} << 20};
};

} // namespace discern::test
