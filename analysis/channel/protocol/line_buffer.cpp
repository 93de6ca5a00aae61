#include "channel/protocol/line_buffer.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <poll.h>
#include <unistd.h>

namespace discern::channel {

std::optional<LineBuffer::Line> LineBuffer::next() {
  const std::size_t end = buffer_.find('\n', std::max(begin_, scanned_));
  if (end == std::string::npos) {
    scanned_ = buffer_.size();
    if (skipping_ || buffer_.size() - begin_ > maxLine_) {
      skipping_ = true;
      begin_ = buffer_.size();
    }
    compact();
    return std::nullopt;
  }
  Line line;
  line.tooLong = skipping_ || end - begin_ > maxLine_;
  if (!line.tooLong) line.text.assign(buffer_, begin_, end - begin_);
  skipping_ = false;
  begin_ = scanned_ = end + 1;
  return line;
}

std::size_t LineBuffer::takeRaw(std::span<std::byte> out) {
  const std::size_t count = std::min(out.size(), buffer_.size() - begin_);
  if (count > 0) std::memcpy(out.data(), buffer_.data() + begin_, count);
  begin_ += count;
  scanned_ = begin_;
  compact();
  return count;
}

void LineBuffer::compact() {
  if (begin_ == 0) return;
  buffer_.erase(0, begin_);
  scanned_ = scanned_ > begin_ ? scanned_ - begin_ : 0;
  begin_ = 0;
  if (buffer_.empty() && buffer_.capacity() > (1u << 20)) buffer_.shrink_to_fit();
}

bool writeAll(int descriptor, std::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = ::write(descriptor, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(written));
    } else if (errno == EAGAIN) { // the asker gave us a non-blocking pipe
      pollfd waiting{descriptor, POLLOUT, 0};
      if (::poll(&waiting, 1, -1) < 0 && errno != EINTR) return false;
    } else if (errno != EINTR) {
      return false;
    }
  }
  return true;
}

} // namespace discern::channel
