#include "channel/server/answers.h"

#include "channel/protocol/line_buffer.h"
#include "channel/protocol/message.h"
#include "data/error.h"

#include <sys/eventfd.h>

namespace discern::channel {

std::string checkedAnswer(std::int64_t id, const nlohmann::json& result, const char* sizeName, std::size_t size) {
  nlohmann::json message{{"id", id}, {"result", result}};
  if (size > 0) message[sizeName] = size;
  std::string text = line(message);
  if (text.size() > maxAnswerLine)
    throw data::UsageError("the answer would be longer than " + std::to_string(maxAnswerLine) + " bytes");
  return text;
}

void PlainAnswers::answer(std::int64_t id, int, const nlohmann::json& result, const Payload& payload) {
  send(checkedAnswer(id, result, "raw", payload.bytes.size()), payload.bytes);
}

void PlainAnswers::send(std::string_view line, std::string_view raw) {
  const std::lock_guard lock(mutex_);
  if (!open_) return;
  if (writeAll(output_, line) && writeAll(output_, raw)) return;
  open_ = false;
  ::eventfd_write(goneEvent_, 1);
}

void PlainAnswers::stop() {
  const std::lock_guard lock(mutex_);
  open_ = false;
}

} // namespace discern::channel
