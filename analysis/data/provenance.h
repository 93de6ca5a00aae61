#pragma once
#include "data/dataset_info.h"

#include <string>
#include <utility>
#include <vector>

namespace discern::data {

/// A line of what a result was made by: "Took", "3.2 s".
using ProvenanceLine = std::pair<std::string, std::string>;

/// How a result was made, for a person: analysis and its version, when and where, how long, with how much memory, the
/// parameters, the inputs with their hashes. Empty for a file that is no result.
[[nodiscard]] std::vector<ProvenanceLine> provenanceOf(const DatasetInfo& dataset);

[[nodiscard]] std::string durationText(double seconds); ///< "3.2 s", "4 min 05 s", "2 h 10 min"

/// Whether an attribute of a result is told by provenanceOf.
[[nodiscard]] bool isProvenance(const DatasetInfo& dataset, const std::string& attribute);

} // namespace discern::data
