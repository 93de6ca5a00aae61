#include "data/error.h"
#include "plots/workings.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <iterator>
#include <numeric>
#include <unordered_map>

namespace discern::plots {
namespace {

std::string nameOf(const data::FieldInfo& info, std::int64_t label) {
  const auto named = info.labelNames.find(label);
  if (named != info.labelNames.end()) return named->second;
  return label == 0 ? "background" : "label " + std::to_string(label);
}

/// Labels by how many voxels they have, the largest `most` of them, in rising order.
std::vector<std::int32_t> largest(const std::unordered_map<std::int32_t, std::int64_t>& sizes, int most) {
  std::vector<std::pair<std::int64_t, std::int32_t>> bySize;
  bySize.reserve(sizes.size());
  for (const auto& [label, count] : sizes)
    bySize.emplace_back(-count, label);
  std::sort(bySize.begin(), bySize.end());
  bySize.resize(std::min(bySize.size(), static_cast<std::size_t>(most)));
  std::vector<std::int32_t> labels;
  labels.reserve(bySize.size());
  for (const auto& [count, label] : bySize)
    labels.push_back(label);
  std::sort(labels.begin(), labels.end());
  return labels;
}

/// Linear between the two values next to it, as NumPy's `quantile`.
double quantile(const std::vector<float>& sorted, double q) {
  const double at = q * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const std::size_t above = std::min(below + 1, sorted.size() - 1);
  return sorted[below] + (at - static_cast<double>(below)) * (static_cast<double>(sorted[above]) - sorted[below]);
}

/// A Gaussian over the counts of bins; Silverman's width. Its highest point 1.
std::vector<float> smoothCurve(const std::vector<float>& sorted, const std::array<double, 2>& range, int bins,
                               double deviation, double quartiles) {
  std::vector<double> counts(static_cast<std::size_t>(bins)), curve(counts.size());
  const double wide = (range[1] - range[0]) / bins;
  for (const float value : sorted) {
    const auto bin = static_cast<std::int64_t>((value - range[0]) / wide);
    counts[static_cast<std::size_t>(std::clamp<std::int64_t>(bin, 0, bins - 1))] += 1;
  }
  const double spread = quartiles > 0 ? std::min(deviation, quartiles / 1.349) : deviation;
  const double width = std::max(0.9 * spread * std::pow(static_cast<double>(sorted.size()), -0.2) / wide, 0.4);
  const int reach = static_cast<int>(std::ceil(3 * width));
  for (int i = 0; i < bins; ++i)
    for (int k = std::max(0, i - reach); k <= std::min(bins - 1, i + reach); ++k)
      curve[static_cast<std::size_t>(i)] +=
          counts[static_cast<std::size_t>(k)] * std::exp(-0.5 * (i - k) * (i - k) / (width * width));
  const double highest = std::max(1e-300, *std::max_element(curve.begin(), curve.end()));
  std::vector<float> result;
  result.reserve(curve.size());
  for (const double value : curve)
    result.push_back(static_cast<float>(value / highest));
  return result;
}

} // namespace

data::ConfusionAnswer confusion(const data::ConfusionRequest& request, FieldShelf& shelf, const Sources& sources) {
  const LabelsPtr truth = shelf.labels(request.truth, sources), prediction = shelf.labels(request.prediction, sources);
  mustMatch(truth->info, prediction->info);
  const int most = std::clamp(request.most, 1, 1024);
  std::unordered_map<std::int32_t, std::int64_t> truthSizes, predictionSizes;
  std::unordered_map<std::uint64_t, std::int64_t> pairs;
  data::ConfusionAnswer answer;
  // Neighbours mostly have the same labels: runs are counted, not voxels.
  const std::size_t count = truth->numbers.size();
  for (std::size_t i = 0; i < count;) {
    const std::int32_t t = truth->numbers[i], p = prediction->numbers[i];
    std::size_t end = i + 1;
    while (end < count && truth->numbers[end] == t && prediction->numbers[end] == p)
      ++end;
    const auto run = static_cast<std::int64_t>(end - i);
    i = end;
    if (t == Labels::none || p == Labels::none) continue;
    answer.voxels += run;
    truthSizes[t] += run;
    predictionSizes[p] += run;
    pairs[static_cast<std::uint64_t>(static_cast<std::uint32_t>(t)) << 32U | static_cast<std::uint32_t>(p)] += run;
  }
  const auto rows = largest(truthSizes, most), columns = largest(predictionSizes, most);
  // What is on both sides first, in one order, so that agreement lies on the diagonal.
  std::vector<std::int32_t> both, onlyTruth, onlyPrediction;
  std::set_intersection(rows.begin(), rows.end(), columns.begin(), columns.end(), std::back_inserter(both));
  std::set_difference(rows.begin(), rows.end(), columns.begin(), columns.end(), std::back_inserter(onlyTruth));
  std::set_difference(columns.begin(), columns.end(), rows.begin(), rows.end(), std::back_inserter(onlyPrediction));
  for (const std::int32_t label : both) {
    answer.truth.push_back(label);
    answer.prediction.push_back(label);
  }
  answer.truth.insert(answer.truth.end(), onlyTruth.begin(), onlyTruth.end());
  answer.prediction.insert(answer.prediction.end(), onlyPrediction.begin(), onlyPrediction.end());
  for (const std::int64_t label : answer.truth)
    answer.truthNames.push_back(nameOf(truth->info, label));
  for (const std::int64_t label : answer.prediction)
    answer.predictionNames.push_back(nameOf(prediction->info, label));
  std::int64_t counted = 0;
  for (const std::int64_t t : answer.truth)
    for (const std::int64_t p : answer.prediction) {
      const auto found =
          pairs.find(static_cast<std::uint64_t>(static_cast<std::uint32_t>(t)) << 32U | static_cast<std::uint32_t>(p));
      answer.counts.push_back(found == pairs.end() ? 0 : found->second);
      counted += answer.counts.back();
    }
  answer.leftOut = answer.voxels - counted;
  return answer;
}

data::GroupsAnswer groups(const data::GroupsRequest& request, FieldShelf& shelf, const Sources& sources) {
  const ValuesPtr values = shelf.values(request.of, sources);
  const LabelsPtr labels = shelf.labels(request.labels, sources);
  mustMatch(values->info, labels->info);
  const int most = std::clamp(request.most, 1, 512), bins = std::clamp(request.bins, 8, 1024);
  std::unordered_map<std::int32_t, std::int64_t> sizes;
  for (std::size_t i = 0; i < labels->numbers.size(); ++i)
    if (labels->numbers[i] != 0 && labels->numbers[i] != Labels::none && std::isfinite(values->numbers[i]))
      ++sizes[labels->numbers[i]];
  const auto shown = largest(sizes, most);
  data::GroupsAnswer answer;
  answer.quantity = values->info.quantity;
  answer.unit = values->info.unit;
  answer.leftOut = static_cast<std::int64_t>(sizes.size() - shown.size());
  std::unordered_map<std::int32_t, std::vector<float>> members;
  for (const std::int32_t label : shown)
    members[label].reserve(static_cast<std::size_t>(sizes.at(label)));
  for (std::size_t i = 0; i < labels->numbers.size(); ++i)
    if (std::isfinite(values->numbers[i]))
      if (const auto found = members.find(labels->numbers[i]); found != members.end())
        found->second.push_back(values->numbers[i]);
  std::array<double, 2> range{1e300, -1e300};
  for (const std::int32_t label : shown) {
    auto& of = members.at(label);
    std::sort(of.begin(), of.end());
    range = {std::min<double>(range[0], of.front()), std::max<double>(range[1], of.back())};
  }
  if (shown.empty()) return answer;
  if (!(range[0] < range[1])) range = {range[0] - 0.5, range[0] + 0.5};
  answer.range = range;
  for (const std::int32_t label : shown) {
    const auto& of = members.at(label);
    data::GroupsAnswer::Group group;
    group.label = label;
    group.name = nameOf(labels->info, label);
    group.count = static_cast<std::int64_t>(of.size());
    group.min = of.front();
    group.max = of.back();
    group.low = quantile(of, 0.25);
    group.median = quantile(of, 0.5);
    group.high = quantile(of, 0.75);
    const double reach = 1.5 * (group.high - group.low);
    group.whiskerLow = *std::lower_bound(of.begin(), of.end(), static_cast<float>(group.low - reach));
    group.whiskerHigh = *(std::upper_bound(of.begin(), of.end(), static_cast<float>(group.high + reach)) - 1);
    const auto n = static_cast<double>(of.size());
    group.mean = std::accumulate(of.begin(), of.end(), 0.0) / n;
    double squares = 0;
    for (const float value : of)
      squares += (value - group.mean) * (value - group.mean);
    group.deviation = std::sqrt(squares / n);
    group.curve = smoothCurve(of, range, bins, group.deviation, group.high - group.low);
    answer.groups.push_back(std::move(group));
  }
  return answer;
}

} // namespace discern::plots
