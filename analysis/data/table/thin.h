#pragma once
#include "data/table/table_request.h"

#include <functional>

namespace discern::data {

/// Thins a line whose x never falls: of each of `across` pixels between the bounds, the first, lowest, highest and last
/// value, so that its picture is that of all values. Values are given one after the other.
class LineThinner {
public:
  /// `xLow` and `xHigh` are the edges of what is in sight; points beside them are kept so that lines lead out of it.
  LineThinner(double xLow, double xHigh, int across);
  void add(double x, double y, std::int64_t index);
  /// Puts what is left into `curve`: x, y, index, count, thinned.
  void finish(Curve& curve);

private:
  struct Point {
    double x = 0, y = 0;
    std::int64_t index = -1;
  };
  struct Pixel {
    std::int64_t at = -1; ///< −1: none yet
    Point first, low, high, last;
    std::int64_t count = 0;
  };
  void flush();
  void put(const Point& point);
  double low_, high_, perPixel_;
  int across_;
  Pixel pixel_;
  std::optional<Point> before_, after_; ///< the nearest outside what is in sight
  Curve out_;
};

/// Thins a cloud: one point for each cell of `across` × `up` that has any, the first of the table.
void thinCloud(std::size_t count, const std::function<double(std::size_t)>& x,
               const std::function<double(std::size_t)>& y, const std::function<std::int64_t(std::size_t)>& index,
               const PointsRequest& request, Curve& curve);

} // namespace discern::data
