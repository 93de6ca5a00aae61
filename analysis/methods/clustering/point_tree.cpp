#include "methods/clustering/point_tree.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace discern::methods {

PointTree::PointTree(const Samples& samples) : samples_(samples), order_(samples.count()) {
  std::iota(order_.begin(), order_.end(), 0U);
  if (!order_.empty()) build(0, static_cast<std::uint32_t>(order_.size()));
}

void PointTree::build(std::uint32_t from, std::uint32_t to) {
  const auto at = static_cast<std::uint32_t>(nodes_.size());
  nodes_.push_back({from, to, 0, 0, 0, 0});
  if (to - from <= leaf) return;
  std::size_t longest = 0;
  double most = 0;
  for (std::size_t f = 0; f < samples_.features; ++f) {
    double low = std::numeric_limits<double>::infinity(), high = -low;
    for (std::uint32_t i = from; i < to; ++i) {
      low = std::min(low, samples_[order_[i]][f]);
      high = std::max(high, samples_[order_[i]][f]);
    }
    if (high - low > most) {
      most = high - low;
      longest = f;
    }
  }
  if (most == 0) return; // all at one place
  const std::uint32_t middle = from + (to - from) / 2;
  const auto value = [&](std::uint32_t point) { return samples_[point][longest]; };
  std::nth_element(order_.begin() + from, order_.begin() + middle, order_.begin() + to,
                   [&](std::uint32_t a, std::uint32_t b) { return value(a) < value(b); });
  double low = -std::numeric_limits<double>::infinity();
  for (std::uint32_t i = from; i < middle; ++i)
    low = std::max(low, value(order_[i]));
  nodes_[at].feature = static_cast<std::uint32_t>(longest);
  nodes_[at].low = low;
  nodes_[at].high = value(order_[middle]);
  build(from, middle);
  nodes_[at].right = static_cast<std::uint32_t>(nodes_.size());
  build(middle, to);
}

} // namespace discern::methods
