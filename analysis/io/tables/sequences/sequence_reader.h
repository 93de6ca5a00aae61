#pragma once
#include "io/reader.h"

namespace discern::io {

/// FASTA and FASTQ (plain, gzip, xz) as the table "sequences": name, description, length, GC (share of G and C among
/// A, C, G, T, U), and for FASTQ the first and the mean Phred quality (offset 33). The letters themselves are not kept.
[[nodiscard]] bool isSequences(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openSequences(const Candidate& candidate);

} // namespace discern::io
