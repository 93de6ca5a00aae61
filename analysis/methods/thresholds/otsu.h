#pragma once
#include "methods/parallel/progress.h"

#include <span>

namespace discern::methods {

/// Otsu's threshold: the centre of the histogram bin that parts the values into two classes with the greatest variance
/// between them; the upper class is `value > threshold`. The histogram has `bins` equal bins from the least to the
/// greatest value. Values that aren't finite are left out. NaN when nothing is left; the value itself when all are
/// equal. Agrees with skimage.filters.threshold_otsu on float images. N. Otsu, IEEE Trans. SMC 9 (1979) 62,
/// doi:10.1109/TSMC.1979.4310076.
[[nodiscard]] float otsuThreshold(std::span<const float> values, int bins = 256, const Progress& progress = {},
                                  int threads = 0);

} // namespace discern::methods
