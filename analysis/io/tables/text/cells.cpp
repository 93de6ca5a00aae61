#include "io/tables/text/cells.h"

#include "io/file_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <chrono>
#include <set>

namespace discern::io {

namespace {

bool isDigit(char c) { return c >= '0' && c <= '9'; }

/// The number of exactly `count` digits at the front of `text`, taken off it.
std::optional<std::int64_t> takeDigits(std::string_view& text, std::size_t count) {
  if (text.size() < count) return std::nullopt;
  std::int64_t value = 0;
  for (std::size_t i = 0; i < count; ++i) {
    if (!isDigit(text[i])) return std::nullopt;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(count);
  return value;
}

bool take(std::string_view& text, char c) {
  if (text.empty() || text.front() != c) return false;
  text.remove_prefix(1);
  return true;
}

bool isDate(std::int64_t year, std::int64_t month, std::int64_t day) {
  return std::chrono::year_month_day{std::chrono::year(static_cast<int>(year)),
                                     std::chrono::month(static_cast<unsigned>(month)),
                                     std::chrono::day(static_cast<unsigned>(day))}
      .ok();
}

} // namespace

std::optional<double> numberOf(std::string_view text, bool decimalComma) {
  text = trimmed(text);
  if (text.starts_with('+') && text.size() > 1 && text[1] != '-') text.remove_prefix(1);
  if (text.empty()) return std::nullopt;
  double value = 0;
  const char* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (stop == end && error == std::errc()) return value;
  if (error == std::errc::result_out_of_range && stop == end) return std::strtod(std::string(text).c_str(), nullptr);
  if (error != std::errc() || text.size() > 40) return std::nullopt;
  std::array<char, 40> copy{}; // a comma, or Fortran's exponent
  std::copy(text.begin(), text.end(), copy.begin());
  char& odd = copy[static_cast<std::size_t>(stop - text.data())];
  if (decimalComma && odd == ',')
    odd = '.';
  else if ((odd == 'D' || odd == 'd') && stop + 1 < end)
    odd = 'E';
  else
    return std::nullopt;
  const auto [again, second] = std::from_chars(copy.data(), copy.data() + text.size(), value);
  if (second == std::errc() && again == copy.data() + text.size()) return value;
  return std::nullopt;
}

std::optional<std::int64_t> wholeNumberOf(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+') && text.size() > 1 && isDigit(text[1])) text.remove_prefix(1);
  std::int64_t value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || stop != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

bool isMissingWord(std::string_view text) {
  text = trimmed(text);
  if (text.empty() || text == ".") return true;
  if (text.size() > 4) return false;
  const std::string lower = lowerCase(text);
  return lower == "na" || lower == "n/a" || lower == "nan" || lower == "null" || lower == "none";
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> list;
  for (std::size_t at = 0; at < text.size();) {
    while (at < text.size() && static_cast<unsigned char>(text[at]) <= ' ')
      ++at;
    std::size_t end = at;
    while (end < text.size() && static_cast<unsigned char>(text[end]) > ' ')
      ++end;
    if (end > at) list.push_back(text.substr(at, end - at));
    at = end;
  }
  return list;
}

std::vector<std::string_view> splitAt(std::string_view text, char delimiter) {
  std::vector<std::string_view> list;
  for (;;) {
    const auto at = text.find(delimiter);
    list.push_back(text.substr(0, at));
    if (at == std::string_view::npos) return list;
    text.remove_prefix(at + 1);
  }
}

double secondsOfDate(std::int64_t year, std::int64_t month, std::int64_t day) {
  const std::chrono::sys_days first = std::chrono::year(static_cast<int>(year)) / static_cast<int>(month) / 1;
  return 86400.0 * static_cast<double>(first.time_since_epoch().count() + day - 1);
}

std::optional<double> isoSeconds(std::string_view text) {
  text = trimmed(text);
  const auto year = takeDigits(text, 4);
  if (!year || text.empty() || (text.front() != '-' && text.front() != '/')) return std::nullopt;
  const char separator = text.front();
  text.remove_prefix(1);
  const auto month = takeDigits(text, 2);
  if (!month) return std::nullopt;
  std::int64_t day = 1;
  if (!text.empty()) {
    if (!take(text, separator)) return std::nullopt;
    const auto given = takeDigits(text, 2);
    if (!given) return std::nullopt;
    day = *given;
  } else if (separator == '/') {
    return std::nullopt; // 2012/04 may be anything
  }
  if (!isDate(*year, *month, day)) return std::nullopt;
  double seconds = secondsOfDate(*year, *month, day);
  if (text.empty()) return seconds;
  if (!take(text, 'T') && !take(text, ' ')) return std::nullopt;
  const auto hour = takeDigits(text, 2);
  if (!hour || *hour > 24) return std::nullopt;
  seconds += 3600.0 * static_cast<double>(*hour);
  if (take(text, ':')) {
    const auto minute = takeDigits(text, 2);
    if (!minute || *minute > 59) return std::nullopt;
    seconds += 60.0 * static_cast<double>(*minute);
    if (take(text, ':')) {
      double second = 0;
      const auto [stop, error] =
          std::from_chars(text.data(), text.data() + text.size(), second, std::chars_format::fixed);
      if (error != std::errc() || second < 0 || second > 61) return std::nullopt;
      seconds += second;
      text.remove_prefix(static_cast<std::size_t>(stop - text.data()));
    }
  }
  if (text.empty() || text == "Z" || text == " UTC") return seconds;
  const double sign = text.front() == '-' ? -1 : 1;
  if (!take(text, '+') && !take(text, '-')) return std::nullopt;
  const auto hours = takeDigits(text, 2);
  take(text, ':');
  const auto minutes = text.empty() ? std::optional<std::int64_t>(0) : takeDigits(text, 2);
  if (!hours || !minutes || !text.empty()) return std::nullopt;
  return seconds - sign * static_cast<double>(*hours * 3600 + *minutes * 60);
}

std::optional<double> digitSeconds(std::string_view text) {
  text = trimmed(text);
  if (text.size() < 8 || text.size() > 14 || text.size() % 2 != 0) return std::nullopt;
  const auto year = takeDigits(text, 4), month = takeDigits(text, 2), day = takeDigits(text, 2);
  if (!year || !month || !day || *year < 1600 || *year > 2399 || !isDate(*year, *month, *day)) return std::nullopt;
  double seconds = secondsOfDate(*year, *month, *day);
  constexpr std::array<std::int64_t, 3> most{24, 59, 60};
  constexpr std::array<double, 3> size{3600, 60, 1};
  for (std::size_t i = 0; !text.empty(); ++i) {
    const auto part = takeDigits(text, 2);
    if (!part || *part > most[i]) return std::nullopt;
    seconds += size[i] * static_cast<double>(*part);
  }
  return seconds;
}

void makeUnique(std::vector<std::string>& names) {
  std::set<std::string> taken;
  for (std::size_t i = 0; i < names.size(); ++i) {
    std::string& name = names[i];
    if (name.empty()) name = "column " + std::to_string(i + 1);
    const std::string base = name;
    for (int copy = 2; !taken.insert(name).second; ++copy)
      name = base + " (" + std::to_string(copy) + ")";
  }
}

} // namespace discern::io
