#include "io/tables/graphs/network.h"

#include <algorithm>
#include <cstring>
#include <vtkDirectedGraph.h>
#include <vtkMutableDirectedGraph.h>
#include <vtkMutableUndirectedGraph.h>
#include <vtkNew.h>
#include <vtkUndirectedGraph.h>

namespace discern::io {

namespace {

template <typename Mutable, typename Graph>
vtkSmartPointer<vtkDataObject> graphOf(const Network& network) {
  vtkNew<Mutable> building;
  building->SetNumberOfVertices(static_cast<vtkIdType>(network.names.size()));
  for (std::size_t e = 0; e < network.from.size(); ++e)
    building->LazyAddEdge(static_cast<vtkIdType>(network.from[e]), static_cast<vtkIdType>(network.to[e]));
  vtkNew<Graph> graph;
  if (!graph->CheckedShallowCopy(building)) throw std::logic_error("a network with edges out of its nodes");
  return graph.Get();
}

LazyTable tableOf(const std::shared_ptr<const Network>& network, bool edges) {
  LazyTable table;
  table.info.name = edges ? "edges" : "nodes";
  table.info.columns = edges ? std::vector<std::string>{"source", "target"} : std::vector<std::string>{"node"};
  table.info.units.resize(table.info.columns.size());
  table.info.rows = static_cast<std::int64_t>(edges ? network->from.size() : network->names.size());
  for (const NetworkColumn& column : edges ? network->edgeColumns : network->nodeColumns) {
    table.info.columns.push_back(column.name);
    table.info.units.push_back(column.unit);
  }
  table.load = [network, edges, info = table.info] {
    data::Table filled{info, {}, {}};
    const auto& columns = edges ? network->edgeColumns : network->nodeColumns;
    const std::size_t named = edges ? 2 : 1;
    filled.numbers.resize(named);
    filled.texts.resize(named);
    if (!edges) {
      filled.texts[0] = network->names;
    } else {
      for (std::size_t side = 0; side < 2; ++side)
        for (const std::int64_t node : side == 0 ? network->from : network->to)
          filled.texts[side].push_back(network->names[static_cast<std::size_t>(node)]);
    }
    for (const NetworkColumn& column : columns) {
      filled.numbers.push_back(column.numbers);
      filled.texts.push_back(column.texts);
    }
    return filled;
  };
  return table;
}

} // namespace

std::int64_t Network::node(std::string_view name) {
  const auto [at, fresh] = index_.try_emplace(std::string(name), static_cast<std::int64_t>(names.size()));
  if (fresh) names.emplace_back(name);
  return at->second;
}

std::int64_t Network::find(std::string_view name) const {
  const auto at = index_.find(std::string(name));
  return at == index_.end() ? -1 : at->second;
}

std::shared_ptr<const data::FieldSource> doubleField(data::FieldInfo info, const std::vector<double>& values) {
  info.type = data::ScalarType::Float64;
  std::vector<std::byte> bytes(values.size() * sizeof(double));
  if (!bytes.empty()) std::memcpy(bytes.data(), values.data(), bytes.size());
  return data::memoryField(std::move(info), std::move(bytes));
}

std::shared_ptr<data::Dataset> networkDataset(data::DatasetInfo info, Network made, std::vector<LazyTable> more,
                                              FieldsDataset::Fields moreFields) {
  if (made.names.empty()) throw data::ReadError(info.path, "the graph has no nodes");
  const auto network = std::make_shared<const Network>(std::move(made));
  data::GridInfo grid;
  grid.name = "network";
  grid.kind = data::GridKind::Network;
  grid.frame = data::Frame::VoxelIndex;
  grid.transform = "none";
  grid.source = info.format;
  const auto object = network->directed ? graphOf<vtkMutableDirectedGraph, vtkDirectedGraph>(*network)
                                        : graphOf<vtkMutableUndirectedGraph, vtkUndirectedGraph>(*network);
  FieldsDataset::Fields fields;
  const auto addFields = [&](const std::vector<NetworkColumn>& columns, bool edges) {
    for (const NetworkColumn& column : columns) {
      if (column.numbers.empty()) continue;
      data::FieldInfo field;
      field.name = column.name;
      if (edges && std::any_of(network->nodeColumns.begin(), network->nodeColumns.end(),
                               [&](const NetworkColumn& other) { return other.name == column.name; }))
        field.name += " (edges)";
      field.unit = column.unit;
      field.shape = {static_cast<std::int64_t>(column.numbers.size()), 1, 1};
      field.support = edges ? data::Support::Cells : data::Support::Points;
      field.grid = "network";
      field.transform = "none";
      field.source = info.format;
      fields.push_back(doubleField(std::move(field), column.numbers));
    }
  };
  addFields(network->edgeColumns, true);
  addFields(network->nodeColumns, false);
  fields.insert(fields.end(), moreFields.begin(), moreFields.end());
  std::vector<LazyTable> tables{tableOf(network, false), tableOf(network, true)};
  tables.insert(tables.end(), more.begin(), more.end());
  return std::make_shared<TablesDataset>(std::move(info), std::move(tables), std::move(fields),
                                         FieldsDataset::Grids{data::memoryGrid(std::move(grid), object)});
}

} // namespace discern::io
