#include "methods/evaluation/overlap.h"

#include "methods/parallel/progress_meter.h"

#include <algorithm>
#include <cmath>
#include <stdexcept>
#include <unordered_map>

namespace discern::methods {
namespace {

constexpr std::int64_t chunk = 1 << 15; // voxels between two looks at the clock

double ratio(double part, double whole) { return whole > 0 ? part / whole : std::nan(""); }

void requireAlike(std::span<const std::int32_t> truth, std::span<const std::int32_t> prediction) {
  if (truth.size() != prediction.size())
    throw std::invalid_argument("truth and prediction differ in size: " + std::to_string(truth.size()) + " and " +
                                std::to_string(prediction.size()) + " voxels");
}

std::uint64_t pairKey(std::int32_t truth, std::int32_t prediction) {
  return std::uint64_t{static_cast<std::uint32_t>(truth)} << 32U | static_cast<std::uint32_t>(prediction);
}

} // namespace

double ForegroundConfusion::dice() const {
  return ratio(2 * truePositive, 2 * truePositive + falsePositive + falseNegative);
}
double ForegroundConfusion::iou() const { return ratio(truePositive, truePositive + falsePositive + falseNegative); }
double ForegroundConfusion::precision() const { return ratio(truePositive, truePositive + falsePositive); }
double ForegroundConfusion::recall() const { return ratio(truePositive, truePositive + falseNegative); }

ForegroundConfusion foregroundConfusion(std::span<const std::int32_t> truth, std::span<const std::int32_t> prediction,
                                        std::span<const double> measure, const Progress& progress, int threads) {
  requireAlike(truth, prediction);
  if (!measure.empty() && measure.size() != truth.size())
    throw std::invalid_argument("the measure must have one entry for each voxel");
  const auto n = static_cast<std::int64_t>(truth.size());
  const std::int64_t chunks = (n + chunk - 1) / chunk;
  ProgressMeter meter(progress, n);
  // Sums of chunks, added in their order at the end: the same for any number of threads.
  std::vector<std::array<double, 4>> sums(static_cast<std::size_t>(chunks));
  bool negative = false, wrongMeasure = false;
#pragma omp parallel for num_threads(threadCount(threads)) reduction(|| : negative, wrongMeasure)
  for (std::int64_t c = 0; c < chunks; ++c) {
    if (meter.stopped()) continue;
    std::array<double, 4> sum{0, 0, 0, 0};
    const std::int64_t end = std::min(n, (c + 1) * chunk);
    for (auto i = static_cast<std::size_t>(c * chunk); i < static_cast<std::size_t>(end); ++i) {
      const double weight = measure.empty() ? 1.0 : measure[i];
      negative = negative || truth[i] < 0 || prediction[i] < 0;
      wrongMeasure = wrongMeasure || !(weight >= 0) || !std::isfinite(weight);
      sum[(truth[i] != 0 ? 2U : 0U) + (prediction[i] != 0 ? 1U : 0U)] += weight;
    }
    sums[static_cast<std::size_t>(c)] = sum;
    meter.advance(end - c * chunk);
  }
  meter.finish();
  if (negative) throw std::invalid_argument("a label is negative; labels are 0 (background) or above");
  if (wrongMeasure) throw std::invalid_argument("the measure of every voxel must be finite and not below zero");
  ForegroundConfusion result;
  for (const auto& sum : sums) {
    result.trueNegative += sum[0];
    result.falsePositive += sum[1];
    result.falseNegative += sum[2];
    result.truePositive += sum[3];
  }
  return result;
}

double ContingencyTable::iou(const Entry& e) const {
  const std::int64_t both =
      truthSizes[static_cast<std::size_t>(e.row)] + predictionSizes[static_cast<std::size_t>(e.column)] - e.voxels;
  return static_cast<double>(e.voxels) / static_cast<double>(both);
}

ContingencyTable contingencyTable(std::span<const std::int32_t> truth, std::span<const std::int32_t> prediction,
                                  const Progress& progress, int threads) {
  requireAlike(truth, prediction);
  const auto n = static_cast<std::int64_t>(truth.size());
  const std::int64_t chunks = (n + chunk - 1) / chunk;
  ProgressMeter meter(progress, n);
  bool negative = false;
  std::unordered_map<std::uint64_t, std::int64_t> total;
#pragma omp parallel num_threads(threadCount(threads)) reduction(|| : negative)
  {
    std::unordered_map<std::uint64_t, std::int64_t> own;
#pragma omp for schedule(dynamic, 4)
    for (std::int64_t c = 0; c < chunks; ++c) {
      if (meter.stopped()) continue;
      const std::int64_t end = std::min(n, (c + 1) * chunk);
      std::int64_t i = c * chunk;
      while (i < end) { // stretches of one pair cost one look-up
        const std::int32_t t = truth[static_cast<std::size_t>(i)], p = prediction[static_cast<std::size_t>(i)];
        const std::int64_t begin = i;
        do
          ++i;
        while (i < end && truth[static_cast<std::size_t>(i)] == t && prediction[static_cast<std::size_t>(i)] == p);
        negative = negative || t < 0 || p < 0;
        own[pairKey(t, p)] += i - begin;
      }
      meter.advance(end - c * chunk);
    }
#pragma omp critical(discern_contingency)
    for (const auto& [key, voxels] : own)
      total[key] += voxels;
  }
  meter.finish();
  if (negative) throw std::invalid_argument("a label is negative; labels are 0 (background) or above");

  std::vector<std::pair<std::uint64_t, std::int64_t>> pairs(total.begin(), total.end());
  std::sort(pairs.begin(), pairs.end());
  ContingencyTable table;
  table.voxels = n;
  for (const auto& [key, voxels] : pairs)
    table.predictionLabels.push_back(static_cast<std::int32_t>(key & 0xffffffffU));
  auto& columns = table.predictionLabels;
  std::sort(columns.begin(), columns.end());
  columns.erase(std::unique(columns.begin(), columns.end()), columns.end());
  table.predictionSizes.resize(columns.size());
  for (const auto& [key, voxels] : pairs) {
    const auto t = static_cast<std::int32_t>(key >> 32U), p = static_cast<std::int32_t>(key & 0xffffffffU);
    if (table.truthLabels.empty() || table.truthLabels.back() != t) {
      table.truthLabels.push_back(t);
      table.truthSizes.push_back(0);
    }
    const auto column = std::lower_bound(columns.begin(), columns.end(), p) - columns.begin();
    table.truthSizes.back() += voxels;
    table.predictionSizes[static_cast<std::size_t>(column)] += voxels;
    table.entries.push_back(
        {static_cast<std::int32_t>(table.truthLabels.size()) - 1, static_cast<std::int32_t>(column), voxels});
  }
  return table;
}

} // namespace discern::methods
