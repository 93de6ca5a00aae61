#include "io/brain/volume/number_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace discern::io {

namespace {

constexpr std::string_view blanks(" \t\r\n\f,;()[]\0", 12);

/// The next word from `at` on, which moves behind it; empty at the end.
std::string_view nextWord(std::string_view text, std::size_t& at) {
  at = std::min(text.find_first_not_of(blanks, at), text.size());
  const std::size_t end = std::min(text.find_first_of(blanks, at), text.size());
  const auto word = text.substr(at, end - at);
  at = end;
  return word;
}

template <typename T>
std::optional<T> parse(std::string_view word) {
  if (word.starts_with('+')) word.remove_prefix(1);
  T value{};
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (word.empty() || end != word.data() + word.size()) return std::nullopt;
  if (error == std::errc()) return value;
  if constexpr (std::is_floating_point_v<T>) { // too small or too large for the type, but a number
    double wide = 0;
    if (std::from_chars(word.data(), word.data() + word.size(), wide).ec == std::errc()) return static_cast<T>(wide);
    if (error == std::errc::result_out_of_range) return T{};
  }
  return std::nullopt;
}

} // namespace

std::optional<double> number(std::string_view text) {
  std::size_t at = 0;
  const auto word = nextWord(text, at);
  if (!nextWord(text, at).empty()) return std::nullopt;
  return parse<double>(word);
}

std::optional<std::int64_t> wholeNumber(std::string_view text) {
  const auto value = number(text);
  if (!value || *value != std::floor(*value) || std::abs(*value) > 9e15) return std::nullopt;
  return static_cast<std::int64_t>(*value);
}

std::vector<double> numbersIn(std::string_view text, std::size_t most) {
  std::vector<double> numbers;
  std::size_t at = 0;
  while (numbers.size() < most) {
    const auto value = parse<double>(nextWord(text, at));
    if (!value) break;
    numbers.push_back(*value);
  }
  return numbers;
}

bool appendNumbers(std::string_view text, data::ScalarType type, std::size_t count, std::vector<std::byte>& bytes) {
  return data::dispatch(type, [&](auto tag) {
    using T = typename decltype(tag)::type;
    std::size_t at = 0;
    for (std::size_t i = 0; i < count; ++i) {
      const auto word = nextWord(text, at);
      auto value = parse<T>(word);
      if constexpr (!std::is_floating_point_v<T>) { // "3.0" is a whole number too
        const auto real = value ? std::nullopt : parse<double>(word);
        if (real && *real == std::floor(*real) && *real >= static_cast<double>(std::numeric_limits<T>::min()) &&
            *real < static_cast<double>(std::numeric_limits<T>::max()))
          value = static_cast<T>(*real);
      }
      if (!value) return false;
      const auto* raw = reinterpret_cast<const std::byte*>(&*value);
      bytes.insert(bytes.end(), raw, raw + sizeof(T));
    }
    return true;
  });
}

void swapBytes(std::span<std::byte> bytes, std::size_t size) {
  for (std::size_t at = 0; size > 1 && at + size <= bytes.size(); at += size)
    std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                 bytes.begin() + static_cast<std::ptrdiff_t>(at + size));
}

std::vector<std::string_view> wordsIn(std::string_view text) {
  constexpr std::string_view gaps(" \t\r\n\f\0", 6);
  std::vector<std::string_view> words;
  for (std::size_t at = text.find_first_not_of(gaps); at != std::string_view::npos;
       at = text.find_first_not_of(gaps, at)) {
    const std::size_t end = std::min(text.find_first_of(gaps, at), text.size());
    words.push_back(text.substr(at, end - at));
    at = end;
  }
  return words;
}

} // namespace discern::io
