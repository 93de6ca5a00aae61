#include "methods/clustering/markov.h"

#include "methods/clustering/markov_clusters.h"
#include "methods/clustering/markov_exchange.h"
#include "methods/clustering/markov_meter.h"
#include "methods/clustering/markov_part.h"

#include <algorithm>
#include <array>
#include <numeric>
#include <omp.h>
#include <stdexcept>
#include <string>

namespace discern::methods {
namespace {

constexpr std::size_t mostInPart = 2048; ///< components up to this size are copied out and finished by themselves
constexpr std::size_t sharedPart = 256;  ///< from this size on all threads work on one part together

void check(const MarkovOptions& o) {
  if (!(o.inflation > 1 && o.inflation <= 9))
    throw std::invalid_argument("the inflation is " + std::to_string(o.inflation) +
                                "; it must be above 1 and not above 9");
  if (!(o.cutoff >= 0 && o.cutoff < 0.5))
    throw std::invalid_argument("the cutoff is " + std::to_string(o.cutoff) + "; it must be from 0 to below 0.5");
  if (o.select < 1 || o.recover < 0)
    throw std::invalid_argument("at least one entry of a column must be selected, and none or more recovered");
  if (!(o.recoverShare >= 0 && o.recoverShare <= 1))
    throw std::invalid_argument("the share of a column that calls for recovery must be from 0 to 1");
  if (!(o.chaos > 0)) throw std::invalid_argument("the chaos at which to stop must be above 0");
  if (o.mostIterations < 1) throw std::invalid_argument("at least one iteration must be allowed");
}

/// The whole of the graph, until it has fallen into parts. Its columns are numbered anew after every iteration: those
/// that look like one cluster lie side by side, and what has settled is left out. Of several ranks each has some of the
/// columns, and all know who has which; what is small enough to be known to all (sets of nodes, residuals, strong
/// entries) is, so that all come to the same decisions.
class Process {
public:
  Process(SimilarityGraph&& graph, const MarkovOptions& options, const MarkovListener& listener, MarkovRanks* ranks)
      : options_(options), exchange_(ranks), meter_(listener, graph.nodes(), options.chaos),
        threads_(threadCount(options.threads)), graph_(std::move(graph)),
        nodes_(static_cast<std::size_t>(graph_.nodes())), parcels_(static_cast<std::size_t>(exchange_.size())),
        representative_(nodes_.size()) {}

  MarkovClustering run() {
    const bool started = start();
    while (started) {
      splitOff();
      finishParts();
      renumber();
      if (nodes_.empty() || meter_.ended() || iteration_ >= options_.mostIterations || !iterate()) break;
    }
    if (!nodes_.empty()) {
      if (started) read(columns_);
      result_.converged = false;
      result_.chaos = std::max(result_.chaos, static_cast<double>(chaos_));
    }
    columns_ = {};
    arenas_.clear();
    shareResults();
    result_.iterations = static_cast<int>(result_.residuals.size());
    result_.clusters = numberClusters(representative_, result_.cluster);
    return std::move(result_);
  }

private:
  /// Loops, division by the sums, and pruning where the graph is dense.
  bool start() {
    std::iota(nodes_.begin(), nodes_.end(), 0U);
    std::iota(representative_.begin(), representative_.end(), 0U);
    owner_.resize(nodes_.size());
    for (std::size_t j = 0; j < nodes_.size(); ++j)
      owner_[j] = static_cast<std::uint16_t>(j % static_cast<std::size_t>(exchange_.size()));
    findMine();
    const auto limit = static_cast<double>(std::max(options_.select, options_.recover));
    double entries = 0;
    for (const std::int64_t count :
         exchange_.gathered<std::int64_t>(std::array{static_cast<std::int64_t>(graph_.neighbours.size())}))
      entries += static_cast<double>(count);
    const bool prune = entries > limit * static_cast<double>(nodes_.size());
    const bool whole = makeColumns(
        [&] {
          return [&, draft = ColumnDraft{}](std::span<const std::uint32_t> wanted, const auto& keep) mutable {
            const std::uint32_t j = wanted.front();
            const auto list = graph_.of(j);
            float greatest = list.empty() ? 1 : 0;
            double sum = 0;
            for (const Neighbour& neighbour : list) {
              greatest = std::max(greatest, neighbour.weight);
              sum += static_cast<double>(neighbour.weight);
            }
            sum += static_cast<double>(greatest);
            const auto collect = [&](float above) {
              draft.clear();
              Neighbour* const out = draft.room(list.size() + 1);
              std::size_t kept = 0;
              const auto add = [&](std::uint32_t node, float weight) {
                const auto share = static_cast<float>(static_cast<double>(weight) / sum);
                if (share > above) out[kept++] = {node, share};
              };
              std::size_t i = 0;
              for (; i < list.size() && list[i].node < j; ++i)
                add(list[i].node, list[i].weight);
              add(j, greatest);
              for (; i < list.size(); ++i)
                add(list[i].node, list[i].weight);
              draft.extend(kept);
            };
            collect(prune ? static_cast<float>(options_.cutoff) : 0);
            if (prune) {
              if (!draft.prune(options_, list.size() + 1, 1)) {
                collect(0);
                draft.recover(options_);
              }
              draft.divideBySum();
            }
            keep(0, draft.entries(), 0.0F);
          };
        },
        1);
    graph_ = {};
    return whole;
  }

