#include "data/field_info.h"

#include <charconv>
#include <cmath>
#include <cstdio>
#include <optional>

namespace discern::data {

namespace {

/// The CF calendars, by the length of their years.
enum class Calendar { Gregorian, NoLeap, AllLeap, Days360 };

Calendar calendarOf(const std::string& name) {
  if (name == "noleap" || name == "365_day") return Calendar::NoLeap;
  if (name == "all_leap" || name == "366_day") return Calendar::AllLeap;
  if (name == "360_day") return Calendar::Days360;
  return Calendar::Gregorian; // standard and proleptic_gregorian agree after 1582
}

struct Date {
  long long year = 0;
  int month = 1, day = 1;
};

bool isLeap(long long year, Calendar calendar) {
  if (calendar == Calendar::AllLeap) return true;
  if (calendar != Calendar::Gregorian) return false;
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int daysInMonth(long long year, int month, Calendar calendar) {
  if (calendar == Calendar::Days360) return 30;
  static constexpr int days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && isLeap(year, calendar) ? 29 : days[month - 1];
}

/// Days since 0001-01-01 in the calendar.
double dayNumber(const Date& date, Calendar calendar) {
  const long long y = date.year - 1;
  long long days = 0;
  switch (calendar) {
  case Calendar::Days360:
    days = 360 * y;
    break;
  case Calendar::NoLeap:
    days = 365 * y;
    break;
  case Calendar::AllLeap:
    days = 366 * y;
    break;
  case Calendar::Gregorian: {
    const auto floorDiv = [](long long a, long long b) { return a >= 0 ? a / b : -((b - 1 - a) / b); };
    days = 365 * y + floorDiv(y, 4) - floorDiv(y, 100) + floorDiv(y, 400);
    break;
  }
  }
  for (int month = 1; month < date.month; ++month)
    days += daysInMonth(date.year, month, calendar);
  return static_cast<double>(days + date.day - 1);
}

Date dateOf(long long day, Calendar calendar) {
  const double yearLength = calendar == Calendar::Days360   ? 360
                            : calendar == Calendar::NoLeap  ? 365
                            : calendar == Calendar::AllLeap ? 366
                                                            : 365.2425;
  Date date{static_cast<long long>(std::floor(static_cast<double>(day) / yearLength)) + 1, 1, 1};
  while (dayNumber(date, calendar) > static_cast<double>(day))
    --date.year;
  while (dayNumber({date.year + 1, 1, 1}, calendar) <= static_cast<double>(day))
    ++date.year;
  long long rest = day - static_cast<long long>(dayNumber(date, calendar));
  while (rest >= daysInMonth(date.year, date.month, calendar))
    rest -= daysInMonth(date.year, date.month++, calendar);
  date.day = static_cast<int>(rest) + 1;
  return date;
}

/// Seconds in one CF unit, if it is one of fixed length.
std::optional<double> secondsIn(const std::string& unit) {
  if (unit.starts_with("sec") || unit == "s") return 1;
  if (unit.starts_with("min")) return 60;
  if (unit.starts_with("hour") || unit == "h" || unit == "hr" || unit == "hrs") return 3600;
  if (unit.starts_with("day") || unit == "d") return 86400;
  if (unit.starts_with("msec") || unit == "ms" || unit.starts_with("milli")) return 1e-3;
  return std::nullopt;
}

/// The day of a reference date. In the standard calendar those before 1582-10-15 are Julian, as
/// "days since 0001-01-01" often is: two days before the Gregorian one of that name.
double referenceDay(const Date& date, Calendar calendar, const std::string& name) {
  const bool mixed = name.empty() || name == "standard" || name == "gregorian";
  const bool early =
      date.year < 1582 || (date.year == 1582 && (date.month < 10 || (date.month == 10 && date.day < 15)));
  if (!mixed || !early || date.year < 1) return dayNumber(date, calendar);
  const long long y = date.year - 1;
  long long days = 365 * y + y / 4 - 2;
  for (int month = 1; month < date.month; ++month)
    days += month == 2 && date.year % 4 == 0 ? 29 : daysInMonth(2001, month, Calendar::NoLeap);
  return static_cast<double>(days + date.day - 1);
}

std::optional<std::string> dateLabel(double value, const std::string& unit, const std::string& calendarName) {
  const auto since = unit.find(" since ");
  if (since == std::string::npos) return std::nullopt;
  const auto seconds = secondsIn(unit.substr(0, since));
  Date reference;
  int hour = 0, minute = 0;
  double second = 0;
  char separator = ' ';
  const std::string from = unit.substr(since + 7);
  const int got = std::sscanf(from.c_str(), "%lld-%d-%d%c%d:%d:%lf", &reference.year, &reference.month, &reference.day,
                              &separator, &hour, &minute, &second);
  if (!seconds || got < 3 || reference.month < 1 || reference.month > 12 || reference.day < 1 || !std::isfinite(value))
    return std::nullopt;
  const Calendar calendar = calendarOf(calendarName);
  const double total =
      referenceDay(reference, calendar, calendarName) * 86400 + hour * 3600 + minute * 60 + second + value * *seconds;
  if (std::abs(total) > 1e14) return std::nullopt;
  const double wholeMinutes = std::floor(total / 60 + 0.5 / 60);
  const auto day = static_cast<long long>(std::floor(wholeMinutes / 1440));
  const auto inDay = static_cast<int>(wholeMinutes - static_cast<double>(day) * 1440);
  const Date date = dateOf(day, calendar);
  char text[64];
  std::snprintf(text, sizeof text, "%04lld-%02d-%02d %02d:%02d", date.year, date.month, date.day, inDay / 60,
                inDay % 60);
  return text;
}

} // namespace

std::string TimeAxis::label(std::int64_t i) const {
  const auto step = static_cast<std::size_t>(i);
  if (i < 0 || step >= values.size()) return "step " + std::to_string(i + 1);
  if (auto date = dateLabel(values[step], unit, calendar)) return *date;
  char text[64];
  std::snprintf(text, sizeof text, "%.10g", values[step]);
  return unit.empty() ? std::string(text) : std::string(text) + " " + unit;
}

} // namespace discern::data
