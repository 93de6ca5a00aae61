#include "io/tables/series/series_field.h"

#include <array>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace discern::io {

std::string dateText(double seconds) {
  const auto whole = static_cast<std::int64_t>(std::floor(seconds));
  const std::int64_t day = whole >= 0 ? whole / 86400 : -((86399 - whole) / 86400);
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(day))};
  const auto rest = static_cast<int>(whole - day * 86400);
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%04d-%02u-%02u %02d:%02d:%02d", static_cast<int>(date.year()),
                static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()), rest / 3600, rest / 60 % 60,
                rest % 60);
  return text.data();
}

data::FieldInfo seriesInfo(const std::string& name, double start, double interval, std::int64_t samples,
                           data::ScalarType type, const std::string& source) {
  constexpr std::int64_t mostTimes = 20'000'000; // a list of them takes eight bytes a step
  data::FieldInfo info;
  info.name = name;
  info.type = type;
  info.transform = "none";
  info.worldUnit = "px";
  info.source = source;
  info.time.size = samples;
  info.time.unit = "seconds since " + dateText(start);
  info.time.calendar = "standard";
  if (samples <= mostTimes) {
    const double first = start - std::floor(start);
    info.time.values.resize(static_cast<std::size_t>(samples));
    for (std::size_t i = 0; i < info.time.values.size(); ++i)
      info.time.values[i] = first + static_cast<double>(i) * interval;
  }
  return info;
}

} // namespace discern::io
