#include "remote/connection/frame.h"

#include <stdexcept>

namespace discern::remote {

std::string encoded(const nlohmann::json& head, std::string_view payload) {
  nlohmann::json line = head;
  if (!payload.empty()) line["bytes"] = payload.size();
  std::string text = line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
  text += '\n';
  text.append(payload);
  return text;
}

std::optional<Frame> FrameReader::next() {
  constexpr std::size_t longestLine = 16 << 20;
  for (;;) {
    if (pending_) {
      if (buffer_.size() - from_ < missing_) break;
      pending_->payload.assign(buffer_, from_, missing_);
      from_ += missing_;
      return std::exchange(pending_, std::nullopt);
    }
    const auto end = buffer_.find('\n', from_);
    if (end == std::string::npos) {
      if (buffer_.size() - from_ > longestLine) throw std::runtime_error("a line of more than 16 MB came in");
      break;
    }
    const std::string_view line(buffer_.data() + from_, end - from_);
    auto head = nlohmann::json::parse(line, nullptr, false);
    const bool usable = head.is_object() && (!tolerant_ || head.contains("discernAgent"));
    if (!usable) {
      if (!tolerant_) throw std::runtime_error("what came in is no message: " + std::string(line.substr(0, 80)));
      if (skipped_.size() < 4096) skipped_.append(line).append("\n");
      from_ = end + 1;
      continue;
    }
    from_ = end + 1;
    missing_ = 0;
    if (head.contains("bytes")) {
      if (!head["bytes"].is_number_unsigned() || head["bytes"].get<std::size_t>() > largestPayload)
        throw std::runtime_error("a message announces " + head["bytes"].dump() + " bytes");
      missing_ = head["bytes"].get<std::size_t>();
    }
    pending_ = Frame{std::move(head), {}};
  }
  if (from_ > 0) { // what was read is let go
    buffer_.erase(0, from_);
    from_ = 0;
  }
  return std::nullopt;
}

} // namespace discern::remote
