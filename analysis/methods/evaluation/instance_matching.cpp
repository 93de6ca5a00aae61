#include "methods/evaluation/instance_matching.h"

#include "methods/evaluation/assignment.h"

#include <cmath>
#include <stdexcept>

namespace discern::methods {
namespace {

double ratio(double part, double whole) { return whole > 0 ? part / whole : std::nan(""); }

} // namespace

double InstanceMatching::precision() const {
  return ratio(static_cast<double>(matches.size()), static_cast<double>(matches.size() + spurious.size()));
}
double InstanceMatching::recall() const {
  return ratio(static_cast<double>(matches.size()), static_cast<double>(matches.size() + missed.size()));
}
double InstanceMatching::f1() const {
  return ratio(2 * static_cast<double>(matches.size()),
               static_cast<double>(2 * matches.size() + spurious.size() + missed.size()));
}
double InstanceMatching::meanMatchedIou() const {
  double sum = 0;
  for (const InstanceMatch& match : matches)
    sum += match.iou;
  return ratio(sum, static_cast<double>(matches.size()));
}
double InstanceMatching::panopticQuality() const {
  double sum = 0;
  for (const InstanceMatch& match : matches)
    sum += match.iou;
  return ratio(2 * sum, static_cast<double>(2 * matches.size() + spurious.size() + missed.size()));
}

InstanceMatching matchInstances(const ContingencyTable& table, double threshold) {
  if (!(threshold > 0 && threshold <= 1))
    throw std::invalid_argument("the IoU threshold of a match must be above 0 and at most 1");
  InstanceMatching result;
  result.threshold = threshold;
  std::vector<AssignmentPair> pairs;
  std::vector<const ContingencyTable::Entry*> entries;
  for (const auto& entry : table.entries) {
    if (table.truth(entry) == 0 || table.prediction(entry) == 0) continue;
    const double iou = table.iou(entry);
    if (iou < threshold) continue;
    pairs.push_back({entry.row, entry.column, iou});
    entries.push_back(&entry);
  }
  std::vector<char> truthMatched(table.truthLabels.size(), 0), predictionMatched(table.predictionLabels.size(), 0);
  for (const std::size_t i : bestAssignment(pairs)) { // entries, and so matches, are by truth label
    const auto& entry = *entries[i];
    truthMatched[static_cast<std::size_t>(entry.row)] = 1;
    predictionMatched[static_cast<std::size_t>(entry.column)] = 1;
    result.matches.push_back({table.truth(entry), table.prediction(entry), entry.voxels, pairs[i].worth});
  }
  for (std::size_t i = 0; i < truthMatched.size(); ++i)
    if (table.truthLabels[i] != 0 && !truthMatched[i]) result.missed.push_back(table.truthLabels[i]);
  for (std::size_t i = 0; i < predictionMatched.size(); ++i)
    if (table.predictionLabels[i] != 0 && !predictionMatched[i]) result.spurious.push_back(table.predictionLabels[i]);
  return result;
}

} // namespace discern::methods
