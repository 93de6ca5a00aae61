#pragma once
#include "methods/evaluation/instance_matching.h"
#include "methods/grid.h"

#include <string_view>
#include <vector>

namespace discern::methods {

enum class DisagreementKind {
  Missed,   ///< a truth that no prediction stands for
  Spurious, ///< a prediction that stands for no truth
  Split,    ///< one truth in several predictions
  Merged,   ///< several truths in one prediction
  Boundary  ///< one truth and one prediction that belong together but differ in outline
};
[[nodiscard]] std::string_view nameOf(DisagreementKind kind); ///< "missed", "spurious", "split", "merged", "boundary"

struct DisagreementOptions {
  double part = 0.2;        ///< the least share of the whole that makes a split or merged part substantial
  double partnerIou = 0.1;  ///< an unmatched truth and prediction with at least this IoU are a boundary disagreement
  double boundaryIou = 0.7; ///< matched pairs below this IoU are listed
};

/// One place to look at.
struct Disagreement {
  DisagreementKind kind = DisagreementKind::Missed;
  std::int32_t truth = 0;                        ///< 0: none. Merged: the truth that agrees best, one of `partners`
  std::int32_t prediction = 0;                   ///< 0: none. Split: the prediction that agrees best, one of `partners`
  std::vector<std::int32_t> partners;            ///< split: all predictions; merged: all truths; ascending. Else empty
  bool matched = false;                          ///< (truth, prediction) is a match of the matching
  std::int64_t voxels = 0;                       ///< in disagreement
  double cost = 0;                               ///< see disagreements()
  double iou = 0;                                ///< of (truth, prediction); 0 where one is none
  std::array<std::int64_t, 3> position{0, 0, 0}; ///< a voxel of the disagreement, where it is thickest
};

/// What is wrong with a prediction, the most costly first.
///
/// What makes an item. A prediction is a part of a truth when more than half of it lies there and it covers at least
/// `part` of the truth; a truth with two parts or more is split. Merged is the same with the roles changed. Then a
/// matched pair below `boundaryIou`, and an unmatched pair of at least `partnerIou`, is a boundary item. What is then
/// unmatched is missed or spurious.
///
/// Nothing is listed twice. Splits and merges are taken from the one with the most wrong voxels down, and an instance
/// that one of them took is in no other item; then the boundary pairs by falling IoU; then missed and spurious. So the
/// list may hold fewer missed than the matching has false negatives: the others are in the items that explain them.
/// Each item has at most one agreeing pair (truth, prediction); a voxel whose two labels are neither both background
/// nor such a pair (nor a match that is not listed) is in disagreement, and belongs to the item of its truth, or when
/// that has none, of its prediction.
///
/// Cost = volume of the disagreement (world units³, or area in a plane) × its greatest depth (world units, distance
/// from a voxel to the nearest one outside the disagreement), so that a thick clump outranks a thin rim of as many
/// voxels. Ties: kind, truth, prediction. Items without a voxel of their own are left out.
///
/// `table` and `matching` must come from the same two volumes. Throws std::invalid_argument and Cancelled.
[[nodiscard]] std::vector<Disagreement>
disagreements(std::span<const std::int32_t> truth, std::span<const std::int32_t> prediction, const Shape3& shape,
              const Spacing3& spacing, const ContingencyTable& table, const InstanceMatching& matching,
              const DisagreementOptions& options = {}, const Progress& progress = {}, int threads = 0);

} // namespace discern::methods
