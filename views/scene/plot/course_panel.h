#pragma once
#include "scene/panel.h"

namespace discern::scene {

/// The time course of the voxel under the cursor, one line for every visible image layer that has time.
class CoursePanel : public Panel {
public:
  using Panel::Panel;
  /// A line on the plot.
  struct Course {
    std::string layer, name;    ///< layer id and name
    std::string quantity, unit; ///< of the values
    data::TimeAxis time;
    std::vector<double> values; ///< one a step; NaN: missing
  };
  /// The step whose time is nearest to a pixel (device pixels, bottom left) inside the axes; none outside, or with no
  /// course shown. Follows the picture last rendered.
  [[nodiscard]] virtual std::optional<std::int64_t> stepAt(double x, double y) const = 0;
  /// What is drawn.
  [[nodiscard]] virtual const std::vector<Course>& courses() const = 0;
};

[[nodiscard]] std::unique_ptr<CoursePanel> makeCoursePanel(Context context);

} // namespace discern::scene
