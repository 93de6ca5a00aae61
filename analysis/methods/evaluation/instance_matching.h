#pragma once
#include "methods/evaluation/overlap.h"

#include <vector>

namespace discern::methods {

/// One truth instance and the predicted one that stands for it.
struct InstanceMatch {
  std::int32_t truth = 0, prediction = 0;
  std::int64_t intersection = 0; ///< voxels
  double iou = 0;
};

/// Instances of a prediction matched to those of the truth. Where there is nothing to divide by a number is NaN:
/// precision without predictions, recall without truths, F1 and panoptic quality without either, mean matched IoU
/// without a match. With predictions or truths but no match, F1 and panoptic quality are 0.
struct InstanceMatching {
  double threshold = 0.5;
  std::vector<InstanceMatch> matches; ///< by truth label
  std::vector<std::int32_t> missed;   ///< truth labels without a match
  std::vector<std::int32_t> spurious; ///< prediction labels without a match

  [[nodiscard]] std::int64_t truePositives() const { return static_cast<std::int64_t>(matches.size()); }
  [[nodiscard]] std::int64_t falsePositives() const { return static_cast<std::int64_t>(spurious.size()); }
  [[nodiscard]] std::int64_t falseNegatives() const { return static_cast<std::int64_t>(missed.size()); }
  [[nodiscard]] double precision() const;
  [[nodiscard]] double recall() const;
  [[nodiscard]] double f1() const;              ///< TP / (TP + ½FP + ½FN), also called recognition quality
  [[nodiscard]] double meanMatchedIou() const;  ///< also called segmentation quality
  [[nodiscard]] double panopticQuality() const; ///< Σ IoU of the matches / (TP + ½FP + ½FN)
};

/// One-to-one matching of the labels above 0 whose IoU is at least `threshold` (in (0, 1]). Above 0.5 there is at most
/// one partner for each; at and below it the assignment with the most matches is taken, and among those the one with
/// the greatest sum of IoU, as StarDist's `matching` does. Panoptic quality: A. Kirillov et al., CVPR 2019,
/// arXiv:1801.00868.
[[nodiscard]] InstanceMatching matchInstances(const ContingencyTable& table, double threshold = 0.5);

} // namespace discern::methods