  /// Takes the components apart: small ones become parts, of the others those that have settled are read; left_ is the
  /// rest.
  void splitOff() {
    const std::size_t n = nodes_.size();
    JoinedSets sets(n);
    for (std::uint32_t j = 0; j < n; ++j)
      for (const Neighbour& entry : columns_[j])
        sets.join(entry.node, j);
    if (exchange_.several()) {
      std::vector<std::uint32_t> joined;
      for (std::uint32_t j = 0; j < n; ++j)
        if (const std::uint32_t root = sets.rootOf(j); root != j) joined.insert(joined.end(), {root, j});
      const auto all = exchange_.gathered<std::uint32_t>(joined);
      for (std::size_t i = 0; i + 1 < all.size(); i += 2)
        sets.join(all[i], all[i + 1]);
    }
    std::vector<std::uint32_t> size(n, 0), which(n);
    std::vector<float> chaos(n, 0);
    for (std::uint32_t j = 0; j < n; ++j) {
      const std::uint32_t root = sets.rootOf(j);
      ++size[root];
      chaos[root] = std::max(chaos[root], columnChaos_[j]);
    }
    chaos_ = 0;
    left_.clear();
    std::vector<FlowColumn> settled(n);
    std::int64_t settledNodes = 0;
    for (std::uint32_t j = 0; j < n; ++j) {
      const std::uint32_t root = sets.rootOf(j);
      if (iteration_ > 0 && static_cast<double>(chaos[root]) <= options_.chaos) {
        settled[j] = columns_[j];
        ++settledNodes;
        result_.chaos = std::max(result_.chaos, static_cast<double>(chaos[root]));
      } else if (size[root] <= mostInPart) {
        if (root == j) { // the lowest of its set
          which[root] = static_cast<std::uint32_t>(parts_.size());
          parts_.emplace_back();
          parts_.back().nodes.reserve(size[root]);
          parts_.back().iterations = iteration_;
          parts_.back().chaos = chaos[root];
        }
        parts_[which[root]].nodes.push_back(j);
      } else {
        left_.push_back(j);
        chaos_ = std::max(chaos_, chaos[root]);
      }
    }
    if (settledNodes > 0) read(settled);
    meter_.settle(settledNodes);
  }

  /// The clusters of those columns that are not empty, of all ranks.
  void read(const std::vector<FlowColumn>& columns) {
    ColumnArena arena;
    const std::vector<FlowColumn> strong = exchange_.strong(columns, arena);
    std::vector<std::uint32_t> found(columns.size());
    readClusters(strong, found);
    for (std::size_t j = 0; j < columns.size(); ++j)
      if (strong[j].count > 0) representative_[nodes_[j]] = nodes_[found[j]];
  }

  /// The part's columns, in the numbers of the part.
  void fill(MarkovPart& part, std::vector<std::uint32_t>& place) const {
    std::size_t entries = 0;
    for (std::uint32_t i = 0; i < part.nodes.size(); ++i) {
      place[part.nodes[i]] = i;
      entries += columns_[part.nodes[i]].count;
    }
    part.entries.reserve(entries);
    part.starts.reserve(part.nodes.size() + 1);
    for (std::uint32_t& node : part.nodes) {
      part.starts.push_back(static_cast<std::uint32_t>(part.entries.size()));
      for (const Neighbour& entry : columns_[node])
        part.entries.push_back({place[entry.node], entry.weight});
      node = nodes_[node];
    }
    part.starts.push_back(static_cast<std::uint32_t>(part.entries.size()));
  }

