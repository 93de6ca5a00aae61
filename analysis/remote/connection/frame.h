#pragma once
/// What the two ends say: one line of JSON, and, when it has "bytes": N, N bytes after it.
#include <cstddef>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>

namespace discern::remote {

inline constexpr int protocolVersion = 1;
inline constexpr std::size_t largestPayload = 4 << 20;

struct Frame {
  nlohmann::json head;
  std::string payload;
};

[[nodiscard]] std::string encoded(const nlohmann::json& head, std::string_view payload = {});

/// Cuts what came in into frames.
class FrameReader {
public:
  void add(std::string_view bytes) { buffer_.append(bytes); }
  /// The next whole frame. Throws std::runtime_error for a line that is no JSON object or too long a one.
  [[nodiscard]] std::optional<Frame> next();
  /// A line that is not JSON is skipped while `tolerant`: what a login prints before the greeting.
  void setTolerant(bool tolerant) { tolerant_ = tolerant; }
  [[nodiscard]] const std::string& skipped() const { return skipped_; }

private:
  std::string buffer_, skipped_;
  std::size_t from_ = 0;
  std::optional<Frame> pending_;
  std::size_t missing_ = 0;
  bool tolerant_ = false;
};

} // namespace discern::remote
