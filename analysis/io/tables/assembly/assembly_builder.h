#pragma once
#include "io/tables/graphs/network.h"

#include <limits>
#include <set>

namespace discern::io {

/// Gathers segments and links of an assembly graph.
class AssemblyBuilder {
public:
  struct End {
    std::int64_t node = 0;
    bool reverse = false;
    [[nodiscard]] bool operator==(const End&) const = default;
    [[nodiscard]] bool operator<(const End& other) const {
      return std::tie(node, reverse) < std::tie(other.node, other.reverse);
    }
  };
  /// False when a segment of that name is there already.
  bool addSegment(std::string_view name, double length, double coverage);
  /// The segment's number, or -1.
  [[nodiscard]] std::int64_t find(std::string_view name) const { return network_.find(name); }
  /// Once for a link and its reverse complement: false when it is there already. `value` goes into the edges' column.
  bool addLink(End from, End to, double value = std::numeric_limits<double>::quiet_NaN());
  /// The dataset. `edgeColumn`: what the links' values are; empty: they have none.
  [[nodiscard]] std::shared_ptr<data::Dataset> finish(data::DatasetInfo info, const std::string& edgeColumn,
                                                      const std::string& unit, std::vector<LazyTable> tables = {});

private:
  Network network_;
  std::vector<double> lengths_, coverages_, values_;
  std::vector<std::string> fromSides_, toSides_;
  std::set<std::pair<End, End>> links_;
};

} // namespace discern::io
