#include "contrast/histogram_widget.h"
#include "scene/format.h"

#include <QKeyEvent>
#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>
#include <utility>

namespace discern::views {
namespace {

constexpr double gripWidth = 6, sideMargin = 8, bottom = 18, top = 4;

} // namespace

HistogramWidget::HistogramWidget(const Style& style, QWidget* parent) : QWidget(parent), style_(style) {
  setObjectName(QStringLiteral("histogram"));
  setAccessibleName(tr("Histogram and colour range"));
  setToolTip(tr("Drag a handle to change the colour range, between them to move it; double-click for automatic"));
  setMouseTracking(true);
  setFocusPolicy(Qt::StrongFocus);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Expanding);
}

QRectF HistogramWidget::plot() const {
  return QRectF(sideMargin, top, std::max(1.0, width() - 2 * sideMargin), std::max(1.0, height() - top - bottom));
}

double HistogramWidget::xOf(double value) const {
  const QRectF area = plot();
  const double t = (value - axis_[0]) / (axis_[1] - axis_[0]);
  return area.left() + std::clamp(t, 0.0, 1.0) * area.width();
}

double HistogramWidget::valueAt(double x) const {
  const QRectF area = plot();
  return axis_[0] + (x - area.left()) / area.width() * (axis_[1] - axis_[0]);
}

OpacityCurve::Frame HistogramWidget::frame() const {
  return {plot(), [this](double place) { return xOf(scene::valueAt(scale_, place)); }};
}

double HistogramWidget::placeAt(double x) const { return std::clamp(scene::placeIn(scale_, valueAt(x)), 0.0, 1.0); }

void HistogramWidget::fitAxis() {
  if (grip_ != Grip::None) return; // the axis stands still under the hand
  double low = range_[0], high = range_[1];
  if (statistics_) {
    low = std::min(low, statistics_->binLow);
    high = std::max(high, statistics_->binHigh);
  }
  if (!(high > low)) high = low + 1;
  axis_ = {low, high};
}

void HistogramWidget::setStyle(const Style& style) {
  style_ = style;
  update();
}

void HistogramWidget::setStatistics(std::optional<data::Statistics> statistics) {
  statistics_ = std::move(statistics);
  fitAxis();
  update();
}

void HistogramWidget::setRange(double low, double high) {
  range_ = {low, high};
  scale_.range = range_;
  fitAxis();
  update();
}

void HistogramWidget::setColours(const scene::ColorMap& map, const scene::ColorScale& scale) {
  map_ = map;
  scale_ = scale;
  scale_.range = range_;
  update();
}

void HistogramWidget::setOpacityPoints(OpacityCurve::Points points) {
  curve_.set(std::move(points));
  chosen_ = std::min(chosen_, 1 + static_cast<int>(curve_.points().size()));
  if (dragged_ && *dragged_ >= curve_.points().size()) dragged_.reset();
  update();
}

void HistogramWidget::setLocked(bool locked) {
  locked_ = locked;
  update();
}

void HistogramWidget::setLogCounts(bool on) {
  logCounts_ = on;
  update();
}

HistogramWidget::Grip HistogramWidget::gripAt(double x) const {
  const double low = xOf(range_[0]), high = xOf(range_[1]);
  const double toLow = std::abs(x - low), toHigh = std::abs(x - high);
  if (std::min(toLow, toHigh) <= gripWidth) {
    if (std::abs(toLow - toHigh) < 1e-9) return x < low ? Grip::Low : Grip::High;
    return toLow < toHigh ? Grip::Low : Grip::High;
  }
  return x > low && x < high ? Grip::Both : Grip::None;
}

void HistogramWidget::mousePressEvent(QMouseEvent* event) {
  if (!isEnabled()) return;
  dragged_ = curve_.shown() ? curve_.hit(event->position(), frame()) : std::nullopt;
  if (event->button() == Qt::RightButton) {
    if (const auto point = std::exchange(dragged_, std::nullopt)) Q_EMIT opacityEdited(curve_.without(*point));
    return;
  }
  if (event->button() != Qt::LeftButton) return;
  if (dragged_) {
    chosen_ = 2 + static_cast<int>(*dragged_);
    update();
    return;
  }
  if (locked_) return;
  grip_ = gripAt(event->position().x());
  if (grip_ == Grip::Low || grip_ == Grip::High) chosen_ = grip_ == Grip::High ? 1 : 0;
  pressed_ = valueAt(event->position().x());
  before_ = range_;
}

