#pragma once
#include "data/block.h"
#include "scene/colour/colormap.h"
#include "style/style.h"

#include <QWidget>
#include <array>
#include <optional>

namespace discern::views {

/// The histogram of a field under its colours, with a handle at each end of the colour range. A handle is dragged by
/// itself, the part between them together; a double click asks for the automatic range.
class HistogramWidget final : public QWidget {
  Q_OBJECT
public:
  HistogramWidget(const Style& style, QWidget* parent);
  void setStyle(const Style& style);
  void setStatistics(std::optional<data::Statistics> statistics);
  void setRange(double low, double high);
  void setColours(const scene::ColorMap& map, bool invert, bool logarithmic);
  void setLogCounts(bool on);
  /// Both ends move together, about zero.
  void setSymmetric(bool on) { symmetric_ = on; }
  [[nodiscard]] std::array<double, 2> range() const { return range_; }
  /// Horizontal place of a value in widget coordinates; inside the widget for any value.
  [[nodiscard]] double xOf(double value) const;
  [[nodiscard]] double valueAt(double x) const;
  [[nodiscard]] QSize sizeHint() const override { return {240, 104}; }
  [[nodiscard]] QSize minimumSizeHint() const override { return {120, 72}; }

Q_SIGNALS:
  void rangeEdited(double low, double high); ///< while dragging
  void automaticAsked();

protected:
  void paintEvent(QPaintEvent* event) override;
  void mousePressEvent(QMouseEvent* event) override;
  void mouseMoveEvent(QMouseEvent* event) override;
  void mouseReleaseEvent(QMouseEvent* event) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;

private:
  enum class Grip { None, Low, High, Both };
  [[nodiscard]] Grip gripAt(double x) const;
  [[nodiscard]] QRectF plot() const;
  [[nodiscard]] double fraction(double value) const; ///< 0…1 along the colour map
  void fitAxis();
  Style style_;
  std::optional<data::Statistics> statistics_;
  std::array<double, 2> range_{0, 1}, axis_{0, 1};
  scene::ColorMap map_;
  bool invert_ = false, logarithmic_ = false, logCounts_ = true, symmetric_ = false;
  Grip grip_ = Grip::None;
  double pressed_ = 0;
  std::array<double, 2> before_{0, 1};
};

} // namespace discern::views
