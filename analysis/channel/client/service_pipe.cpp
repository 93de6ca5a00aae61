#include "channel/client/service_pipe.h"

#include <array>
#include <cerrno>
#include <unistd.h>
#include <utility>

namespace discern::channel {

using nlohmann::json;

void ServicePipe::flush() {
  while (isFull()) {
    const ssize_t count = ::write(input(), outgoing_.data() + written_, outgoing_.size() - written_);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno != EAGAIN) written_ = outgoing_.size(); // it is gone, which is noticed by its end
    if (count < 0) break;
    written_ += static_cast<std::size_t>(count);
  }
  if (isFull()) return;
  outgoing_.clear();
  written_ = 0;
}

ServicePipe::State ServicePipe::receive(const Handler& handler) {
  std::array<char, 65536> bytes;
  for (int turn = 0; turn < 64; ++turn) { // more than a pipe holds; then it is the others' turn
    const ssize_t count = ::read(output(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0) return errno == EAGAIN ? State::Open : State::Closed;
    if (count == 0) return State::Closed;
    lines_.append({bytes.data(), static_cast<std::size_t>(count)});
    if (!understand(handler)) return State::Garbled;
  }
  return State::Open;
}

bool ServicePipe::understand(const Handler& handler) {
  for (;;) {
    if (raw_) {
      raw_->got += lines_.takeRaw({raw_->bytes.get() + raw_->got, raw_->size - raw_->got});
      if (raw_->got < raw_->size) return true;
      Raw done = *std::exchange(raw_, std::nullopt);
      if (!handler(done.message, {{done.bytes, done.bytes.get()}, done.size})) return false;
      continue;
    }
    const auto text = lines_.next();
    if (!text) return true;
    if (text->tooLong) return false;
    json message = json::parse(text->text, nullptr, false);
    if (message.is_discarded() || !message.is_object() || !begin(std::move(message), handler)) return false;
  }
}

bool ServicePipe::begin(json message, const Handler& handler) {
  const auto raw = message.find("raw");
  if (raw == message.end()) return handler(message, {});
  if (!raw->is_number_unsigned() || raw->get<std::uint64_t>() > maxRawPayload) return false;
  const auto size = raw->get<std::size_t>();
  raw_ = Raw{std::move(message), std::make_shared<std::byte[]>(size), size};
  return true;
}

} // namespace discern::channel
