#include "contrast/histogram_widget.h"
#include "scene/format.h"

#include <QMouseEvent>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace discern::views {
namespace {

constexpr double gripWidth = 6, sideMargin = 8, bottom = 18, top = 4;

} // namespace

HistogramWidget::HistogramWidget(const Style& style, QWidget* parent) : QWidget(parent), style_(style) {
  setObjectName(QStringLiteral("histogram"));
  setAccessibleName(tr("Histogram and colour range"));
  setToolTip(tr("Drag a handle to change the colour range, between them to move it; double-click for automatic"));
  setMouseTracking(true);
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

double HistogramWidget::fraction(double value) const {
  double t = 0;
  if (logarithmic_ && range_[0] > 0 && range_[1] > range_[0])
    t = value <= 0 ? 0 : std::log(value / range_[0]) / std::log(range_[1] / range_[0]);
  else if (range_[1] > range_[0])
    t = (value - range_[0]) / (range_[1] - range_[0]);
  t = std::clamp(t, 0.0, 1.0);
  return invert_ ? 1 - t : t;
}

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
  fitAxis();
  update();
}

void HistogramWidget::setColours(const scene::ColorMap& map, bool invert, bool logarithmic) {
  map_ = map;
  invert_ = invert;
  logarithmic_ = logarithmic;
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
  if (event->button() != Qt::LeftButton || !isEnabled()) return;
  grip_ = gripAt(event->position().x());
  pressed_ = valueAt(event->position().x());
  before_ = range_;
}

void HistogramWidget::mouseMoveEvent(QMouseEvent* event) {
  const double x = event->position().x();
  if (grip_ == Grip::None) {
    const Grip over = gripAt(x);
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
  if (symmetric_) {
    if (grip_ == Grip::Both) return;
    const double reach = std::max(least, std::abs(grip_ == Grip::Low ? next[0] : next[1]));
    next = {-reach, reach};
  }
  Q_EMIT rangeEdited(next[0], next[1]);
}

void HistogramWidget::mouseReleaseEvent(QMouseEvent*) {
  grip_ = Grip::None;
  fitAxis();
  update();
}

void HistogramWidget::mouseDoubleClickEvent(QMouseEvent* event) {
  grip_ = Grip::None;
  if (event->button() == Qt::LeftButton) Q_EMIT automaticAsked();
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
    QColor bar = map_.colors.empty() ? faint : colour(map_.at(fraction(value)));
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
  for (const double x : {low, high}) {
    painter.setPen(QPen(accent, 1.5));
    painter.drawLine(QPointF(x, area.top()), QPointF(x, area.bottom()));
    painter.setPen(Qt::NoPen);
    painter.setBrush(accent);
    painter.drawRoundedRect(QRectF(x - 3, area.top() + area.height() / 2 - 10, 6, 20), 3, 3);
  }
  painter.setPen(faint);
  const QRectF labels(area.left() - 4, area.bottom() + 2, area.width() + 8, bottom - 2);
  painter.drawText(labels, Qt::AlignLeft | Qt::AlignVCenter, text(scene::formatNumber(axis_[0])));
  painter.drawText(labels, Qt::AlignRight | Qt::AlignVCenter, text(scene::formatNumber(axis_[1])));
}

} // namespace discern::views