  /// Of several ranks each gets parts, the largest first to the one that has least to do so far.
  void shareParts() {
    std::vector<double> work(static_cast<std::size_t>(exchange_.size()), 0);
    std::vector<std::uint16_t> to(nodes_.size());
    std::vector<MarkovPart> mine;
    for (MarkovPart& part : parts_) {
      const auto least = std::min_element(work.begin(), work.end());
      *least += static_cast<double>(part.size()) * static_cast<double>(part.size());
      const auto rank = static_cast<std::uint16_t>(least - work.begin());
      for (const std::uint32_t j : part.nodes)
        to[j] = rank;
      if (rank != exchange_.rank()) {
        meter_.settle(static_cast<std::int64_t>(part.size()));
        for (const std::uint32_t j : part.nodes)
          if (columns_[j].count > 0) parcels_[rank].push_back({j, columns_[j]});
      } else {
        for (const std::uint32_t j : part.nodes)
          finished_.push_back(nodes_[j]);
        mine.push_back(std::move(part));
      }
    }
    sendParcels(arenas_.emplace_back(), [this](std::uint32_t j, const FlowColumn& column) { columns_[j] = column; });
    parts_ = std::move(mine);
  }

  void finishParts() {
    std::sort(parts_.begin(), parts_.end(), [](const MarkovPart& a, const MarkovPart& b) {
      return a.size() != b.size() ? a.size() > b.size() : a.nodes.front() < b.nodes.front();
    });
    if (exchange_.several() && !parts_.empty()) shareParts();
    if (!parts_.empty()) solveParts();
    agree();
  }

  void solveParts() {
    std::vector<std::uint32_t> place(nodes_.size());
    const std::function<bool()> goOn = [this] { return meter_.goOn(); };
    const auto take = [&](PartSolver& solver, std::size_t p) {
      if (meter_.failed()) return;
      MarkovPart part = std::move(parts_[p]);
      fill(part, place);
      const auto nodes = static_cast<std::int64_t>(part.size());
      solver.solve(std::move(part), representative_, goOn);
      meter_.settle(nodes);
      meter_.goOn();
    };
    const auto collect = [this](const PartSolver& solver) {
      note(solver.residuals());
      result_.chaos = std::max(result_.chaos, static_cast<double>(solver.chaos()));
      result_.converged = result_.converged && solver.converged();
    };
    std::size_t alone = 0;
    if (threads_ > 1 && parts_[0].size() >= sharedPart) {
      PartSolver together(static_cast<std::int64_t>(parts_.front().size()), options_, threads_);
      for (; alone < parts_.size() && parts_[alone].size() >= sharedPart; ++alone)
        take(together, alone);
      collect(together);
    }
    if (alone < parts_.size()) {
      const auto largest = static_cast<std::int64_t>(parts_[alone].size());
#pragma omp parallel num_threads(threads_)
      {
        PartSolver solver(largest, options_, 1);
#pragma omp for schedule(dynamic, 16)
        for (std::size_t p = alone; p < parts_.size(); ++p)
          take(solver, p);
#pragma omp critical
        collect(solver);
      }
    }
    parts_.clear();
  }

