#pragma once
#include "methods/evaluation/disagreements.h"

namespace discern::methods {

/// A disagreement in terms of the rows (truths) and columns (predictions) of the contingency table.
struct DisagreementItem {
  DisagreementKind kind = DisagreementKind::Missed;
  std::int32_t row = -1, column = -1; ///< the pair that agrees; -1: none. Missed, spurious: the instance itself
  std::vector<std::int32_t> rows{}, columns{}; ///< the instances in it; no instance is in two items
  double iou = 0;
  bool matched = false;
};

/// Where an item's voxels are.
struct DisagreementRegion {
  std::int64_t voxels = 0;
  double volume = 0; ///< world units³, or area in a plane
  double depth = 0;  ///< greatest distance from one of its voxels to what is outside, world units
  std::array<std::int64_t, 3> deepest{0, 0, 0};
};

/// The region of each item, by the rule that disagreements() states. O(N) and the boxes around the items.
[[nodiscard]] std::vector<DisagreementRegion>
disagreementRegions(std::span<const std::int32_t> truth, std::span<const std::int32_t> prediction, const Shape3& shape,
                    const Spacing3& spacing, const ContingencyTable& table, const InstanceMatching& matching,
                    const std::vector<DisagreementItem>& items, const Progress& progress, int threads);

} // namespace discern::methods
