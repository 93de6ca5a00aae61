#include "io/tables/r/r_graph.h"

#include "io/tables/r/r_frame.h"
#include "io/tables/text/cells.h"

namespace discern::io {

namespace {

constexpr std::size_t attributesPlace = 8;
constexpr double mostNodes = 20e6;

/// The attributes of nodes or of edges that are columns.
std::vector<NetworkColumn> columnsOf(const RValue& list, std::size_t count) {
  std::vector<NetworkColumn> columns;
  const auto names = list.elementNames();
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    RColumn column{i < names.size() ? names[i] : "", "", {}, {}};
    if (list.items[i]->length() != count || !toColumn(*list.items[i], column)) continue;
    columns.push_back({column.name, column.unit, std::move(column.numbers), std::move(column.texts)});
  }
  return columns;
}

} // namespace

std::optional<Network> networkOf(const RValue& graph) {
  if (!graph.is("igraph") || graph.kind != RValue::Kind::List || graph.items.size() <= attributesPlace)
    return std::nullopt;
  const auto& parts = graph.items;
  if (parts[0]->numbers.size() != 1 || !(parts[0]->numbers[0] >= 1) || !(parts[0]->numbers[0] < mostNodes) ||
      parts[1]->numbers.size() != 1 || parts[2]->numbers.size() != parts[3]->numbers.size())
    return std::nullopt;
  const double nodes = parts[0]->numbers[0];
  Network network;
  network.directed = parts[1]->numbers[0] != 0;
  // igraph keeps the larger end of an undirected edge as the source.
  for (std::size_t side = 2; side < 4; ++side)
    for (const double end : parts[side]->numbers) {
      if (!(end >= 0) || !(end < nodes)) return std::nullopt;
      ((side == 2) == network.directed ? network.from : network.to).push_back(static_cast<std::int64_t>(end));
    }
  const auto& attributes = parts[attributesPlace]->items;
  if (attributes.size() > 2) network.nodeColumns = columnsOf(*attributes[2], static_cast<std::size_t>(nodes));
  if (attributes.size() > 3) network.edgeColumns = columnsOf(*attributes[3], network.from.size());
  for (std::size_t i = 0; i < network.nodeColumns.size(); ++i)
    if (network.nodeColumns[i].name == "name" && !network.nodeColumns[i].texts.empty()) {
      network.names = std::move(network.nodeColumns[i].texts);
      network.nodeColumns.erase(network.nodeColumns.begin() + static_cast<std::ptrdiff_t>(i));
      break;
    }
  for (auto i = static_cast<std::int64_t>(network.names.size()); i < static_cast<std::int64_t>(nodes); ++i)
    network.names.push_back(std::to_string(i + 1));
  std::vector<std::string> names{"node", "source", "target"};
  for (const auto* columns : {&network.nodeColumns, &network.edgeColumns})
    for (const NetworkColumn& column : *columns)
      names.push_back(column.name);
  makeUnique(names);
  std::size_t at = 3;
  for (auto* columns : {&network.nodeColumns, &network.edgeColumns})
    for (NetworkColumn& column : *columns)
      column.name = names[at++];
  return network;
}

} // namespace discern::io
