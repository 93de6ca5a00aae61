#include "contrast/opacity_curve.h"

#include <QColor>
#include <QPainter>
#include <QPolygonF>
#include <algorithm>
#include <cmath>

namespace discern::views {
namespace {

constexpr double headroom = 10, reach = 7; ///< pixels

} // namespace

double OpacityCurve::opacityAt(double y, const QRectF& plot) {
  return std::clamp((plot.bottom() - y) / std::max(1.0, plot.height() - headroom), 0.0, 1.0);
}

QPointF OpacityCurve::at(std::size_t point, const Frame& frame) const {
  const auto& [place, opacity] = points_[point];
  return {frame.x(place), frame.plot.bottom() - opacity * (frame.plot.height() - headroom)};
}

std::optional<std::size_t> OpacityCurve::hit(const QPointF& position, const Frame& frame) const {
  std::optional<std::size_t> nearest;
  double least = reach;
  for (std::size_t i = 0; i < points_.size(); ++i) {
    const QPointF by = at(i, frame) - position;
    if (const double distance = std::hypot(by.x(), by.y()); distance <= least) {
      least = distance;
      nearest = i;
    }
  }
  return nearest;
}

void OpacityCurve::paint(QPainter& painter, const Frame& frame, const QColor& ink, const QColor& ground,
                         std::optional<std::size_t> chosen) const {
  QPolygonF line;
  for (std::size_t i = 0; i < points_.size(); ++i)
    line << at(i, frame);
  line.prepend({frame.x(0), line.first().y()});
  line.append({frame.x(1), line.last().y()});
  painter.setBrush(Qt::NoBrush);
  painter.setPen(QPen(ground, 4, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  painter.drawPolyline(line);
  painter.setPen(QPen(ink, 1.5, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
  painter.drawPolyline(line);
  for (std::size_t i = 0; i < points_.size(); ++i) {
    painter.setPen(QPen(ground, 1.5));
    painter.setBrush(ink);
    painter.drawEllipse(at(i, frame), chosen == i ? 5.5 : 4, chosen == i ? 5.5 : 4);
  }
}

OpacityCurve::Points OpacityCurve::moved(std::size_t point, double place, double opacity) const {
  Points next = points_;
  const double least = point == 0 ? 0 : points_[point - 1][0];
  const double most = point + 1 == points_.size() ? 1 : points_[point + 1][0];
  next[point] = {std::clamp(place, least, most), std::clamp(opacity, 0.0, 1.0)};
  return next;
}

OpacityCurve::Points OpacityCurve::with(double place, double opacity) const {
  Points next = points_;
  place = std::clamp(place, 0.0, 1.0);
  const auto after =
      std::find_if(next.begin(), next.end(), [&](const std::array<double, 2>& point) { return point[0] > place; });
  next.insert(after, {place, std::clamp(opacity, 0.0, 1.0)});
  return next;
}

OpacityCurve::Points OpacityCurve::without(std::size_t point) const {
  Points next = points_;
  if (next.size() > 2) next.erase(next.begin() + static_cast<std::ptrdiff_t>(point));
  return next;
}

} // namespace discern::views
