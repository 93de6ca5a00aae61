#pragma once
#include "data/field_source.h"

#include <cstdint>
#include <span>
#include <vector>

namespace discern::io {

/// Statistics over every value, gathered piece by piece: pieces may come in any order, be kept as numbers and be merged
/// later. Count, missing, smallest, largest, mean and deviation are exact. Values are counted by cells: each its own
/// for whole numbers of one or two bytes; for all else 512 to each power of two. So the percentiles and the histogram
/// are exact for the former, and right to 0.2 % of a value for the latter.
class ExactStatistics {
public:
  explicit ExactStatistics(data::ScalarType type);

  /// Values of the type, as they are read. NaN, infinite and `missing` ones count as missing.
  void add(std::span<const std::byte> values, const std::optional<double>& missing);
  void merge(const ExactStatistics& other);
  [[nodiscard]] data::Statistics result() const;

  /// As numbers, to keep them: four bytes a cell that holds something, and eight for how many.
  struct Kept {
    std::vector<double> moments; ///< count, missing, smallest, largest, mean, sum of squared differences from it
    std::vector<std::uint32_t> cells;
    std::vector<std::uint64_t> counts;
  };
  [[nodiscard]] Kept kept() const;
  /// Adds what was kept. False, and nothing changed, when the numbers contradict each other.
  [[nodiscard]] bool merge(const Kept& kept);

private:
  template <typename T>
  void addAll(std::span<const T> values, const std::optional<double>& missing);
  void mergeMoments(double count, double mean, double squares, double min, double max);
  [[nodiscard]] std::pair<double, double> cell(std::size_t index) const;

  data::ScalarType type_;
  std::vector<std::uint64_t> counts_; ///< by cell
  std::int64_t missing_ = 0;
  double count_ = 0, mean_ = 0, squares_ = 0, min_ = 0, max_ = 0;
};

} // namespace discern::io
