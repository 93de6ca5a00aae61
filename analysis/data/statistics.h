#pragma once
#include <cstdint>
#include <nlohmann/json_fwd.hpp>
#include <vector>

namespace discern::data {

class FieldSource;

/// The values of a field at one time and component, for contrast and colour bars.
struct Statistics {
  double min = 0, max = 0, mean = 0, deviation = 0; ///< over finite, not missing values
  double low = 0, high = 0;                         ///< the 0.5th and 99.8th percentile: the default contrast
  std::int64_t count = 0, missing = 0;              ///< of the sample
  bool sampled = true;                              ///< false: over every voxel
  double binLow = 0, binHigh = 0;                   ///< the histogram's range
  std::vector<std::int64_t> histogram;              ///< 256 bins
};
void to_json(nlohmann::json&, const Statistics&);
void from_json(const nlohmann::json&, Statistics&);

/// The exact ones where the field knows them; else of at most `sample` voxels, strided evenly over the volume at
/// `time`.
[[nodiscard]] Statistics statistics(const FieldSource& field, std::int64_t time, int component,
                                    std::int64_t sample = 1 << 20);

} // namespace discern::data
