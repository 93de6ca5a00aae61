#pragma once
#include "data/error.h"
#include "io/reader.h"

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace discern::io {

/// The lines of a text, one after the other, and their numbers for messages. Ends of lines of any system are taken off.
class Lines {
public:
  Lines(std::string path, std::string_view text) : path_(std::move(path)), text_(text) {}

  [[nodiscard]] bool atEnd() const { return at_ >= text_.size(); }
  /// The next line; throws data::ReadError, which says that `what` was expected, when there is none.
  std::string_view next(const char* what);
  /// The next line without going on; empty at the end.
  [[nodiscard]] std::string_view peek() const;
  /// So many numbers from the next line.
  std::array<double, 3> three(const char* what);
  [[nodiscard]] std::size_t position() const { return at_; } ///< of the next line, in bytes
  void seek(std::size_t position) { at_ = position; }
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
  /// Throws data::ReadError: line, what was expected, what was found.
  [[noreturn]] void fail(const std::string& expected, std::string_view found) const;

private:
  [[nodiscard]] std::size_t endOfLine() const;
  std::string path_;
  std::string_view text_;
  std::size_t at_ = 0, number_ = 0;
};

/// The words of a line, at most `most`.
[[nodiscard]] std::vector<std::string_view> wordsOf(std::string_view line, std::size_t most = 64);

/// A number, whole: "1.5", "+2", "1.0D-3", "3.634(4)" (without its uncertainty). Nothing where it is not one.
[[nodiscard]] std::optional<double> numberOf(std::string_view word);
[[nodiscard]] std::optional<std::int64_t> wholeOf(std::string_view word);

/// Reads `count` numbers, whatever blanks are between them, giving each to `take(index, value)`. Asterisks, which
/// Fortran writes for what does not fit, are NaN. Returns the bytes used. Throws data::ReadError when there are fewer.
template <typename Take>
std::size_t readNumbers(const std::string& path, std::string_view text, std::int64_t count, const Take& take);

/// At most the first `most` bytes of a candidate, inflated.
[[nodiscard]] std::string beginning(const Candidate& candidate, std::int64_t most);

/// All of a candidate as text, inflated. Throws data::ReadError when it is more than `most` bytes.
[[nodiscard]] std::string wholeText(const Candidate& candidate, std::int64_t most);

/// The next number of a text, and what is behind it; nothing at its end or where it is no number.
struct NumberAt {
  double value = 0;
  const char* behind = nullptr;
};
[[nodiscard]] NumberAt nextNumber(const char* at, const char* end);

template <typename Take>
std::size_t readNumbers(const std::string& path, std::string_view text, std::int64_t count, const Take& take) {
  const char* at = text.data();
  const char* const end = at + text.size();
  for (std::int64_t i = 0; i < count; ++i) {
    const NumberAt number = nextNumber(at, end);
    if (!number.behind)
      throw data::ReadError(path, std::to_string(count) + " values were expected, but " +
                                      (at + 64 >= end ? "the file ends" : "something else comes") + " behind " +
                                      std::to_string(i) + "; it is cut short or damaged");
    take(i, number.value);
    at = number.behind;
  }
  return static_cast<std::size_t>(at - text.data());
}

} // namespace discern::io
