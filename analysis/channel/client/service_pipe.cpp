#include "channel/client/service_pipe.h"

#include "channel/protocol/packing.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <unistd.h>
#include <utility>

namespace discern::channel {

using nlohmann::json;

namespace {

/// A size that a message states; nothing when it is none, or larger than `most`.
std::optional<std::size_t> sizeIn(const json& message, const char* name, std::size_t most) {
  const auto found = message.find(name);
  if (found == message.end() || !found->is_number_unsigned() || found->get<std::uint64_t>() > most) return std::nullopt;
  return found->get<std::size_t>();
}

std::optional<std::int64_t> idIn(const json& message, const char* name) {
  const auto found = message.find(name);
  return found != message.end() && found->is_number_integer() ? std::optional(found->get<std::int64_t>())
                                                              : std::nullopt;
}

} // namespace

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
  process_.takeErrors();
  std::array<char, 65536> bytes;
  State state = State::Open;
  for (int turn = 0; turn < 64; ++turn) { // more than a pipe holds; then it is the others' turn
    const ssize_t count = ::read(output(), bytes.data(), bytes.size());
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && errno == EAGAIN) break;
    state = count > 0 ? State::Open : State::Closed;
    if (count <= 0) break;
    heard_ += static_cast<std::uint64_t>(count);
    lines_.append({bytes.data(), static_cast<std::size_t>(count)});
    if (!understand(handler)) return State::Garbled;
  }
  if (got_ != told_) post(line({{"got", got_}}));
  told_ = got_;
  return state;
}

bool ServicePipe::understand(const Handler& handler) {
  for (;;) {
    if (raw_) {
      raw_->got += lines_.takeRaw({raw_->bytes.get() + raw_->got, raw_->size - raw_->got});
      if (raw_->got < raw_->size) return true;
      Raw done = *std::exchange(raw_, std::nullopt);
      if (done.message.contains("part")) {
        if (!gather(done)) return false;
      } else if (!handler(done.message, {{done.bytes, done.bytes.get()}, done.size})) {
        return false;
      }
      continue;
    }
    const auto text = lines_.next();
    if (!text) return true;
    if (!greeted_) {
      if (!beforeGreeting(*text, handler)) return false;
      continue;
    }
    if (text->tooLong) return false;
    json message = json::parse(text->text, nullptr, false);
    if (message.is_discarded() || !message.is_object()) {
      if (!wanted_ || std::exchange(torn_, true)) return false;
      continue; // if that was its last breath, the next line says so
    }
    if (torn_ && !message.contains("ended")) return false;
    if (!begin(std::move(message), handler)) return false;
  }
}

/// A login may print what it likes. False when it never ends.
bool ServicePipe::beforeGreeting(const LineBuffer::Line& text, const Handler& handler) {
  constexpr std::uint64_t patience = 4u << 20; // bytes
  if (!text.tooLong) {
    json message = json::parse(text.text, nullptr, false);
    if (message.is_object() && message.contains("greeting")) {
      greeted_ = true;
      return handler(message, {});
    }
  }
  return heard_ < patience;
}

bool ServicePipe::begin(json message, const Handler& handler) {
  if (wanted_ && message.contains("whole")) {
    const auto id = idIn(message, "whole");
    return id && finishText(*id, handler);
  }
  if (wanted_ && message.contains("parts")) return finishParts(message, handler);
  if (!message.contains("raw")) return handler(message, {});
  const auto size = sizeIn(message, "raw", message.contains("part") ? 2 * pieceBytes : maxRawPayload);
  if (!size) return false;
  raw_ = Raw{std::move(message), std::make_shared<std::byte[]>(*size), *size};
  return true;
}

/// Adds a piece to what has come of its answer.
bool ServicePipe::gather(const Raw& piece) {
  got_ += piece.size;
  const auto id = idIn(piece.message, "part");
  if (!id) return false;
  const bool text = piece.message.contains("text");
  const auto total = sizeIn(piece.message, "total", text ? maxAnswerLine : maxRawPayload);
  const auto packed = sizeIn(piece.message, "packed", 64);
  const auto size = packed ? sizeIn(piece.message, "size", pieceBytes) : std::optional(piece.size);
  if (!total || !size) return false;
  if (!wanted_(*id)) return true;
  Gathered& gathered = (text ? texts_ : payloads_)[*id];
  if (!gathered.bytes) {
    gathered.bytes = std::shared_ptr<std::byte[]>(new std::byte[*total]); // every byte is written before it is read
    gathered.total = *total;
  }
  if (gathered.total != *total || *size > gathered.total - gathered.got) return false;
  std::byte* target = gathered.bytes.get() + gathered.got;
  gathered.got += *size;
  const std::string_view bytes(reinterpret_cast<const char*>(piece.bytes.get()), piece.size);
  if (packed) return unpack(bytes, *packed, sizeIn(piece.message, "row", maxRawPayload).value_or(0), {target, *size});
  std::memcpy(target, piece.bytes.get(), *size);
  return true;
}

bool ServicePipe::finishText(std::int64_t id, const Handler& handler) {
  const auto found = texts_.find(id);
  if (found == texts_.end()) return !wanted_(id);
  const Gathered text = std::move(found->second);
  texts_.erase(found);
  if (text.got != text.total) return false;
  const char* first = reinterpret_cast<const char*>(text.bytes.get());
  json message = json::parse(first, first + text.total, nullptr, false);
  if (message.is_discarded() || !message.is_object()) return false;
  return message.contains("parts") ? finishParts(message, handler) : handler(message, {});
}

bool ServicePipe::finishParts(json& message, const Handler& handler) {
  const auto id = idIn(message, "id");
  const auto total = sizeIn(message, "parts", maxRawPayload);
  if (!id || !total) return false;
  const auto found = payloads_.find(*id);
  if (found == payloads_.end()) return !wanted_(*id);
  const Gathered payload = std::move(found->second);
  payloads_.erase(found);
  if (payload.got != *total || payload.total != *total) return false;
  return handler(message, {{payload.bytes, payload.bytes.get()}, payload.total});
}

void ServicePipe::forget(std::int64_t id) {
  payloads_.erase(id);
  texts_.erase(id);
}

} // namespace discern::channel
