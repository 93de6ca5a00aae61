#pragma once
#include "io/tables/text/tables_dataset.h"

#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace discern::io {

/// A property of every node or edge: numbers or texts, the other is empty.
struct NetworkColumn {
  std::string name, unit;
  std::vector<double> numbers;
  std::vector<std::string> texts;
};

/// Nodes, numbered from 0 as they came, and edges between them.
struct Network {
  bool directed = false;
  std::vector<std::string> names; ///< of the nodes
  std::vector<std::int64_t> from, to;
  std::vector<NetworkColumn> nodeColumns, edgeColumns;

  /// The number of the node of that name; a new one when there is none.
  std::int64_t node(std::string_view name);
  /// The number, or -1.
  [[nodiscard]] std::int64_t find(std::string_view name) const;

private:
  std::unordered_map<std::string, std::int64_t> index_;
};

/// A dataset of the grid "network", the numeric properties as fields on its points and cells, and the tables "nodes"
/// (node, …) and "edges" (source, target, …). `tables` and `fields` come behind those.
[[nodiscard]] std::shared_ptr<data::Dataset> networkDataset(data::DatasetInfo info, Network network,
                                                            std::vector<LazyTable> tables = {},
                                                            FieldsDataset::Fields fields = {});

/// A field of doubles in memory.
[[nodiscard]] std::shared_ptr<const data::FieldSource> doubleField(data::FieldInfo info,
                                                                   const std::vector<double>& values);

} // namespace discern::io
