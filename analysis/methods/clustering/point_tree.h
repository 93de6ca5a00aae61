#pragma once
#include "methods/clustering/samples.h"

#include <cstdint>
#include <vector>

namespace discern::methods {

/// Finds the points near a place: a k-d tree, halved along the longest side of each box. Refers to the samples.
class PointTree {
public:
  explicit PointTree(const Samples& samples);

  /// f(i) for each point i within `radius` of `place`, the rim included, in no order.
  template <typename F>
  void within(std::span<const double> place, double radius, F&& f) const {
    if (!order_.empty()) visit(0, place, radius, f);
  }

private:
  static constexpr std::uint32_t leaf = 16;
  struct Node {
    std::uint32_t from = 0, to = 0, right = 0; ///< points of order_; the left child follows, 0: a leaf
    std::uint32_t feature = 0;
    double low = 0, high = 0; ///< the greatest on the left, and the least on the right, in that feature
  };
  void build(std::uint32_t from, std::uint32_t to);
  template <typename F>
  void visit(std::uint32_t at, std::span<const double> place, double radius, F&& f) const {
    const Node& node = nodes_[at];
    if (node.right == 0) {
      for (std::uint32_t i = node.from; i < node.to; ++i)
        if (squaredDistance(samples_[order_[i]], place) <= radius * radius) f(order_[i]);
      return;
    }
    if (place[node.feature] - radius <= node.low) visit(at + 1, place, radius, f);
    if (place[node.feature] + radius >= node.high) visit(node.right, place, radius, f);
  }

  Samples samples_;
  std::vector<std::uint32_t> order_;
  std::vector<Node> nodes_;
};

} // namespace discern::methods
