#pragma once
#include "io/reader.h"

namespace discern::io {

/// MCL's native matrix format (https://micans.org/mcl/man/mcxio.html), text: a square matrix is a network, directed
/// unless every arc has its opposite of the same weight; another is a clustering, as the table "clusters" (member,
/// cluster). Names of the nodes come from the .tab file of the same name beside it.
[[nodiscard]] bool isMcl(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openMcl(const Candidate& candidate);

/// Lists of groups: "OG0000000: member member …" (OrthoFinder's Orthogroups.txt) as a table (member, cluster), and
/// "0_12: name of a sequence" (its SequenceIDs.txt) as a table (id, name).
[[nodiscard]] bool isOrthogroups(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openOrthogroups(const Candidate& candidate);

} // namespace discern::io
