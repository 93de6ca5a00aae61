#pragma once
#include "scene/plot/course_panel.h"

#include <vtkNew.h>
#include <vtkSmartPointer.h>

class vtkChartXY;
class vtkContextActor;
class vtkTextActor;
class vtkTextProperty;
class vtkRenderer;

namespace discern::scene {

/// The chart of time courses: lines over time with a marker at the current step.
class CourseChart {
public:
  explicit CourseChart(vtkRenderer* renderer);
  ~CourseChart();
  struct Look {
    Theme theme;
    double scale = 1;
    int width = 1, height = 1; ///< device pixels
    double top = 28;           ///< logical pixels left free above the plot
  };
  /// Courses without values are left out; `step` is marked.
  void show(const std::vector<CoursePanel::Course>& courses, std::int64_t step, const Look& look);
  void hide();
  /// See CoursePanel::stepAt.
  [[nodiscard]] std::optional<std::int64_t> stepAt(double x, double y) const;
  /// Colour of the n-th line.
  [[nodiscard]] static Rgb lineColour(const Theme& theme, std::size_t n);

private:
  static void styleText(vtkTextProperty* property, const Look& look, const Rgb& colour);
  void styleAxis(int which, const Look& look, const std::string& title) const;
  void labelDates(const data::TimeAxis& time, const Look& look) const;
  vtkNew<vtkContextActor> actor_;
  vtkSmartPointer<vtkChartXY> chart_;
  vtkNew<vtkTextActor> title_; ///< of the upright axis, at a place of our own: VTK's does not follow the scale
  std::vector<double> times_;  ///< of the first course
};

} // namespace discern::scene
