#pragma once
#include "data/block.h"

#include <string>
#include <vector>

namespace discern::views {

/// A row of the table of disagreements between a prediction and a truth.
struct Disagreement {
  std::string kind;                       ///< "missed", "spurious", "split", "merged", "boundary"
  std::int64_t truth = 0, prediction = 0; ///< label of the main partner on each side; 0: none
  std::vector<std::int64_t> partners;     ///< split: all predictions; merged: all truths; else empty
  double cost = 0;                        ///< volume in disagreement times its greatest depth
  double iou = 0;                         ///< of the main pair
  data::Vec3 position{0, 0, 0};           ///< world: where to look
  std::int64_t voxels = 0;

  /// The labels on each side, all of them.
  [[nodiscard]] std::vector<std::int64_t> truths() const { return side(truth, kind == "merged"); }
  [[nodiscard]] std::vector<std::int64_t> predictions() const { return side(prediction, kind == "split"); }

private:
  [[nodiscard]] std::vector<std::int64_t> side(std::int64_t main, bool several) const;
};

/// The rows of a result's table "disagreements"; of any other table none.
[[nodiscard]] std::vector<Disagreement> disagreementsOf(const data::Table& table);

} // namespace discern::views
