#pragma once
#include "scene/plot/chart.h"
#include "scene/plot/course_panel.h"

namespace discern::scene {

/// Time of each step of an axis; its number, from 1, where the axis has none.
[[nodiscard]] std::vector<double> timesOf(const data::TimeAxis& time);

/// Puts time courses on a chart: lines over time with a marker at the step. Courses without values are left out.
/// Returns the times of the first; none: nothing to show, and the chart is hidden.
std::vector<double> showCourses(Chart& chart, const std::vector<CoursePanel::Course>& courses, std::int64_t step,
                                const Chart::Look& look);

} // namespace discern::scene
