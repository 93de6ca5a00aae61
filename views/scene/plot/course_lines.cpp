#include "scene/plot/course_lines.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace discern::scene {
namespace {

constexpr double dateRoom = 108; ///< logical pixels for one date under the axis

bool dated(const data::TimeAxis& time) {
  return time.unit.find(" since ") != std::string::npos && !time.values.empty();
}

std::vector<std::pair<double, std::string>> dateTicks(const data::TimeAxis& time, const Chart::Look& look) {
  const auto most = static_cast<std::int64_t>(std::max(2.0, look.width / (dateRoom * look.scale)));
  const std::int64_t stride = std::max<std::int64_t>(1, (time.size + most - 1) / most);
  std::vector<std::pair<double, std::string>> ticks;
  bool midnight = true;
  for (std::int64_t i = 0; i < time.size; ++i) {
    midnight = midnight && time.label(i).ends_with(" 00:00");
    if (i % stride == 0) ticks.emplace_back(time.values[static_cast<std::size_t>(i)], time.label(i));
  }
  for (auto& [place, words] : ticks)
    if (midnight) words.resize(words.size() - 6);
  return ticks;
}

} // namespace

std::vector<double> timesOf(const data::TimeAxis& time) {
  if (time.values.size() == static_cast<std::size_t>(time.size)) return time.values;
  std::vector<double> steps(static_cast<std::size_t>(time.size));
  for (std::size_t i = 0; i < steps.size(); ++i)
    steps[i] = static_cast<double>(i + 1);
  return steps;
}

std::vector<double> showCourses(Chart& chart, const std::vector<CoursePanel::Course>& courses, std::int64_t step,
                                const Chart::Look& look) {
  double low = std::numeric_limits<double>::infinity(), high = -low;
  std::string quantity, unit;
  bool oneUnit = true;
  const data::TimeAxis* time = nullptr;
  for (const CoursePanel::Course& course : courses) {
    if (course.values.empty()) continue;
    if (!time) {
      time = &course.time;
      quantity = course.quantity.empty() ? "Value" : course.quantity;
      unit = course.unit;
    } else if (course.quantity != quantity || course.unit != unit) {
      oneUnit = oneUnit && course.unit == unit;
      quantity = "Value";
    }
    for (const double value : course.values)
      if (std::isfinite(value)) {
        low = std::min(low, value);
        high = std::max(high, value);
      }
  }
  if (!time) {
    chart.hide();
    return {};
  }
  if (!(high >= low)) low = 0, high = 1; // nothing but missing values
  const double pad = high > low ? 0.08 * (high - low) : std::max(0.5, 0.1 * std::abs(high));
  low -= pad;
  high += pad;
  std::vector<double> times = timesOf(*time);
  const auto [first, last] = std::minmax_element(times.begin(), times.end());
  const double span = std::max(*last - *first, 1e-9);

  Chart::Axis across{"step", *first - 0.015 * span, *last + 0.015 * span, {}}, up{quantity, low, high, {}};
  if (oneUnit && !unit.empty() && unit != "1") up.title += " (" + unit + ")";
  // A title longer than its axis would run into the heading: the unit alone says enough then.
  const double upTall = look.height / look.scale - look.top - 44;
  if (6.3 * static_cast<double>(up.title.size()) > upTall && oneUnit && !unit.empty())
    up.title = unit; // the heading names the quantity
  if (!time->values.empty())
    across.title = dated(*time) ? "" : time->unit.empty() ? "time" : "time (" + time->unit + ")";
  if (dated(*time)) across.ticks = dateTicks(*time, look);

  const auto stepIn = [step](const std::vector<double>& of) {
    return static_cast<std::size_t>(std::clamp<std::int64_t>(step, 0, static_cast<std::int64_t>(of.size()) - 1));
  };
  const std::size_t at = stepIn(times);
  std::vector<Chart::Line> lines{{{times[at], times[at]}, {low, high}, look.theme.text, 0.55, 1, 0}};
  std::size_t n = 0;
  for (const CoursePanel::Course& course : courses) {
    const Rgb colour = Chart::lineColour(look.theme, n++);
    if (course.values.empty()) continue;
    const std::vector<double> own = timesOf(course.time);
    lines.push_back({own, course.values, colour, 1, 1.4, 0});
    const std::size_t here = stepIn(own);
    if (here < course.values.size() && std::isfinite(course.values[here]))
      lines.push_back({{own[here]}, {course.values[here]}, colour, 1, 0, 8});
  }
  chart.show(lines, across, up, look);
  return times;
}

} // namespace discern::scene
