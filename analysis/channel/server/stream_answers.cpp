#include "channel/server/stream_answers.h"

#include "channel/protocol/line_buffer.h"
#include "channel/protocol/message.h"
#include "channel/protocol/packing.h"

#include <algorithm>
#include <sys/eventfd.h>

namespace discern::channel {

namespace {

constexpr int atOnce = -1;                                 ///< before every answer
constexpr std::size_t longLine = std::size_t{8} << 10;     ///< from here on, a line goes in packed pieces
constexpr std::size_t packedAlways = std::size_t{2} << 20; ///< bytes of a payload
constexpr std::size_t mostQueued = std::size_t{32} << 20;  ///< bytes that wait, before those who answer do

} // namespace

StreamAnswers::StreamAnswers(int output, int goneEvent)
    : output_(output), goneEvent_(goneEvent), writer_([this] { write(); }) {}

StreamAnswers::~StreamAnswers() {
  stop();
  writer_.join();
}

void StreamAnswers::say(std::string line) {
  std::unique_lock lock(mutex_);
  if (!open_) return;
  queued_ += line.size();
  queue_.emplace(Key{atOnce, order_++}, Piece{0, std::move(line)});
  ready_.notify_one();
  out_.wait(lock, [this, mine = ++said_] { return saidOut_ >= mine || !open_; });
}

void StreamAnswers::answer(std::int64_t id, int priority, const nlohmann::json& result, const Payload& payload) {
  std::string text = checkedAnswer(id, result, "parts", payload.bytes.size());
  if (!payload.bytes.empty() && !enqueueParts(id, priority, payload, false)) return;
  if (text.size() >= longLine) {
    if (!enqueueParts(id, priority, {text, 1}, true)) return;
    text = line({{"whole", id}});
  }
  enqueue(priority, {id, std::move(text)});
}

bool StreamAnswers::enqueueParts(std::int64_t id, int priority, const Payload& payload, bool text) {
  int untried = 0; // pieces that are sent as they are, because one before them could not be packed
  for (std::size_t at = 0; at < payload.bytes.size(); at += pieceBytes) {
    const std::string_view bytes = payload.bytes.substr(at, pieceBytes);
    std::optional<Packed> packed;
    if (untried > 0) {
      --untried;
    } else if (at >= packedAlways && starves()) {
      untried = 3; // the link is faster than packing
    } else if (packed = pack(bytes, payload.element, payload.row); !packed) {
      untried = 7;
    }
    const std::string_view out = packed ? std::string_view(packed->bytes) : bytes;
    nlohmann::json head{{"part", id}, {"raw", out.size()}, {"total", payload.bytes.size()}};
    if (text) head["text"] = true;
    if (packed) {
      head["size"] = bytes.size();
      head["packed"] = payload.element;
      if (packed->row > 0) head["row"] = packed->row;
    }
    Piece piece{id, line(head), out.size()};
    piece.bytes += out;
    if (!enqueue(priority, std::move(piece))) return false;
  }
  return true;
}

bool StreamAnswers::starves() {
  const std::lock_guard lock(mutex_);
  return queue_.empty() && window_.isOpen();
}

bool StreamAnswers::enqueue(int priority, Piece piece) {
  std::unique_lock lock(mutex_);
  const auto wanted = [&] { return open_ && !unwanted_.contains(piece.id); };
  if (priority > 0) room_.wait(lock, [&] { return queued_ < mostQueued || !wanted(); });
  if (!wanted()) return false;
  queued_ += piece.bytes.size();
  queue_.emplace(Key{priority, order_++}, std::move(piece));
  ready_.notify_one();
  return true;
}

void StreamAnswers::drop(std::int64_t id, bool begun) {
  const std::lock_guard lock(mutex_);
  if (begun) unwanted_.insert(id);
  for (auto it = queue_.begin(); it != queue_.end();) {
    const bool stale = it->second.id == id && it->first.first != atOnce;
    if (stale) queued_ -= it->second.bytes.size();
    it = stale ? queue_.erase(it) : std::next(it);
  }
  room_.notify_all();
}

void StreamAnswers::done(std::int64_t id) {
  const std::lock_guard lock(mutex_);
  unwanted_.erase(id);
}

void StreamAnswers::received(std::uint64_t bytes) {
  const std::lock_guard lock(mutex_);
  window_.received(bytes, SendWindow::Clock::now());
  ready_.notify_one();
}

void StreamAnswers::stop() {
  const std::lock_guard lock(mutex_);
  open_ = false;
  queue_.clear();
  ready_.notify_all();
  room_.notify_all();
  out_.notify_all();
}

void StreamAnswers::write() {
  std::unique_lock lock(mutex_);
  for (;;) {
    ready_.wait(lock, [this] {
      return !open_ || (!queue_.empty() && (queue_.begin()->second.counted == 0 || window_.isOpen()));
    });
    if (!open_) return;
    const bool said = queue_.begin()->first.first == atOnce;
    const Piece piece = std::move(queue_.begin()->second);
    queue_.erase(queue_.begin());
    queued_ -= piece.bytes.size();
    if (piece.counted > 0) window_.sent(piece.counted, SendWindow::Clock::now());
    room_.notify_all();
    lock.unlock();
    const bool written = writeAll(output_, piece.bytes);
    lock.lock();
    if (written && said) {
      ++saidOut_;
      out_.notify_all();
    }
    if (written) continue;
    open_ = false;
    room_.notify_all();
    out_.notify_all();
    ::eventfd_write(goneEvent_, 1);
    return;
  }
}

} // namespace discern::channel
