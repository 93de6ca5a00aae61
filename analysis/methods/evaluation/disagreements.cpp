#include "methods/evaluation/disagreements.h"

#include "methods/evaluation/disagreement_regions.h"

#include <algorithm>
#include <stdexcept>
#include <tuple>

namespace discern::methods {
namespace {

using Entry = ContingencyTable::Entry;

std::size_t at(std::int32_t i) { return static_cast<std::size_t>(i); }

/// Decides who is in which item, in terms of rows (truths) and columns (predictions) of the table.
class Sorter {
public:
  Sorter(const ContingencyTable& table, const InstanceMatching& matching, const DisagreementOptions& options)
      : table_(table), options_(options), partnerOfRow_(table.truthLabels.size(), -1),
        partnerOfColumn_(table.predictionLabels.size(), -1), rowTaken_(table.truthLabels.size(), 0),
        columnTaken_(table.predictionLabels.size(), 0) {
    for (const InstanceMatch& match : matching.matches) {
      const std::int32_t row = indexOf(table.truthLabels, match.truth);
      const std::int32_t column = indexOf(table.predictionLabels, match.prediction);
      partnerOfRow_[at(row)] = column;
      partnerOfColumn_[at(column)] = row;
    }
  }

  std::vector<DisagreementItem> items() {
    takeGroups();
    takeBoundaries();
    for (std::size_t row = 0; row < table_.truthLabels.size(); ++row)
      if (table_.truthLabels[row] != 0 && !rowTaken_[row] && partnerOfRow_[row] < 0)
        items_.push_back({.kind = DisagreementKind::Missed,
                          .row = static_cast<std::int32_t>(row),
                          .rows = {static_cast<std::int32_t>(row)}});
    for (std::size_t column = 0; column < table_.predictionLabels.size(); ++column)
      if (table_.predictionLabels[column] != 0 && !columnTaken_[column] && partnerOfColumn_[column] < 0)
        items_.push_back({.kind = DisagreementKind::Spurious,
                          .column = static_cast<std::int32_t>(column),
                          .columns = {static_cast<std::int32_t>(column)}});
    return std::move(items_);
  }

private:
  static std::int32_t indexOf(const std::vector<std::int32_t>& labels, std::int32_t label) {
    const auto found = std::lower_bound(labels.begin(), labels.end(), label);
    if (found == labels.end() || *found != label)
      throw std::invalid_argument("the matching does not belong to the contingency table");
    return static_cast<std::int32_t>(found - labels.begin());
  }

  [[nodiscard]] bool instances(const Entry& e) const { return table_.truth(e) != 0 && table_.prediction(e) != 0; }

  /// A split truth (whole: its row, parts: columns) or a merged prediction (whole: its column, parts: rows).
  struct Group {
    bool split = true;
    std::int32_t whole = 0;
    std::vector<const Entry*> parts;
    std::int64_t wrong = 0; ///< voxels in parts other than the best
  };

  [[nodiscard]] static std::int32_t partOf(const Group& group, const Entry& e) {
    return group.split ? e.column : e.row;
  }

  /// The part that agrees with the whole: its match where that is a part, else the largest.
  [[nodiscard]] const Entry& best(const Group& group) const {
    const std::int32_t partner = group.split ? partnerOfRow_[at(group.whole)] : partnerOfColumn_[at(group.whole)];
    const Entry* result = group.parts.front();
    for (const Entry* part : group.parts) {
      if (partOf(group, *part) == partner) return *part;
      if (part->voxels > result->voxels) result = part;
    }
    return *result;
  }

  [[nodiscard]] std::vector<Group> groups() const {
    std::vector<Group> splits(table_.truthLabels.size()), merges(table_.predictionLabels.size());
    for (const Entry& e : table_.entries) {
      if (!instances(e)) continue;
      const std::int64_t truthSize = table_.truthSizes[at(e.row)],
                         predictionSize = table_.predictionSizes[at(e.column)];
      const auto covers = [&](std::int64_t size) {
        return static_cast<double>(e.voxels) >= options_.part * static_cast<double>(size);
      };
      if (2 * e.voxels > predictionSize && covers(truthSize)) splits[at(e.row)].parts.push_back(&e);
      if (2 * e.voxels > truthSize && covers(predictionSize)) merges[at(e.column)].parts.push_back(&e);
    }
    std::vector<Group> result;
    const auto gather = [&](std::vector<Group>& from, bool split) {
      for (std::size_t i = 0; i < from.size(); ++i) {
        if (from[i].parts.size() < 2) continue;
        from[i].split = split;
        from[i].whole = static_cast<std::int32_t>(i);
        for (const Entry* part : from[i].parts)
          from[i].wrong += part->voxels;
        from[i].wrong -= best(from[i]).voxels;
        result.push_back(std::move(from[i]));
      }
    };
    gather(merges, false);
    gather(splits, true);
    std::stable_sort(result.begin(), result.end(), [](const Group& a, const Group& b) { return a.wrong > b.wrong; });
    return result;
  }

