#pragma once
#include <QPointF>
#include <QRectF>
#include <array>
#include <functional>
#include <optional>
#include <vector>

class QPainter;
class QColor;

namespace discern::views {

/// Points of a colour range at which its opacity is given, as they stand on a histogram: places from 0 to 1, opacities
/// from 0 to 1. At least two, in order.
class OpacityCurve {
public:
  using Points = std::vector<std::array<double, 2>>;
  void set(Points points) { points_ = std::move(points); }
  [[nodiscard]] const Points& points() const { return points_; }
  [[nodiscard]] bool shown() const { return !points_.empty(); }

  /// Where things lie: `x` of a place of the range.
  struct Frame {
    QRectF plot;
    std::function<double(double place)> x;
  };
  [[nodiscard]] QPointF at(std::size_t point, const Frame& frame) const;
  /// The point within seven pixels of `position`.
  [[nodiscard]] std::optional<std::size_t> hit(const QPointF& position, const Frame& frame) const;
  void paint(QPainter& painter, const Frame& frame, const QColor& ink, const QColor& ground,
             std::optional<std::size_t> chosen) const;

  /// Each returns the points after it.
  [[nodiscard]] Points moved(std::size_t point, double place, double opacity) const;
  [[nodiscard]] Points with(double place, double opacity) const;
  [[nodiscard]] Points without(std::size_t point) const; ///< two stay
  /// The opacity that a height in the plot stands for.
  [[nodiscard]] static double opacityAt(double y, const QRectF& plot);

private:
  Points points_;
};

} // namespace discern::views
