#pragma once
#include "io/reader.h"

namespace discern::io {

/// BLAST's table of hits (-m 8, -m 9, -outfmt 6, -outfmt 7; DIAMOND's outfmt 6) of the usual twelve columns: the table
/// "hits" and a directed network from query to subject, weight = −log10 of the e-value, at most 200.
[[nodiscard]] bool isBlast(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openBlast(const Candidate& candidate);

/// MCL's ABC format: "label label weight" on every line, blanks or tabs between, no header. A directed network.
[[nodiscard]] bool isAbc(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openAbc(const Candidate& candidate);

/// Causal graphs as Tetrad writes them: "Graph Nodes:" and "Graph Edges:" with "1. a --> b". A directed network; the
/// kind of edge ("-->", "---", "<->", "o->", "o-o") is a column of the table "edges".
[[nodiscard]] bool isTetrad(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openTetrad(const Candidate& candidate);

} // namespace discern::io