void HistogramWidget::mouseMoveEvent(QMouseEvent* event) {
  const double x = event->position().x();
  if (dragged_) {
    Q_EMIT opacityEdited(curve_.moved(*dragged_, placeAt(x), OpacityCurve::opacityAt(event->position().y(), plot())));
    return;
  }
  if (grip_ == Grip::None) {
    if (curve_.shown() && curve_.hit(event->position(), frame())) {
      setCursor(Qt::PointingHandCursor);
      return;
    }
    const Grip over = locked_ ? Grip::None : gripAt(x);
    setCursor(over == Grip::None ? Qt::ArrowCursor : over == Grip::Both ? Qt::OpenHandCursor : Qt::SizeHorCursor);
    return;
  }
  const double least = (axis_[1] - axis_[0]) * 1e-3;
  const double by = valueAt(x) - pressed_;
  std::array<double, 2> next = before_;
  if (grip_ != Grip::High) next[0] += by;
  if (grip_ != Grip::Low) next[1] += by;
  if (grip_ == Grip::Low) next[0] = std::min(next[0], next[1] - least);
  if (grip_ == Grip::High) next[1] = std::max(next[1], next[0] + least);
  if (symmetric_ && grip_ == Grip::Both) return;
  edit(next[0], next[1]);
}

void HistogramWidget::edit(double low, double high) {
  if (symmetric_) {
    const double least = (axis_[1] - axis_[0]) * 1e-3;
    const double reach = std::max(least, std::abs(low != range_[0] ? low : high));
    low = -reach;
    high = reach;
  }
  Q_EMIT rangeEdited(low, high);
}

void HistogramWidget::mouseReleaseEvent(QMouseEvent*) {
  grip_ = Grip::None;
  dragged_.reset();
  fitAxis();
  update();
}

void HistogramWidget::mouseDoubleClickEvent(QMouseEvent* event) {
  grip_ = Grip::None;
  dragged_.reset();
  if (event->button() != Qt::LeftButton) return;
  const QPointF at = event->position();
  if (curve_.shown())
    Q_EMIT opacityEdited(curve_.with(placeAt(at.x()), OpacityCurve::opacityAt(at.y(), plot())));
  else if (!locked_)
    Q_EMIT automaticAsked();
}

void HistogramWidget::keyPressEvent(QKeyEvent* event) {
  const int points = static_cast<int>(curve_.points().size());
  const auto turn = [&](int by) {
    chosen_ = (chosen_ + by + 2 + points) % (2 + points);
    update();
  };
  const double across = event->key() == Qt::Key_Right ? 1 : event->key() == Qt::Key_Left ? -1 : 0;
  const double up = event->key() == Qt::Key_Up ? 1 : event->key() == Qt::Key_Down ? -1 : 0;
  if (event->key() == Qt::Key_PageUp || event->key() == Qt::Key_PageDown) {
    turn(event->key() == Qt::Key_PageDown ? 1 : -1);
  } else if (chosen_ < 2 && across != 0) {
    if (locked_) return;
    const double by = across * (axis_[1] - axis_[0]) / 100;
    const double low = range_[0] + (chosen_ == 0 ? by : 0), high = range_[1] + (chosen_ == 1 ? by : 0);
    if (low < high) edit(low, high);
  } else if (chosen_ >= 2 && (across != 0 || up != 0)) {
    const auto point = static_cast<std::size_t>(chosen_ - 2);
    const auto [place, opacity] = curve_.points()[point];
    Q_EMIT opacityEdited(curve_.moved(point, place + 0.01 * across, opacity + 0.02 * up));
  } else if (chosen_ >= 2 && event->key() == Qt::Key_Delete) {
    Q_EMIT opacityEdited(curve_.without(static_cast<std::size_t>(chosen_ - 2)));
  } else if (points > 0 && event->key() == Qt::Key_Insert) {
    const auto left = static_cast<std::size_t>(std::clamp(chosen_ - 2, 0, points - 2));
    const auto &a = curve_.points()[left], &b = curve_.points()[left + 1];
    Q_EMIT opacityEdited(curve_.with((a[0] + b[0]) / 2, (a[1] + b[1]) / 2));
  } else {
    QWidget::keyPressEvent(event);
  }
}

void HistogramWidget::focusInEvent(QFocusEvent* event) {
  QWidget::focusInEvent(event);
  update();
}

void HistogramWidget::focusOutEvent(QFocusEvent* event) {
  QWidget::focusOutEvent(event);
  update();
}