  /// Only what is left, in an order in which columns that look like one cluster lie side by side.
  void renumber() {
    const std::size_t n = nodes_.size();
    if (iteration_ > 0) {
      std::vector<FlowColumn> columns(n);
      for (const std::uint32_t j : left_)
        columns[j] = columns_[j];
      ColumnArena arena;
      std::vector<std::uint32_t> cluster(n);
      readClusters(exchange_.strong(columns, arena), cluster);
      std::sort(left_.begin(), left_.end(), [&](std::uint32_t a, std::uint32_t b) {
        return cluster[a] != cluster[b] ? cluster[a] < cluster[b] : a < b;
      });
    } else if (left_.size() == n) {
      return;
    }
    std::vector<std::uint32_t> place(n), nodes(left_.size());
    std::vector<FlowColumn> columns(left_.size());
    std::vector<std::uint16_t> owner(left_.size());
    for (std::uint32_t i = 0; i < left_.size(); ++i) {
      place[left_[i]] = i;
      nodes[i] = nodes_[left_[i]];
      columns[i] = columns_[left_[i]];
      owner[i] = owner_[left_[i]];
    }
    columns_ = std::move(columns);
    nodes_ = std::move(nodes);
    owner_ = std::move(owner);
#pragma omp parallel for num_threads(threads_) schedule(dynamic, 64)
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::span entries(const_cast<Neighbour*>(columns_[i].entries), columns_[i].count); // they lie in arenas_
      for (Neighbour& entry : entries)
        entry.node = place[entry.node];
      std::sort(entries.begin(), entries.end(), [](const Neighbour& a, const Neighbour& b) { return a.node < b.node; });
      columns_[i] = {entries.data(), entries.size()};
    }
    if (exchange_.several() && !nodes_.empty()) redistribute();
    findMine();
  }

  /// Gives each rank columns that lie side by side, and about the same work to do.
  void redistribute() {
    const std::size_t n = nodes_.size();
    std::vector<std::uint32_t> pairs;
    for (std::uint32_t j = 0; j < n; ++j)
      if (columns_[j].count > 0) pairs.insert(pairs.end(), {j, columns_[j].count});
    std::vector<std::uint32_t> count(n);
    const auto counts = exchange_.gathered<std::uint32_t>(pairs);
    for (std::size_t i = 0; i + 1 < counts.size(); i += 2)
      count[counts[i]] = counts[i + 1];
    std::vector<double> mine;
    for (std::uint32_t j = 0; j < n; ++j)
      if (columns_[j].count > 0) {
        double products = 100; // what a column takes besides
        for (const Neighbour& entry : columns_[j])
          products += count[entry.node];
        mine.insert(mine.end(), {static_cast<double>(j), products});
      }
    std::vector<double> work(n);
    double all = 0;
    const auto works = exchange_.gathered<double>(mine);
    for (std::size_t i = 0; i + 1 < works.size(); i += 2) {
      work[static_cast<std::size_t>(works[i])] = works[i + 1];
      all += works[i + 1];
    }
    double before = 0;
    const auto ranks = static_cast<double>(exchange_.size());
    for (std::uint32_t j = 0; j < n; ++j) {
      owner_[j] = static_cast<std::uint16_t>(std::min(ranks - 1, ranks * before / all));
      before += work[j];
      if (columns_[j].count == 0 || owner_[j] == exchange_.rank()) continue;
      parcels_[owner_[j]].push_back({j, columns_[j]});
      columns_[j] = {};
    }
    sendParcels(arenas_.emplace_back(), [this](std::uint32_t j, const FlowColumn& column) { columns_[j] = column; });
  }

  void findMine() {
    mine_.clear();
    for (std::uint32_t j = 0; j < nodes_.size(); ++j)
      if (owner_[j] == exchange_.rank()) mine_.push_back(j);
  }

  /// Fetches the columns of other ranks that this one's need.
  void fetch() {
    std::vector<std::uint8_t> needed(nodes_.size(), 0);
    std::vector<std::vector<std::uint32_t>> wanted(static_cast<std::size_t>(exchange_.size()));
    for (const std::uint32_t j : mine_)
      for (const Neighbour& entry : columns_[j])
        if (owner_[entry.node] != exchange_.rank() && needed[entry.node] == 0) {
          needed[entry.node] = 1;
          wanted[owner_[entry.node]].push_back(entry.node);
        }
    const auto asked = exchange_.exchanged(wanted);
    for (std::size_t r = 0; r < asked.size(); ++r)
      for (const std::uint32_t j : asked[r])
        parcels_[r].push_back({j, columns_[j]});
    sendParcels(arenas_.emplace_back(), [this](std::uint32_t j, const FlowColumn& column) { columns_[j] = column; });
  }

  template <typename Take>
  void sendParcels(ColumnArena& arena, const Take& take) {
    exchange_.send(parcels_, arena, take);
    for (auto& parcels : parcels_)
      parcels.clear();
  }

