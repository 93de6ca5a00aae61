#pragma once
#include "methods/clustering/markov_ranks.h"
#include "methods/clustering/similarity_graph.h"
#include "methods/parallel/progress.h"

#include <functional>

namespace discern::methods {

struct MarkovOptions {
  double inflation = 2;        ///< above 1, at most 9; 1.4 coarse … 6 fine
  double cutoff = 1e-4;        ///< entries up to this are dropped after an expansion
  std::int64_t select = 1100;  ///< of what is left, at most so many in a column, the greatest
  std::int64_t recover = 1400; ///< a column that lost too much gets its greatest entries back, up to so many
  double recoverShare = 0.9;   ///< too much is lost when less than this share of the column's sum is left
  double chaos = 1e-4;         ///< a component has settled when its chaos is not above this
  int mostIterations = 1000;
  int threads = 0;
};

/// How far the process is.
struct MarkovState {
  int iteration = 0;                   ///< that is being made, from 1
  double chaos = 0;                    ///< the residual: the greatest of what has not settled, after the last iteration
  std::int64_t settled = 0, nodes = 0; ///< nodes whose cluster is known, of all
  double fraction = 0;                 ///< an estimate of all the work that is done, 0…1, never falling
};

enum class MarkovAnswer { GoOn, WindUp, Stop };

/// Told about every 20 ms, by one thread at a time, how far it is. WindUp: end with the clusters as they look now;
/// Stop: throw Cancelled. Empty: nobody listens.
using MarkovListener = std::function<MarkovAnswer(const MarkovState&)>;

struct MarkovClustering {
  std::vector<std::int32_t> cluster; ///< of each node, from 0, the largest first; equal sizes: by their lowest node
  std::int64_t clusters = 0;
  int iterations = 0;
  double chaos = 0;              ///< the greatest of all components at their end
  std::vector<double> residuals; ///< the greatest chaos after each iteration, of the components that made it
  bool converged = true;         ///< false: ended early, the clusters are what they looked like then
};

/// Markov clustering. The graph's links, with a loop on each node as heavy as its heaviest link (1 where it has none),
/// each column divided by its sum, are the steps M of a random walk; then
///
///   expansion   B = M·M, and of each column of B: drop entries ≤ cutoff; more than `select` left: keep the greatest;
///               less than `recover` entries and less than `recoverShare` of the sum left: take the greatest `recover`
///               of the column instead; divide by the sum
///   chaos       max over columns j of  n_j·(max_i b_ij − Σ_i b_ij²),  n_j entries in the column
///   inflation   m_ij = b_ij^r / Σ_i b_ij^r
///
/// until chaos ≤ options.chaos. The clusters are the systems of attractors of the limit, with what flows to them; nodes
/// that flow to several systems alike are a cluster of their own. When the average node has more than both `select` and
/// `recover` neighbours the columns are pruned once before.
///
/// Components of M's pattern do not touch each other: each goes on, and ends, by itself, which gives what the whole
/// would. Isolated nodes are clusters of one. The graph is given up: its memory is the first M.
///
/// S. van Dongen, Graph clustering by flow simulation, PhD thesis, Utrecht 2000, and SIAM J. Matrix Anal. Appl. 30
/// (2008) 121, doi:10.1137/040608635; A. Azad et al., HipMCL, Nucleic Acids Res. 46 (2018) e33,
/// doi:10.1093/nar/gkx1313. The defaults are mcl's scheme 6. Cost Σ_k n_k² in the sparse part, with n_k ≤ max(select,
/// recover); memory twice the largest M, 8 bytes an entry.
///
/// Over several ranks each gives the lists of the nodes it holds, those with node mod size = rank, of a graph of all
/// nodes; all get the whole answer, which is that of one rank to the last bit. The columns are handed out anew after
/// every iteration, so that those that look like one cluster lie on one rank, and a rank fetches the columns that its
/// own need.
///
/// Throws std::invalid_argument for options out of their range, and Cancelled; over several ranks, on all of them when
/// the listener of one says Stop.
[[nodiscard]] MarkovClustering markovClusters(SimilarityGraph&& graph, const MarkovOptions& options = {},
                                              const MarkovListener& listener = {}, MarkovRanks* ranks = nullptr);

/// Clusters numbered anew: the largest first, equal sizes by their lowest node. `representative`: for each node, a node
/// of its cluster, the same for all of it. Gives the number of clusters.
std::int64_t numberClusters(std::span<const std::uint32_t> representative, std::vector<std::int32_t>& cluster);

} // namespace discern::methods
