#pragma once
#include "methods/clustering/markov_exchange.h"
#include "methods/clustering/markov_meter.h"
#include "methods/clustering/markov_part.h"

#include <omp.h>

namespace discern::methods {

/// The whole of the graph, until it has fallen into parts. Its columns are numbered so that those of a community lie
/// side by side, and numbered anew after every iteration: what has settled is left out. Of several ranks each has some
/// of the columns, and all know who has which; what is small enough to be known to all (sets of nodes, residuals,
/// strong entries) is, so that all come to the same decisions.
class MarkovProcess {
public:
  MarkovProcess(SimilarityGraph&& graph, const MarkovOptions& options, const MarkovListener& listener,
                MarkovRanks* ranks);
  MarkovClustering run();

private:
  /// Loops, division by the sums, and pruning where the graph is dense.
  bool start();

  /// Takes the components apart: small ones become parts, of the others those that have settled are read; left_ is the
  /// rest.
  void splitOff();

  /// The clusters of those columns that are not empty, of all ranks.
  void read(const std::vector<FlowColumn>& columns);

  /// The part's columns, in the numbers of the part.
  void fill(MarkovPart& part, std::vector<std::uint32_t>& place) const;

  /// Of several ranks each gets parts, the largest first to the one that has least to do so far.
  void shareParts();

  void finishParts();

  void solveParts();

  /// Communities of what is left, found by what the neighbours have: a node takes the label that most of its column's
  /// flow to others comes under, the lowest of equal ones; half of the nodes at a time, so that two don't swap for
  /// ever. U. N. Raghavan, R. Albert, S. Kumara, Phys. Rev. E 76 (2007) 036106, doi:10.1103/PhysRevE.76.036106.
  std::vector<std::uint32_t> communities();

  /// Only what is left; at the beginning in an order in which the columns of a community lie side by side.
  void renumber();

  /// Gives each rank columns that lie side by side, and about the same work to do.
  void redistribute();

  void findMine();

  /// Fetches the columns of other ranks that this one's need.
  void fetch();

  template <typename Take>
  void sendParcels(ColumnArena& arena, const Take& take) {
    exchange_.send(parcels_, arena, take);
    for (auto& parcels : parcels_)
      parcels.clear();
  }

  /// All ranks end when one does, and for its reason. Throws what the listener threw, or Cancelled.
  void agree();

  /// What each rank knows of its parts.
  void shareResults();

  /// One iteration of what is left; false when it was ended early, and nothing has changed.
  bool iterate();

  void note(const std::vector<double>& residuals);

  /// One value for each column, where each rank has those of its own.
  template <typename T>
  std::vector<T> inOrder(const std::vector<T>& mine) const {
    std::vector<T> all = exchange_.gathered<T>(mine);
    if (!exchange_.several()) return all;
    std::vector<std::size_t> next(static_cast<std::size_t>(exchange_.size()) + 1, 0);
    for (const std::uint16_t owner : owner_)
      ++next[owner + 1U];
    for (std::size_t r = 1; r < next.size(); ++r)
      next[r] += next[r - 1];
    std::vector<T> ordered(nodes_.size());
    for (std::size_t j = 0; j < ordered.size(); ++j)
      ordered[j] = all[next[owner_[j]]++];
    return ordered;
  }

  /// All of this rank's columns anew. prepare() gives each thread its own make(wanted, keep), which is called for up to
  /// `step` columns at a time, and calls keep(c, entries, chaos) for the c-th of them. False: ended early, the columns
  /// are what they were.
  template <typename Prepare>
  bool makeColumns(const Prepare& prepare, std::size_t step) {
    std::vector<ColumnArena> arenas(static_cast<std::size_t>(threads_));
    std::vector<FlowColumn> columns(nodes_.size());
    std::vector<float> chaos(mine_.size());
#pragma omp parallel num_threads(threads_)
    {
      ColumnArena& arena = arenas[static_cast<std::size_t>(omp_get_thread_num())];
      auto make = prepare();
#pragma omp for schedule(dynamic, 16)
      for (std::size_t i = 0; i < mine_.size(); i += step) {
        if (meter_.ended()) continue;
        make(std::span(mine_).subspan(i, std::min(step, mine_.size() - i)),
             [&](std::size_t c, std::span<const Neighbour> entries, float residual) {
               columns[mine_[i + c]] = arena.keep(entries);
               chaos[i + c] = residual;
             });
        meter_.advance(static_cast<std::int64_t>(step));
        meter_.goOn();
      }
    }
    agree();
    if (meter_.ended()) return false;
    arenas_ = std::move(arenas);
    columns_ = std::move(columns);
    columnChaos_ = inOrder(chaos);
    return true;
  }

  const MarkovOptions options_;
  const ColumnExchange exchange_;
  MarkovMeter meter_;
  const int threads_;
  SimilarityGraph graph_;
  std::vector<std::uint32_t> nodes_;                         ///< what each column of the iterand is in the graph
  std::vector<FlowColumn> columns_;                          ///< empty where another rank has it
  std::vector<ColumnArena> arenas_;                          ///< where they lie
  std::vector<std::uint16_t> owner_;                         ///< the rank of each column
  std::vector<std::uint32_t> mine_;                          ///< this rank's columns
  std::vector<std::vector<ColumnExchange::Parcel>> parcels_; ///< to each rank, that are to be sent
  std::vector<std::uint32_t> finished_;                      ///< nodes of parts that this rank has carried to their end
  std::vector<float> columnChaos_;
  std::vector<std::uint32_t> left_; ///< columns of components that are to go on
  std::vector<std::uint32_t> representative_;
  std::vector<MarkovPart> parts_; ///< components to be finished by themselves; their columns are still in columns_
  int iteration_ = 0;
  float chaos_ = 0; ///< the greatest of what is left
  MarkovClustering result_;
};

} // namespace discern::methods