void HistogramWidget::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  const QRectF area = plot();
  const QColor faint = colour(style_.theme.muted), accent = colour(style_.theme.accent);
  const QColor ground = colour(style_.theme.canvas);
  painter.setPen(Qt::NoPen);
  painter.setBrush(ground);
  painter.drawRoundedRect(area.adjusted(-4, 0, 4, 0), 4, 4);
  if (!statistics_ || statistics_->histogram.empty()) {
    painter.setPen(faint);
    painter.drawText(area, Qt::AlignCenter, isEnabled() ? tr("Reading values…") : tr("No values"));
    return;
  }
  const auto& bins = statistics_->histogram;
  const std::int64_t most = std::max<std::int64_t>(1, *std::max_element(bins.begin(), bins.end()));
  const double binWidth = (statistics_->binHigh - statistics_->binLow) / static_cast<double>(bins.size());
  painter.setRenderHint(QPainter::Antialiasing, false);
  // One bar a pixel column, at the highest bin it covers, so that narrow peaks stay.
  const int left = static_cast<int>(area.left()), right = static_cast<int>(area.right());
  for (int x = left; x < right; ++x) {
    const double from = (valueAt(x) - statistics_->binLow) / std::max(binWidth, 1e-300),
                 to = (valueAt(x + 1) - statistics_->binLow) / std::max(binWidth, 1e-300);
    std::int64_t count = 0;
    const auto last = static_cast<double>(bins.size()) - 1;
    if (to >= 0 && from <= last + 1)
      for (auto bin = static_cast<std::size_t>(std::clamp(std::floor(from), 0.0, last));
           bin <= static_cast<std::size_t>(std::clamp(std::ceil(to) - 1, 0.0, last)); ++bin)
        count = std::max(count, bins[bin]);
    if (count == 0) continue;
    const double share = logCounts_ ? std::log1p(static_cast<double>(count)) / std::log1p(static_cast<double>(most))
                                    : static_cast<double>(count) / static_cast<double>(most);
    const double height = std::max(1.0, share * (area.height() - 10));
    const double value = valueAt(x + 0.5);
    QColor bar = map_.colors.empty() ? faint : colour(scene::colourAt(map_, scale_, scene::placeIn(scale_, value)));
    if (value < range_[0] && scale_.below) bar = colour(*scale_.below);
    if (value > range_[1] && scale_.above) bar = colour(*scale_.above);
    // Colours close to the ground would vanish: lean them towards the muted ink.
    const auto near = [&](const QColor& a, const QColor& b) {
      return std::abs(a.lightnessF() - b.lightnessF()) < 0.18F;
    };
    if (near(bar, ground))
      bar = QColor::fromRgbF((bar.redF() + faint.redF()) / 2, (bar.greenF() + faint.greenF()) / 2,
                             (bar.blueF() + faint.blueF()) / 2);
    if (value < range_[0] || value > range_[1]) bar.setAlphaF(0.45F);
    painter.fillRect(QRectF(x, area.bottom() - height, 1, height), bar);
  }
  painter.setRenderHint(QPainter::Antialiasing);
  QColor outside = ground;
  outside.setAlphaF(0.45F);
  const double low = xOf(range_[0]), high = xOf(range_[1]);
  painter.fillRect(QRectF(area.left(), area.top(), low - area.left(), area.height()), outside);
  painter.fillRect(QRectF(high, area.top(), area.right() - high, area.height()), outside);
  if (axis_[0] < 0 && axis_[1] > 0) {
    QColor zero = faint;
    zero.setAlphaF(0.6F);
    painter.setPen(QPen(zero, 1, Qt::DotLine));
    painter.drawLine(QPointF(xOf(0), area.top()), QPointF(xOf(0), area.bottom()));
  }
  if (curve_.shown())
    curve_.paint(painter, frame(), colour(style_.theme.text), ground,
                 hasFocus() && chosen_ >= 2 ? std::optional(static_cast<std::size_t>(chosen_ - 2)) : std::nullopt);
  for (const double x : {low, high}) {
    painter.setPen(QPen(locked_ ? faint : accent, 1.5));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    if (locked_) continue;
    const bool chosen = hasFocus() && chosen_ == (x == low ? 0 : 1);
    painter.setPen(chosen ? QPen(colour(style_.theme.text), 1.5) : QPen(Qt::NoPen));
    painter.setBrush(accent);
    painter.drawRoundedRect(QRectF(x - 3, area.top() + area.height() / 2 - 10, 6, 20), 3, 3);
  }
  painter.setPen(faint);
  const QRectF labels(area.left() - 4, area.bottom() + 2, area.width() + 8, bottom - 2);
  painter.drawText(labels, Qt::AlignLeft | Qt::AlignVCenter, text(scene::formatNumber(axis_[0])));
  painter.drawText(labels, Qt::AlignRight | Qt::AlignVCenter, text(scene::formatNumber(axis_[1])));
}

} // namespace discern::views
