#pragma once
#include "methods/parallel/progress.h"

#include <cstdint>
#include <span>
#include <vector>

namespace discern::methods {

/// Foreground (label ≠ 0) of a prediction against that of the truth, counted over voxels. With a measure (the volume of
/// each voxel, cos φ on a map) the four numbers are sums of it, else whole numbers.
///
/// Where a ratio has nothing to divide by it is NaN ("not defined"), never 0 or 1: precision with an empty prediction,
/// recall with an empty truth, Dice and IoU when both are empty. With exactly one empty, Dice and IoU are 0.
struct ForegroundConfusion {
  double truePositive = 0, falsePositive = 0, falseNegative = 0, trueNegative = 0;

  [[nodiscard]] double dice() const;      ///< 2TP / (2TP + FP + FN), also called F1
  [[nodiscard]] double iou() const;       ///< TP / (TP + FP + FN), also called the Jaccard index
  [[nodiscard]] double precision() const; ///< TP / (TP + FP)
  [[nodiscard]] double recall() const;    ///< TP / (TP + FN), also called sensitivity
};

/// `measure` is empty or has one finite entry, not below zero, for each voxel. Throws std::invalid_argument for unequal
/// sizes, a negative label or a wrong measure, and Cancelled.
[[nodiscard]] ForegroundConfusion foregroundConfusion(std::span<const std::int32_t> truth,
                                                      std::span<const std::int32_t> prediction,
                                                      std::span<const double> measure = {},
                                                      const Progress& progress = {}, int threads = 0);

/// How many voxels each pair of labels shares. Sparse: only pairs that occur. Label 0, the background, is a row and a
/// column like any other when it occurs.
struct ContingencyTable {
  struct Entry {
    std::int32_t row = 0, column = 0; ///< into truthLabels and predictionLabels
    std::int64_t voxels = 0;
  };
  std::vector<std::int32_t> truthLabels, predictionLabels; ///< ascending
  std::vector<std::int64_t> truthSizes, predictionSizes;   ///< voxels of each label
  std::vector<Entry> entries;                              ///< by row, then column
  std::int64_t voxels = 0;

  [[nodiscard]] std::int32_t truth(const Entry& e) const { return truthLabels[static_cast<std::size_t>(e.row)]; }
  [[nodiscard]] std::int32_t prediction(const Entry& e) const {
    return predictionLabels[static_cast<std::size_t>(e.column)];
  }
  /// Intersection over union of the entry's two labels.
  [[nodiscard]] double iou(const Entry& e) const;
};

/// O(N). Labels are any numbers from 0 up, with gaps. Throws std::invalid_argument for unequal sizes or a negative
/// label, and Cancelled.
[[nodiscard]] ContingencyTable contingencyTable(std::span<const std::int32_t> truth,
                                                std::span<const std::int32_t> prediction, const Progress& progress = {},
                                                int threads = 0);

} // namespace discern::methods
