#pragma once
#include "contrast/opacity_curve.h"
#include "data/block.h"
#include "scene/colour/mapper.h"
#include "style/style.h"

#include <QWidget>
#include <array>
#include <optional>

namespace discern::views {

/// The histogram of a field under its colours, with a handle at each end of the colour range. A handle is dragged by
/// itself, the part between them together; a double click asks for the automatic range. Over it, where there is one, an
/// opacity curve whose points are dragged, added by a double click and removed by a right click. With the keyboard:
/// Page Up and Page Down choose a handle or point, arrows move it, Insert adds a point after it, Delete removes it.
class HistogramWidget final : public QWidget {
  Q_OBJECT
public:
  HistogramWidget(const Style& style, QWidget* parent);
  void setStyle(const Style& style);
  void setStatistics(std::optional<data::Statistics> statistics);
  void setRange(double low, double high);
  void setColours(const scene::ColorMap& map, const scene::ColorScale& scale);
  /// Empty: no curve.
  void setOpacityPoints(OpacityCurve::Points points);
  /// Handles of the range don't move.
  void setLocked(bool locked);
  void setLogCounts(bool on);
  /// Both ends move together, about zero.
  void setSymmetric(bool on) { symmetric_ = on; }
  [[nodiscard]] std::array<double, 2> range() const { return range_; }
  /// Horizontal place of a value in widget coordinates; inside the widget for any value.
  [[nodiscard]] double xOf(double value) const;
  [[nodiscard]] double valueAt(double x) const;
  /// Where a point of the opacity curve lies in the widget.
  [[nodiscard]] QPointF opacityPoint(std::size_t point) const { return curve_.at(point, frame()); }
  [[nodiscard]] QSize sizeHint() const override { return {240, 104}; }
  [[nodiscard]] QSize minimumSizeHint() const override { return {120, 72}; }

Q_SIGNALS:
  void rangeEdited(double low, double high); ///< while dragging
  void automaticAsked();
  void opacityEdited(const discern::views::OpacityCurve::Points& points); ///< while dragging

protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  void keyPressEvent(QKeyEvent* event) override;
  void focusInEvent(QFocusEvent* event) override;
  void focusOutEvent(QFocusEvent* event) override;

private:
  enum class Grip { None, Low, High, Both };
  [[nodiscard]] Grip gripAt(double x) const;
  [[nodiscard]] QRectF plot() const;
  [[nodiscard]] OpacityCurve::Frame frame() const;
  [[nodiscard]] double placeAt(double x) const; ///< 0…1 in the colour range
  void edit(double low, double high);           ///< emits, symmetric where it must be
  void fitAxis();
  Style style_;
  std::optional<data::Statistics> statistics_;
  std::array<double, 2> range_{0, 1}, axis_{0, 1};
  scene::ColorMap map_;
  scene::ColorScale scale_;
  OpacityCurve curve_;
  std::optional<std::size_t> dragged_; ///< point of the curve
  int chosen_ = 0;                     ///< by the keyboard: 0 low, 1 high, from 2 on points of the curve
  bool logCounts_ = true, symmetric_ = false, locked_ = false;
  Grip grip_ = Grip::None;
  double pressed_ = 0;
  std::array<double, 2> before_{0, 1};
};

} // namespace discern::views
