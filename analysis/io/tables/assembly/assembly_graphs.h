#pragma once
#include "io/reader.h"

namespace discern::io {

// Assembly graphs as directed networks. A node is a segment (both strands of it), with the fields "length" (bp) and
// "coverage" on the points; an edge joins two ends of segments, its orientations are columns of the table "edges". A
// link and its reverse complement are one edge.

/// GFA 1 (https://gfa-spec.github.io/GFA-spec/GFA1.html): S, L and P lines; tags LN, DP, KC, RC, FC. The overlap (bp of
/// M, = and X in the CIGAR string) is a field on the cells.
[[nodiscard]] bool isGfa(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openGfa(const Candidate& candidate);

/// FASTG as SPAdes writes it: the neighbours are in the headers, length and coverage in the names.
[[nodiscard]] bool isFastg(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openFastg(const Candidate& candidate);

/// Velvet's LastGraph: NODE and ARC lines. Coverage is k-mer coverage over the node's length; the multiplicity of an
/// arc is its weight.
[[nodiscard]] bool isLastGraph(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openLastGraph(const Candidate& candidate);

} // namespace discern::io
