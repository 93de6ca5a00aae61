#include "io/tables/assembly/assembly_builder.h"

#include <algorithm>
#include <cmath>

namespace discern::io {

bool AssemblyBuilder::addSegment(std::string_view name, double length, double coverage) {
  if (network_.find(name) >= 0) return false;
  network_.node(name);
  lengths_.push_back(length);
  coverages_.push_back(coverage);
  return true;
}

bool AssemblyBuilder::addLink(End from, End to, double value) {
  const std::pair<End, End> link{from, to}, opposite{{to.node, !to.reverse}, {from.node, !from.reverse}};
  if (links_.contains(opposite) || !links_.insert(link).second) return false;
  network_.from.push_back(from.node);
  network_.to.push_back(to.node);
  fromSides_.emplace_back(from.reverse ? "-" : "+");
  toSides_.emplace_back(to.reverse ? "-" : "+");
  values_.push_back(value);
  return true;
}

std::shared_ptr<data::Dataset> AssemblyBuilder::finish(data::DatasetInfo info, const std::string& edgeColumn,
                                                       const std::string& unit, std::vector<LazyTable> tables) {
  network_.directed = true;
  const auto known = [](const std::vector<double>& values) {
    return std::any_of(values.begin(), values.end(), [](double value) { return !std::isnan(value); });
  };
  if (known(lengths_)) network_.nodeColumns.push_back({"length", "bp", std::move(lengths_), {}});
  if (known(coverages_)) network_.nodeColumns.push_back({"coverage", "", std::move(coverages_), {}});
  if (!edgeColumn.empty() && known(values_)) network_.edgeColumns.push_back({edgeColumn, unit, std::move(values_), {}});
  network_.edgeColumns.push_back({"source strand", "", {}, std::move(fromSides_)});
  network_.edgeColumns.push_back({"target strand", "", {}, std::move(toSides_)});
  return networkDataset(std::move(info), std::move(network_), std::move(tables));
}

} // namespace discern::io