  void takeGroups() {
    for (Group& group : groups()) {
      auto& wholeTaken = group.split ? rowTaken_ : columnTaken_;
      auto& partTaken = group.split ? columnTaken_ : rowTaken_;
      if (wholeTaken[at(group.whole)]) continue;
      std::erase_if(group.parts, [&](const Entry* part) { return partTaken[at(partOf(group, *part))] != 0; });
      if (group.parts.size() < 2) continue;
      const Entry& agreeing = best(group);
      DisagreementItem item{.kind = group.split ? DisagreementKind::Split : DisagreementKind::Merged,
                            .row = agreeing.row,
                            .column = agreeing.column};
      wholeTaken[at(group.whole)] = 1;
      (group.split ? item.rows : item.columns).push_back(group.whole);
      for (const Entry* part : group.parts) {
        partTaken[at(partOf(group, *part))] = 1;
        (group.split ? item.columns : item.rows).push_back(partOf(group, *part));
      }
      finish(item, agreeing);
    }
  }

  void takeBoundaries() {
    std::vector<const Entry*> pairs;
    for (const Entry& e : table_.entries) {
      if (!instances(e) || rowTaken_[at(e.row)] || columnTaken_[at(e.column)]) continue;
      const bool matched = partnerOfRow_[at(e.row)] == e.column;
      const bool alone = partnerOfRow_[at(e.row)] < 0 && partnerOfColumn_[at(e.column)] < 0;
      const double iou = table_.iou(e);
      if ((matched && iou < options_.boundaryIou) || (alone && iou >= options_.partnerIou && iou < 1))
        pairs.push_back(&e);
    }
    std::stable_sort(pairs.begin(), pairs.end(),
                     [&](const Entry* a, const Entry* b) { return table_.iou(*a) > table_.iou(*b); });
    for (const Entry* e : pairs) {
      if (rowTaken_[at(e->row)] || columnTaken_[at(e->column)]) continue;
      rowTaken_[at(e->row)] = columnTaken_[at(e->column)] = 1;
      DisagreementItem item{.kind = DisagreementKind::Boundary,
                            .row = e->row,
                            .column = e->column,
                            .rows = {e->row},
                            .columns = {e->column}};
      finish(item, *e);
    }
  }

  void finish(DisagreementItem& item, const Entry& agreeing) {
    item.iou = table_.iou(agreeing);
    item.matched = partnerOfRow_[at(agreeing.row)] == agreeing.column;
    items_.push_back(std::move(item));
  }

  const ContingencyTable& table_;
  const DisagreementOptions& options_;
  std::vector<std::int32_t> partnerOfRow_, partnerOfColumn_; ///< of the matching; -1: none
  std::vector<char> rowTaken_, columnTaken_;                 ///< by an item
  std::vector<DisagreementItem> items_;
};

Disagreement described(const DisagreementItem& item, const DisagreementRegion& region, const ContingencyTable& table) {
  Disagreement d;
  d.kind = item.kind;
  d.truth = item.row < 0 ? 0 : table.truthLabels[at(item.row)];
  d.prediction = item.column < 0 ? 0 : table.predictionLabels[at(item.column)];
  if (item.kind == DisagreementKind::Split)
    for (const std::int32_t column : item.columns)
      d.partners.push_back(table.predictionLabels[at(column)]);
  if (item.kind == DisagreementKind::Merged)
    for (const std::int32_t row : item.rows)
      d.partners.push_back(table.truthLabels[at(row)]);
  std::sort(d.partners.begin(), d.partners.end());
  d.matched = item.matched;
  d.iou = item.iou;
  d.voxels = region.voxels;
  d.cost = region.volume * region.depth;
  d.position = region.deepest;
  return d;
}

} // namespace

std::string_view nameOf(DisagreementKind kind) {
  switch (kind) {
  case DisagreementKind::Missed:
    return "missed";
  case DisagreementKind::Spurious:
    return "spurious";
  case DisagreementKind::Split:
    return "split";
  case DisagreementKind::Merged:
    return "merged";
  case DisagreementKind::Boundary:
    break;
  }
  return "boundary";
}

std::vector<Disagreement> disagreements(std::span<const std::int32_t> truth, std::span<const std::int32_t> prediction,
                                        const Shape3& shape, const Spacing3& spacing, const ContingencyTable& table,
                                        const InstanceMatching& matching, const DisagreementOptions& options,
                                        const Progress& progress, int threads) {
  requireShape(shape, truth.size(), "the truth");
  requireShape(shape, prediction.size(), "the prediction");
  requireSpacing(spacing);
  if (table.voxels != static_cast<std::int64_t>(truth.size()))
    throw std::invalid_argument("the contingency table does not belong to these volumes");
  const std::vector<DisagreementItem> items = Sorter(table, matching, options).items();
  const auto regions =
      disagreementRegions(truth, prediction, shape, spacing, table, matching, items, progress, threads);
  std::vector<Disagreement> result;
  for (std::size_t i = 0; i < items.size(); ++i)
    if (regions[i].voxels > 0) result.push_back(described(items[i], regions[i], table));
  std::sort(result.begin(), result.end(), [](const Disagreement& a, const Disagreement& b) {
    return std::tuple(-a.cost, a.kind, a.truth, a.prediction) < std::tuple(-b.cost, b.kind, b.truth, b.prediction);
  });
  return result;
}

} // namespace discern::methods
