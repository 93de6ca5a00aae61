#include "channel/client/crash_record.h"

#include <algorithm>

namespace discern::channel {

using std::chrono::milliseconds;
using std::chrono::seconds;

milliseconds CrashRecord::crashed(Clock::time_point now) {
  crashes_.push_back(now);
  while (now - crashes_.front() > seconds(10))
    crashes_.pop_front();
  const auto count = static_cast<int>(crashes_.size());
  if (count <= 2) return milliseconds(0);
  return std::min(milliseconds(50) * (1 << std::min(count - 3, 6)), milliseconds(2000));
}

void CrashRecord::quarantine(const std::string& path, const std::string& why, Clock::time_point now) {
  quarantine_[path] = {now + seconds(10), why};
}

const std::string* CrashRecord::quarantined(const std::string& path, Clock::time_point now) const {
  const auto found = quarantine_.find(path);
  return found == quarantine_.end() || now >= found->second.until ? nullptr : &found->second.why;
}

} // namespace discern::channel
