#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace discern::channel {

/// Turns a stream of bytes into lines, whatever the pieces it comes in. A line longer than `maxLine` is skipped without
/// being kept, and reported once, so that memory stays bounded.
class LineBuffer {
public:
  struct Line {
    std::string text; ///< without the line end; empty when tooLong
    bool tooLong = false;
  };
  explicit LineBuffer(std::size_t maxLine) : maxLine_(maxLine) {}

  void append(std::string_view bytes) { buffer_.append(bytes); }
  /// The next whole line, or nothing until more bytes come.
  [[nodiscard]] std::optional<Line> next();
  /// Moves bytes that follow the last line, raw, to `out`; returns how many there were.
  [[nodiscard]] std::size_t takeRaw(std::span<std::byte> out);

private:
  void compact();

  std::size_t maxLine_;
  std::string buffer_;
  std::size_t begin_ = 0;   ///< of the unread part
  std::size_t scanned_ = 0; ///< up to here there is no line end
  bool skipping_ = false;   ///< inside a line that is too long
};

/// Writes everything, however often it is interrupted. False when the other end is gone.
[[nodiscard]] bool writeAll(int descriptor, std::string_view bytes);

} // namespace discern::channel
