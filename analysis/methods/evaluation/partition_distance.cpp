#include "methods/evaluation/partition_distance.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace discern::methods {
namespace {

/// The number of pairs among n. Long double holds it exactly for volumes of up to 2^32 voxels.
long double pairsOf(std::int64_t n) { return static_cast<long double>(n) * static_cast<long double>(n - 1) / 2; }

double bits(std::int64_t part, std::int64_t whole) {
  return -std::log2(static_cast<double>(part) / static_cast<double>(whole));
}

} // namespace

double adjustedRandIndex(const ContingencyTable& table, bool foregroundOnly) {
  std::int64_t voxels = 0;
  std::vector<std::int64_t> rows(table.truthLabels.size()), columns(table.predictionLabels.size());
  long double together = 0;
  for (const auto& entry : table.entries) {
    if (foregroundOnly && table.truth(entry) == 0) continue;
    voxels += entry.voxels;
    rows[static_cast<std::size_t>(entry.row)] += entry.voxels;
    columns[static_cast<std::size_t>(entry.column)] += entry.voxels;
    together += pairsOf(entry.voxels);
  }
  if (voxels == 0) return std::nan("");
  long double inRows = 0, inColumns = 0;
  for (const std::int64_t size : rows)
    inRows += pairsOf(size);
  for (const std::int64_t size : columns)
    inColumns += pairsOf(size);
  // The same pairs together in both partitions: nothing to adjust, also where the chance level divides by zero.
  if (together == inRows && together == inColumns) return 1;
  const long double expected = inRows * (inColumns / pairsOf(voxels)), most = (inRows + inColumns) / 2;
  return static_cast<double>((together - expected) / (most - expected));
}

double normalizedMutualInformation(const ContingencyTable& table) {
  if (table.voxels == 0) return std::nan("");
  const auto entropy = [&table](const std::vector<std::int64_t>& sizes) {
    double sum = 0;
    for (const std::int64_t size : sizes)
      sum += static_cast<double>(size) / static_cast<double>(table.voxels) * bits(size, table.voxels);
    return sum;
  };
  const double truth = entropy(table.truthSizes), prediction = entropy(table.predictionSizes);
  if (truth + prediction == 0) return 1;
  const double unknown = variationOfInformation(table).total(); // H(T) + H(P) − 2 I
  return std::max(0.0, 1 - unknown / (truth + prediction));
}

VariationOfInformation variationOfInformation(const ContingencyTable& table) {
  if (table.voxels == 0) return {std::nan(""), std::nan("")};
  VariationOfInformation result;
  for (const auto& entry : table.entries) {
    const double share = static_cast<double>(entry.voxels) / static_cast<double>(table.voxels);
    result.split += share * bits(entry.voxels, table.truthSizes[static_cast<std::size_t>(entry.row)]);
    result.merged += share * bits(entry.voxels, table.predictionSizes[static_cast<std::size_t>(entry.column)]);
  }
  return result;
}

} // namespace discern::methods
