#pragma once
#include "data/field_source.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace discern::io {

/// Without blanks, tabs, and line ends at both ends.
[[nodiscard]] inline std::string_view trimmed(std::string_view text) {
  while (!text.empty() && static_cast<unsigned char>(text.front()) <= ' ')
    text.remove_prefix(1);
  while (!text.empty() && static_cast<unsigned char>(text.back()) <= ' ')
    text.remove_suffix(1);
  return text;
}

/// The number that the whole of `text` is, blanks around it aside: "1.5", "+2", "1e-3", "1.0D+02", "inf", "nan", and
/// "1,5" with `decimalComma`.
[[nodiscard]] std::optional<double> numberOf(std::string_view text, bool decimalComma = false);

/// The whole number that `text` is; none for "1.0" and for what does not fit.
[[nodiscard]] std::optional<std::int64_t> wholeNumberOf(std::string_view text);

/// Empty, NA, N/A, NaN, null, none (any case), or ".".
[[nodiscard]] bool isMissingWord(std::string_view text);

/// Split at blanks and tabs, or at `delimiter`.
[[nodiscard]] std::vector<std::string_view> words(std::string_view text);
[[nodiscard]] std::vector<std::string_view> splitAt(std::string_view text, char delimiter);

/// Seconds since 1970-01-01 00:00 UTC of "2012-04-05", "2012-04-05T06:07:08.9Z", "2012/04/05 06:07+01:00", "2012-04";
/// none for anything else.
[[nodiscard]] std::optional<double> isoSeconds(std::string_view text);
/// The same of yyyymmdd, yyyymmddHH, yyyymmddHHMM, yyyymmddHHMMSS; years 1600 to 2399 only.
[[nodiscard]] std::optional<double> digitSeconds(std::string_view text);
/// Seconds since 1970-01-01 of the start of a day; month and day from 1.
[[nodiscard]] double secondsOfDate(std::int64_t year, std::int64_t month, std::int64_t day);
/// The unit of those seconds.
inline constexpr const char* epochUnit = "seconds since 1970-01-01 00:00:00";

/// Makes names unique: a second "x" becomes "x (2)". Empty ones become "column 3".
void makeUnique(std::vector<std::string>& names);

} // namespace discern::io
