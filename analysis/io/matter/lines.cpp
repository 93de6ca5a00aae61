#include "io/matter/lines.h"

#include "io/file_text.h"
#include "io/gzip_source.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <limits>

namespace discern::io {

namespace {

bool isBlank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '\f' || c == ','; }

} // namespace

std::size_t Lines::endOfLine() const {
  const auto end = text_.find('\n', at_);
  return end == std::string_view::npos ? text_.size() : end;
}

std::string_view Lines::peek() const {
  if (atEnd()) return {};
  std::string_view line = text_.substr(at_, endOfLine() - at_);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

std::string_view Lines::next(const char* what) {
  if (atEnd())
    throw data::ReadError(path_, "the file ends at line " + std::to_string(number_) + ", where " + what +
                                     " was expected; it is cut short");
  const std::string_view line = peek();
  at_ = std::min(endOfLine() + 1, text_.size()); // the last line may have no end
  ++number_;
  return line;
}

std::array<double, 3> Lines::three(const char* what) {
  const std::string_view line = next(what);
  const auto words = wordsOf(line, 3);
  std::array<double, 3> values{};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto value = i < words.size() ? numberOf(words[i]) : std::nullopt;
    if (!value || !std::isfinite(*value)) fail(std::string(what) + " (three numbers)", line);
    values[i] = *value;
  }
  return values;
}

void Lines::fail(const std::string& expected, std::string_view found) const {
  constexpr std::size_t shown = 60;
  throw data::ReadError(path_, "line " + std::to_string(number_) + ": " + expected + " was expected, \"" +
                                   cleanText(found.substr(0, shown)) + "\" was found");
}

std::vector<std::string_view> wordsOf(std::string_view line, std::size_t most) {
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at < line.size() && words.size() < most;) {
    while (at < line.size() && isBlank(line[at]))
      ++at;
    std::size_t end = at;
    while (end < line.size() && !isBlank(line[end]))
      ++end;
    if (end > at) words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

NumberAt nextNumber(const char* at, const char* end) {
  while (at < end && isBlank(*at))
    ++at;
  if (at == end) return {};
  if (*at == '*') {
    while (at < end && *at == '*')
      ++at;
    return {std::numeric_limits<double>::quiet_NaN(), at};
  }
  const char* digits = *at == '+' ? at + 1 : at;
  double value = 0;
  auto [behind, error] = std::from_chars(digits, end, value);
  if (error == std::errc::result_out_of_range)
    value = 0; // too small, as densities are far from atoms; what is too large is as wrong as can be
  else if (error != std::errc())
    return {};
  if (behind < end && (*behind == 'D' || *behind == 'd')) { // Fortran's exponent of double precision
    int exponent = 0;
    const char* power = behind + 1 < end && behind[1] == '+' ? behind + 2 : behind + 1;
    const auto [last, wrong] = std::from_chars(power, end, exponent);
    if (wrong != std::errc()) return {};
    value *= std::pow(10.0, exponent);
    behind = last;
  }
  return {value, behind};
}

std::optional<double> numberOf(std::string_view word) {
  if (const auto bracket = word.find('('); bracket != std::string_view::npos && bracket > 0)
    word = word.substr(0, bracket);
  if (word.empty() || isBlank(word.front())) return std::nullopt;
  const NumberAt number = nextNumber(word.data(), word.data() + word.size());
  if (number.behind != word.data() + word.size()) return std::nullopt;
  return number.value;
}

std::optional<std::int64_t> wholeOf(std::string_view word) {
  if (word.starts_with('+')) word.remove_prefix(1);
  std::int64_t value = 0;
  const auto [behind, error] = std::from_chars(word.data(), word.data() + word.size(), value);
  if (error != std::errc() || behind != word.data() + word.size()) return std::nullopt;
  return value;
}

std::string beginning(const Candidate& candidate, std::int64_t most) {
  const auto bytes = candidate.gzip ? GzipSource::head(*candidate.file, most) : candidate.file->head(most);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

std::string wholeText(const Candidate& candidate, std::int64_t most) {
  const auto bytes = candidate.content(most);
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

} // namespace discern::io
