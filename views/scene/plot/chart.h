#pragma once
#include "scene/theme.h"

#include <optional>
#include <utility>
#include <vector>
#include <vtkNew.h>
#include <vtkSmartPointer.h>

class vtkChartXY;
class vtkContextActor;
class vtkTextActor;
class vtkTextProperty;
class vtkRenderer;

namespace discern::scene {

/// Lines and points over two axes, with numbers and titles. Positions are device pixels from the bottom left.
class Chart {
public:
  explicit Chart(vtkRenderer* renderer);
  ~Chart();
  struct Look {
    Theme theme;
    double scale = 1;
    int width = 1, height = 1; ///< device pixels
    double top = 30;           ///< logical pixels left free above the plot
    double right = 0;          ///< and at the right of it, beside what half a label needs
    double left = 0;           ///< at least so much at the left of it
    bool grid = true;          ///< lines at the ticks
    double bottom = 0;         ///< and more below it than the numbers need
  };
  /// One line, or one cloud of points. NaN breaks a line.
  struct Line {
    std::vector<double> x, y;
    Rgb colour{};
    double opacity = 1;
    double width = 1.4; ///< of the line, logical pixels; 0: no line
    double dots = 0;    ///< diameter of a point, logical pixels; 0: none
  };
  struct Axis {
    std::string title;
    double low = 0, high = 1;
    std::vector<std::pair<double, std::string>> ticks; ///< words in place of round numbers
  };
  void show(const std::vector<Line>& lines, const Axis& across, const Axis& up, const Look& look);
  void hide();
  [[nodiscard]] bool shown() const;
  /// x0, y0, x1, y1 of the rectangle between the axes.
  [[nodiscard]] std::array<double, 4> frame() const;
  /// What lies under a pixel; nothing outside the axes.
  [[nodiscard]] std::optional<std::array<double, 2>> dataAt(double x, double y) const;
  [[nodiscard]] std::array<double, 2> pixelOf(double x, double y) const;
  /// Colour of the n-th line.
  [[nodiscard]] static Rgb lineColour(const Theme& theme, std::size_t n);

private:
  void styleAxis(int which, const Look& look, const std::string& title) const;
  void label(int which, const Axis& axis, int most, std::size_t& widest) const;
  vtkNew<vtkContextActor> actor_;
  vtkSmartPointer<vtkChartXY> chart_;
  vtkNew<vtkTextActor> title_; ///< of the upright axis, at a place of our own: VTK's does not follow the scale
  std::array<double, 4> frame_{0, 0, 1, 1};
  Axis across_, up_;
};

/// Enough digits to tell values apart that are `step` from each other.
[[nodiscard]] int digitsFor(double low, double high, double step);

} // namespace discern::scene
