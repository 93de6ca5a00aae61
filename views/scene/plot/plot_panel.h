#pragma once
#include "scene/overlay/overlay.h"
#include "scene/plot/axes_panel.h"
#include "scene/plot/chart.h"

namespace discern::scene {

/// Lines or points over two axes that a person can zoom, pan and pick in. Positions in pixels are device pixels from
/// the bottom left.
class PlotPanel : public AxesPanel {
public:
  /// A point that is drawn.
  struct Hit {
    std::size_t trace = 0;
    std::int64_t index = 0; ///< row of the table, or index along the field's axis
    double x = 0, y = 0;
  };
  /// One line, or one cloud of points, as it came from the provider.
  struct Trace {
    std::string source, name, unit; ///< layer id, or column; what a person reads; unit of y
    data::Curve curve;              ///< x in the unit of the axis
    bool joined = true, dots = false;
  };

  explicit PlotPanel(Context context);
  [[nodiscard]] Overlay* overlay() override { return &overlay_; }
  void attach(vtkRenderWindow* window) override;
  void resize(int width, int height) override;
  void update(const session::State& state) override;
  void setTheme(const Theme& theme) override;
  [[nodiscard]] std::optional<View> view() const override;
  [[nodiscard]] std::optional<View> fitted() const override;
  [[nodiscard]] std::optional<std::array<double, 2>> dataAt(double x, double y) const override {
    return chart_.dataAt(x, y);
  }
  [[nodiscard]] std::array<double, 2> pixelOf(double x, double y) const override { return chart_.pixelOf(x, y); }
  /// The drawn point nearest to a pixel: of a line across, of a cloud within twelve logical pixels.
  [[nodiscard]] std::optional<Hit> hitAt(double x, double y) const;
  /// Shows the values there; nothing: those at the mark.
  void hover(std::optional<std::array<double, 2>> pixel) override;
  /// Draws a rectangle, x0 y0 x1 y1.
  void brush(std::optional<std::array<double, 4>> pixels);
  [[nodiscard]] const std::vector<Trace>& traces() const { return traces_; }
  /// What stands in the heading.
  [[nodiscard]] const std::string& heading() const { return heading_; }

protected:
  /// Asks for what `state_` needs and is not there; called after each change of the state or the size.
  virtual void ask() = 0;
  /// Of the axis below.
  [[nodiscard]] virtual std::string acrossTitle() const = 0;
  /// Its ticks where numbers won't do (dates); empty: round numbers.
  [[nodiscard]] virtual std::vector<std::pair<double, std::string>> acrossTicks(double, double) const { return {}; }
  [[nodiscard]] virtual std::string acrossText(double x) const; ///< a value of the axis below, with its unit
  /// What stands in the middle when nothing is plotted.
  [[nodiscard]] virtual std::string emptyText() const = 0;
  /// Where an upright line marks the session's cursor or time.
  [[nodiscard]] virtual std::optional<double> mark() const { return std::nullopt; }
  void changed();                      ///< draws anew
  [[nodiscard]] int plotWidth() const; ///< device pixels, about

  session::State state_;
  std::vector<Trace> traces_;
  bool known_ = false;
  int width_ = 640, height_ = 240;

private:
  void draw();
  void drawHeading();
  [[nodiscard]] std::array<double, 2> xAll() const;
  [[nodiscard]] std::array<double, 2> yIn(const std::array<double, 2>& x) const;
  [[nodiscard]] std::string upTitle() const;
  vtkNew<vtkRenderer> renderer_;
  Overlay overlay_;
  Chart chart_;
  std::string heading_;
  std::optional<std::array<double, 2>> hover_;
  std::optional<std::array<double, 4>> brush_;
};

} // namespace discern::scene
