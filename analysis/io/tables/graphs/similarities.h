#pragma once
#include "data/error.h"
#include "io/tables/graphs/name_pool.h"

#include <functional>
#include <string>
#include <vector>

namespace discern::io {

/// Which number of a hit is the similarity of query and subject.
enum class HitScore {
  EValue,   ///< −log10 of the e-value, at most 200 and not below 0
  BitScore, ///< as it is
  Identity  ///< as it is, in percent or as a share
};

struct SimilarityOptions {
  HitScore score = HitScore::EValue; ///< of tables of hits
  bool minusLog10 = false;           ///< of the other formats: the weights are e-values, treated as those above
};

/// What is told of a file while it is read.
struct SimilaritySink {
  /// About how many links will come, as soon as that can be said.
  std::function<void(std::int64_t links)> expect;
  /// A link: the numbers of two nodes, and how similar they are, never below 0 and always finite. An undirected edge of
  /// a network, or entry of a symmetric matrix, is told in both directions.
  std::function<void(std::uint32_t from, std::uint32_t to, float weight)> link;
  /// How much of the file is read, 0…1, about every megabyte. What it throws comes out of readSimilarities.
  std::function<void(double fraction)> progress;
};

/// The nodes of a file of similarities. Where they are only counted there are no names.
struct SimilarityNodes {
  NamePool names;
  std::int64_t counted = 0; ///< of a file without names, such as Matrix Market: nodes 1, 2, …
  std::string format;       ///< as in DatasetInfo
  [[nodiscard]] std::int64_t size() const { return counted > 0 ? counted : static_cast<std::int64_t>(names.size()); }
  [[nodiscard]] std::string name(std::size_t node) const {
    return counted > 0 ? std::to_string(node + 1) : std::string(names[node]);
  }
};

/// Reads pairwise similarities, line by line, keeping nothing but the names: tables of hits (BLAST -m 8, -m 9, -outfmt
/// 6 and 7, DIAMOND, MMseqs2: twelve columns, tabs between), "label label weight" or "label label" (MCL's ABC format,
/// tabs or blanks between, weight 1 where there is none), and Matrix Market's coordinates; also inside gzip, bzip2 and
/// xz. Of any other file that Discern reads as a network its edges, whose column "weight", or first column of numbers,
/// counts.
///
/// Throws ReadError: a line that is none of these, a weight below 0 or no number (the line is named), a matrix that is
/// not square, a file that is no network; and what the sink throws.
[[nodiscard]] SimilarityNodes readSimilarities(const std::string& path, const SimilarityOptions& options,
                                               const SimilaritySink& sink);

} // namespace discern::io
