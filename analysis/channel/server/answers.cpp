#include "channel/server/answers.h"

#include "channel/protocol/line_buffer.h"

#include <sys/eventfd.h>

namespace discern::channel {

void Answers::send(std::string_view line, std::string_view raw) {
  const std::lock_guard lock(mutex_);
  if (!open_) return;
  if (writeAll(output_, line) && writeAll(output_, raw)) return;
  open_ = false;
  ::eventfd_write(goneEvent_, 1);
}

void Answers::stop() {
  const std::lock_guard lock(mutex_);
  open_ = false;
}

} // namespace discern::channel
