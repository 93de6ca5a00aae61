#pragma once
#include <cstdint>
#include <mutex>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>

namespace discern::channel {

/// What a request's answer carries beside its result.
struct Payload {
  std::string_view bytes{};
  std::size_t element = 1; ///< bytes of one of its numbers
  std::size_t row = 0;     ///< numbers in a row; 0: none, or whoever asked can't undo a prediction
};

/// The way out of the service: whole messages, from any thread, until the other end is gone.
class Answers {
public:
  virtual ~Answers() = default;
  /// A line of the service's own: that a request is begun, a notice, an error. It is out when this returns, so that a
  /// crash in what follows does not swallow it.
  virtual void say(std::string line) = 0;
  /// Throws data::UsageError when the answer is longer than an answer may be.
  virtual void answer(std::int64_t id, int priority, const nlohmann::json& result, const Payload& payload) = 0;
  /// What is on its way to `id` isn't wanted any more. `begun`: more of it may be sent yet, until done(id).
  virtual void drop(std::int64_t, bool /*begun*/) {}
  virtual void done(std::int64_t) {}
  /// The asker has received so many bytes of payload altogether.
  virtual void received(std::uint64_t) {}
  /// Drops whatever is sent from now on.
  virtual void stop() = 0;
};

/// Each message as it comes, a payload after its line: for a pipe within one machine.
class PlainAnswers final : public Answers {
public:
  /// When nobody reads `output` any more, `goneEvent` is raised once.
  PlainAnswers(int output, int goneEvent) : output_(output), goneEvent_(goneEvent) {}
  void say(std::string line) override { send(line, {}); }
  void answer(std::int64_t id, int priority, const nlohmann::json& result, const Payload& payload) override;
  void stop() override;

private:
  void send(std::string_view line, std::string_view raw);
  std::mutex mutex_;
  int output_, goneEvent_;
  bool open_ = true;
};

/// The answer's line; throws data::UsageError when it is too long. `sizeName`: "raw" or "parts".
[[nodiscard]] std::string checkedAnswer(std::int64_t id, const nlohmann::json& result, const char* sizeName,
                                        std::size_t size);

} // namespace discern::channel