  /// All ranks end when one does, and for its reason. Throws what the listener threw, or Cancelled.
  void agree() {
    if (exchange_.several()) {
      const std::array<std::uint8_t, 2> mine{meter_.ended() ? std::uint8_t{1} : std::uint8_t{0},
                                             meter_.failed() ? std::uint8_t{1} : std::uint8_t{0}};
      const auto all = exchange_.gathered<std::uint8_t>(mine);
      bool ended = false, failed = false;
      for (std::size_t i = 0; i + 1 < all.size(); i += 2) {
        ended = ended || all[i] != 0;
        failed = failed || all[i + 1] != 0;
      }
      meter_.rethrow();
      if (failed) throw Cancelled{};
      if (ended) meter_.end();
    }
    meter_.rethrow();
  }

  /// What each rank knows of its parts.
  void shareResults() {
    if (!exchange_.several()) return;
    std::vector<std::uint32_t> pairs;
    for (const std::uint32_t node : finished_)
      pairs.insert(pairs.end(), {node, representative_[node]});
    const auto all = exchange_.gathered<std::uint32_t>(pairs);
    for (std::size_t i = 0; i + 1 < all.size(); i += 2)
      representative_[all[i]] = all[i + 1];
    std::vector<double> residuals{result_.chaos, result_.converged ? 1.0 : 0.0,
                                  static_cast<double>(result_.residuals.size())};
    residuals.insert(residuals.end(), result_.residuals.begin(), result_.residuals.end());
    const auto told = exchange_.gathered<double>(residuals);
    for (std::size_t at = 0; at + 2 < told.size();) {
      result_.chaos = std::max(result_.chaos, told[at]);
      result_.converged = result_.converged && told[at + 1] > 0;
      const auto count = static_cast<std::ptrdiff_t>(told[at + 2]);
      const auto from = told.begin() + static_cast<std::ptrdiff_t>(at) + 3;
      note({from, from + count});
      at += 3 + static_cast<std::size_t>(count);
    }
  }

  /// One iteration of what is left; false when it was ended early, and nothing has changed.
  bool iterate() {
    ++iteration_;
    meter_.begin(iteration_, static_cast<double>(chaos_), static_cast<std::int64_t>(nodes_.size()));
    if (exchange_.several()) fetch();
    const bool whole = makeColumns(
        [this] {
          return [this, panel = PanelWork(static_cast<std::int64_t>(nodes_.size()), options_)](
                     std::span<const std::uint32_t> wanted, const auto& keep) mutable {
            panel.expand(wanted, [this](std::uint32_t k) { return columns_[k]; });
            for (std::size_t c = 0; c < wanted.size(); ++c)
              keep(c, panel.result(c), panel.chaos(c));
          };
        },
        PanelWork::width);
    if (!whole) {
      --iteration_;
      return false;
    }
    std::vector<double> residuals(static_cast<std::size_t>(iteration_));
    residuals.back() = static_cast<double>(*std::max_element(columnChaos_.begin(), columnChaos_.end()));
    note(residuals);
    return true;
  }

  void note(const std::vector<double>& residuals) {
    if (result_.residuals.size() < residuals.size()) result_.residuals.resize(residuals.size());
    for (std::size_t i = 0; i < residuals.size(); ++i)
      result_.residuals[i] = std::max(result_.residuals[i], residuals[i]);
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
    columnChaos_ = exchange_.gathered<float>(chaos);
    if (exchange_.several()) { // in the order of the ranks: each has its columns in ascending order
      std::vector<float> inOrder(nodes_.size());
      std::vector<std::size_t> next(static_cast<std::size_t>(exchange_.size()), 0);
      for (const std::uint16_t owner : owner_)
        if (static_cast<std::size_t>(owner) + 1 < next.size()) ++next[owner + 1U];
      for (std::size_t r = 1; r < next.size(); ++r)
        next[r] += next[r - 1];
      for (std::size_t j = 0; j < inOrder.size(); ++j)
        inOrder[j] = columnChaos_[next[owner_[j]]++];
      columnChaos_ = std::move(inOrder);
    }
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

} // namespace

MarkovClustering markovClusters(SimilarityGraph&& graph, const MarkovOptions& options, const MarkovListener& listener,
                                MarkovRanks* ranks) {
  check(options);
  return Process(std::move(graph), options, listener, ranks).run();
}

} // namespace discern::methods
