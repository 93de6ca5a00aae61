#include "methods/hierarchy/leaf_order.h"

#include <algorithm>
#include <limits>
#include <stdexcept>

namespace discern::methods {
namespace {

constexpr double far = std::numeric_limits<double>::infinity();

/// The leaves below every cluster, as one run of a common list.
struct Leaves {
  std::vector<std::int32_t> list;
  std::vector<std::size_t> from, to; ///< of each cluster
  [[nodiscard]] std::span<const std::int32_t> of(std::int32_t cluster) const {
    const auto at = static_cast<std::size_t>(cluster);
    return {list.data() + from[at], to[at] - from[at]};
  }
};

Leaves leavesOf(std::span<const Merge> merges, std::size_t n) {
  if (n == 0 || merges.size() + 1 != n) throw std::invalid_argument("a tree over n elements has n − 1 merges");
  Leaves leaves{std::vector<std::int32_t>(n), std::vector<std::size_t>(2 * n - 1), std::vector<std::size_t>(2 * n - 1)};
  const auto sizeOf = [&](std::int32_t cluster) {
    return cluster < static_cast<std::int32_t>(n)
               ? std::size_t{1}
               : static_cast<std::size_t>(merges[static_cast<std::size_t>(cluster) - n].size);
  };
  leaves.to[2 * n - 2] = n;
  for (std::size_t m = n - 1; m-- > 0;) { // the last merge first: children lie inside their parent
    const Merge& merge = merges[m];
    const std::size_t from = leaves.from[n + m];
    const auto a = static_cast<std::size_t>(merge.a), b = static_cast<std::size_t>(merge.b);
    leaves.from[a] = from;
    leaves.to[a] = leaves.from[b] = from + sizeOf(merge.a);
    leaves.to[b] = leaves.from[b] + sizeOf(merge.b);
  }
  for (std::size_t i = 0; i < n; ++i)
    leaves.list[leaves.from[i]] = static_cast<std::int32_t>(i);
  return leaves;
}

/// The least path through a cluster from leaf u to leaf w is known for each pair whose lowest common cluster it is.
class Turning {
public:
  Turning(std::span<const Merge> merges, std::span<const double> distances, std::size_t n)
      : merges_(merges), distances_(distances), n_(n), leaves_(leavesOf(merges, n)), best_(n * n, 0) {
    for (const Merge& merge : merges_)
      join(merge);
  }

  [[nodiscard]] std::vector<std::int32_t> order() {
    if (n_ == 1) return {0};
    double least = far;
    std::int32_t from = 0, to = 0;
    for (const std::int32_t u : leaves_.of(merges_.back().a))
      for (const std::int32_t w : leaves_.of(merges_.back().b))
        if (best(u, w) < least) {
          least = best(u, w);
          from = u;
          to = w;
        }
    std::vector<std::int32_t> order;
    order.reserve(n_);
    unroll(static_cast<std::int32_t>(2 * n_ - 2), from, to, order);
    return order;
  }

private:
  [[nodiscard]] double& best(std::int32_t u, std::int32_t w) {
    return best_[static_cast<std::size_t>(u) * n_ + static_cast<std::size_t>(w)];
  }
  [[nodiscard]] double distance(std::int32_t i, std::int32_t j) const {
    const auto a = static_cast<std::size_t>(std::min(i, j)), b = static_cast<std::size_t>(std::max(i, j));
    return distances_[pairPlace(n_, a, b)];
  }
  [[nodiscard]] bool single(std::int32_t cluster) const { return cluster < static_cast<std::int32_t>(n_); }
  [[nodiscard]] bool holds(std::int32_t cluster, std::int32_t leaf) const {
    const std::size_t at = leaves_.from[static_cast<std::size_t>(leaf)];
    return at >= leaves_.from[static_cast<std::size_t>(cluster)] && at < leaves_.to[static_cast<std::size_t>(cluster)];
  }
  /// The leaves at which a path through `cluster` that begins with `leaf` may end.
  [[nodiscard]] std::span<const std::int32_t> ends(std::int32_t cluster, std::int32_t leaf) const {
    if (single(cluster)) return leaves_.of(cluster);
    const Merge& merge = merges_[static_cast<std::size_t>(cluster) - n_];
    return leaves_.of(holds(merge.a, leaf) ? merge.b : merge.a);
  }

  void join(const Merge& merge) {
    const auto left = leaves_.of(merge.a), right = leaves_.of(merge.b);
    // From u through all of the left to k, the first of the right; then on to w.
    std::vector<double> reach(right.size());
    for (const std::int32_t u : left) {
      for (std::size_t k = 0; k < right.size(); ++k) {
        double least = far;
        for (const std::int32_t m : ends(merge.a, u))
          least = std::min(least, best(u, m) + distance(m, right[k]));
        reach[k] = least;
      }
      for (const std::int32_t w : right) {
        double least = far;
        for (const std::int32_t k : ends(merge.b, w))
          least = std::min(
              least,
              reach[leaves_.from[static_cast<std::size_t>(k)] - leaves_.from[static_cast<std::size_t>(merge.b)]] +
                  best(k, w));
        best(u, w) = best(w, u) = least;
      }
    }
  }

  /// Puts the least path through `cluster` from u to w into `order`.
  void unroll(std::int32_t cluster, std::int32_t u, std::int32_t w, std::vector<std::int32_t>& order) {
    if (single(cluster)) {
      order.push_back(cluster);
      return;
    }
    const Merge& merge = merges_[static_cast<std::size_t>(cluster) - n_];
    const std::int32_t first = holds(merge.a, u) ? merge.a : merge.b, second = first == merge.a ? merge.b : merge.a;
    double least = far;
    std::int32_t out = u, in = w;
    for (const std::int32_t m : ends(first, u))
      for (const std::int32_t k : ends(second, w))
        if (const double length = best(u, m) + distance(m, k) + best(k, w); length < least) {
          least = length;
          out = m;
          in = k;
        }
    unroll(first, u, out, order);
    unroll(second, in, w, order);
  }

  std::span<const Merge> merges_;
  std::span<const double> distances_;
  std::size_t n_;
  Leaves leaves_;
  std::vector<double> best_;
};

} // namespace

std::vector<std::int32_t> leafOrder(std::span<const Merge> merges, std::size_t n) { return leavesOf(merges, n).list; }

std::vector<std::int32_t> optimalLeafOrder(std::span<const Merge> merges, std::span<const double> distances,
                                           std::size_t n) {
  return Turning(merges, distances, n).order();
}

double pathLength(std::span<const std::int32_t> order, std::span<const double> distances, std::size_t n) {
  double length = 0;
  for (std::size_t i = 1; i < order.size(); ++i) {
    const auto a = static_cast<std::size_t>(std::min(order[i - 1], order[i])),
               b = static_cast<std::size_t>(std::max(order[i - 1], order[i]));
    length += distances[pairPlace(n, a, b)];
  }
  return length;
}

} // namespace discern::methods
