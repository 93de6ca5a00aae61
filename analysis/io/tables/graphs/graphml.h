#pragma once
#include "io/reader.h"

namespace discern::io {

/// GraphML (http://graphml.graphdrawing.org): the first graph's nodes and edges with their data. Numeric keys are
/// fields on points or cells, the others text columns. Nested graphs, hyperedges and ports are left out with a warning.
[[nodiscard]] bool isGraphml(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openGraphml(const Candidate& candidate);

} // namespace discern::io
