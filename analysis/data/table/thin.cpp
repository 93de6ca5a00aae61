#include "data/table/thin.h"

#include <algorithm>
#include <cmath>

namespace discern::data {

LineThinner::LineThinner(double xLow, double xHigh, int across)
    : low_(xLow), high_(xHigh), perPixel_(0), across_(std::max(1, across)) {
  if (high_ > low_) perPixel_ = across_ / (high_ - low_);
}

void LineThinner::put(const Point& point) {
  out_.x.push_back(point.x);
  out_.y.push_back(point.y);
  out_.index.push_back(point.index);
}

void LineThinner::flush() {
  if (pixel_.at < 0 || pixel_.count == 0) return;
  std::array<Point, 4> points{pixel_.first, pixel_.low, pixel_.high, pixel_.last};
  std::sort(points.begin(), points.end(), [](const Point& a, const Point& b) { return a.index < b.index; });
  std::int64_t kept = 0;
  for (std::size_t i = 0; i < points.size(); ++i)
    if (i == 0 || points[i].index != points[i - 1].index) {
      put(points[i]);
      ++kept;
    }
  out_.thinned = out_.thinned || pixel_.count > kept;
  pixel_ = Pixel{};
}

void LineThinner::add(double x, double y, std::int64_t index) {
  if (!std::isfinite(x)) return;
  const Point point{x, y, index};
  if (x < low_) {
    before_ = point;
    return;
  }
  if (x > high_) {
    if (!after_) after_ = point;
    return;
  }
  const std::int64_t at =
      std::clamp(static_cast<std::int64_t>((x - low_) * perPixel_), std::int64_t{0}, std::int64_t{across_} - 1);
  if (at != pixel_.at) flush();
  if (!std::isfinite(y)) { // a gap: the line breaks here
    flush();
    if (!out_.y.empty() && std::isfinite(out_.y.back())) put(point);
    return;
  }
  ++out_.count;
  if (pixel_.at < 0) pixel_ = {at, point, point, point, point, 0};
  ++pixel_.count;
  pixel_.last = point;
  if (y < pixel_.low.y) pixel_.low = point;
  if (y > pixel_.high.y) pixel_.high = point;
}

void LineThinner::finish(Curve& curve) {
  flush();
  if (before_ && std::isfinite(before_->y)) {
    out_.x.insert(out_.x.begin(), before_->x);
    out_.y.insert(out_.y.begin(), before_->y);
    out_.index.insert(out_.index.begin(), before_->index);
  }
  if (after_ && std::isfinite(after_->y)) put(*after_);
  curve.x = std::move(out_.x);
  curve.y = std::move(out_.y);
  curve.index = std::move(out_.index);
  curve.count = out_.count;
  curve.thinned = out_.thinned;
}

void thinCloud(std::size_t count, const std::function<double(std::size_t)>& x,
               const std::function<double(std::size_t)>& y, const std::function<std::int64_t(std::size_t)>& index,
               const PointsRequest& request, Curve& curve) {
  const std::array<double, 2> across = request.xRange.value_or(curve.xExtent);
  const auto wide = static_cast<std::size_t>(std::max(1, request.across));
  const auto tall = static_cast<std::size_t>(std::max(1, request.up));
  const auto cell = [](double value, const std::array<double, 2>& range, std::size_t cells) {
    const double share = range[1] > range[0] ? (value - range[0]) / (range[1] - range[0]) : 0.5;
    return std::min(static_cast<std::size_t>(share * static_cast<double>(cells)), cells - 1);
  };
  std::vector<bool> taken(wide * tall, false);
  for (std::size_t i = 0; i < count; ++i) {
    const double px = x(i), py = y(i);
    if (!std::isfinite(px) || !std::isfinite(py) || px < across[0] || px > across[1]) continue;
    ++curve.count;
    const std::size_t place = cell(py, curve.yExtent, tall) * wide + cell(px, across, wide);
    if (taken[place]) {
      curve.thinned = true;
      continue;
    }
    taken[place] = true;
    curve.x.push_back(px);
    curve.y.push_back(py);
    curve.index.push_back(index(i));
  }
}

} // namespace discern::data
