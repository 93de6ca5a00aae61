#pragma once
#include "methods/evaluation/overlap.h"

namespace discern::methods {

/// How well two partitions of the voxels agree, corrected for chance: 1 the same, about 0 unrelated. The background is
/// one part among the others, as in sklearn.metrics.adjusted_rand_score on the flattened labels; leave it out of the
/// truth with `foregroundOnly`, which looks at the voxels where the truth is not 0. NaN without voxels; 1 when both
/// have a single part. L. Hubert, P. Arabie, J. Classification 2 (1985) 193, doi:10.1007/BF01908075.
[[nodiscard]] double adjustedRandIndex(const ContingencyTable& table, bool foregroundOnly = false);

/// What one partition leaves unknown about the other, in bits, as skimage.metrics.variation_of_information(truth,
/// prediction).
struct VariationOfInformation {
  double split = 0;  ///< H(prediction | truth): what false splits cost
  double merged = 0; ///< H(truth | prediction): what false merges cost
  [[nodiscard]] double total() const { return split + merged; }
};

/// What the two partitions tell about each other, 2 I(T; P) / (H(T) + H(P)): 1 the same, 0 unrelated. The background is
/// one part among the others, as in sklearn.metrics.normalized_mutual_info_score on the flattened labels. NaN without
/// voxels; 1 when both have a single part. A. Strehl, J. Ghosh, J. Mach. Learn. Res. 3 (2002) 583, with the arithmetic
/// mean.
[[nodiscard]] double normalizedMutualInformation(const ContingencyTable& table);

/// M. Meilă, J. Multivariate Analysis 98 (2007) 873, doi:10.1016/j.jmva.2006.11.013. NaN without voxels.
[[nodiscard]] VariationOfInformation variationOfInformation(const ContingencyTable& table);

} // namespace discern::methods
