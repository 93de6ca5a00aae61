#include "methods/clustering/markov.h"

#include "methods/clustering/markov_clusters.h"
#include "methods/clustering/markov_meter.h"
#include "methods/clustering/markov_part.h"

#include <algorithm>
#include <memory>
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

/// Where the columns of an iterand lie: pieces of memory that are filled one after the other.
class Arena {
public:
  const Neighbour* keep(std::span<const Neighbour> column) {
    if (used_ + column.size() > size_) {
      size_ = std::max(piece, column.size());
      pieces_.push_back(std::make_unique_for_overwrite<Neighbour[]>(size_));
      used_ = 0;
    }
    Neighbour* at = pieces_.back().get() + used_;
    std::copy(column.begin(), column.end(), at);
    used_ += column.size();
    return at;
  }
  void clear() {
    pieces_.clear();
    used_ = size_ = 0;
  }

private:
  static constexpr std::size_t piece = 1 << 16; // half a megabyte
  std::vector<std::unique_ptr<Neighbour[]>> pieces_;
  std::size_t used_ = 0, size_ = 0;
};

/// The whole of the graph, until it has fallen into parts. Its columns are numbered anew after every iteration: those
/// that look like one cluster lie side by side, and what has settled is left out.
class Process {
public:
  Process(SimilarityGraph&& graph, const MarkovOptions& options, const MarkovListener& listener)
      : options_(options), meter_(listener, graph.nodes(), options.chaos), threads_(threadCount(options.threads)),
        graph_(std::move(graph)), nodes_(static_cast<std::size_t>(graph_.nodes())), representative_(nodes_.size()) {}

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
    result_.iterations = static_cast<int>(result_.residuals.size());
    columns_ = {};
    arenas_.clear();
    result_.clusters = numberClusters(representative_, result_.cluster);
    return std::move(result_);
  }

private:
  /// Loops, division by the sums, and pruning where the graph is dense.
  bool start() {
    std::iota(nodes_.begin(), nodes_.end(), 0U);
    std::iota(representative_.begin(), representative_.end(), 0U);
    const auto limit = static_cast<double>(std::max(options_.select, options_.recover));
    const bool prune = static_cast<double>(graph_.neighbours.size()) > limit * static_cast<double>(nodes_.size());
    const bool whole = makeColumns(
        [&] {
          return [&, draft = ColumnDraft{}](std::uint32_t j, const auto& keep) mutable {
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
            keep(j, draft.entries(), 0.0F);
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
    std::vector<std::uint32_t> size(n, 0), which(n);
    std::vector<float> chaos(n, 0);
    for (std::uint32_t j = 0; j < n; ++j) {
      const std::uint32_t root = sets.rootOf(j);
      ++size[root];
      chaos[root] = std::max(chaos[root], columnChaos_[j]);
    }
    chaos_ = 0;
    left_.clear();
    std::vector<FlowColumn> settled;
    std::int64_t settledNodes = 0;
    for (std::uint32_t j = 0; j < n; ++j) {
      const std::uint32_t root = sets.rootOf(j);
      if (iteration_ > 0 && static_cast<double>(chaos[root]) <= options_.chaos) {
        settled.resize(n);
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
    if (!settled.empty()) read(settled);
    meter_.settle(settledNodes);
  }

  /// The clusters of those columns that are not empty.
  void read(const std::vector<FlowColumn>& columns) {
    std::vector<std::uint32_t> found(columns.size());
    readClusters(columns, found);
    for (std::size_t j = 0; j < columns.size(); ++j)
      if (columns[j].count > 0) representative_[nodes_[j]] = nodes_[found[j]];
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

  void finishParts() {
    if (parts_.empty()) return;
    std::sort(parts_.begin(), parts_.end(), [](const MarkovPart& a, const MarkovPart& b) {
      return a.size() != b.size() ? a.size() > b.size() : a.nodes.front() < b.nodes.front();
    });
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
    meter_.rethrow();
  }

  /// Only what is left, in an order in which columns that look like one cluster lie side by side.
  void renumber() {
    const std::size_t n = nodes_.size();
    if (iteration_ > 0) {
      std::vector<FlowColumn> columns(n);
      for (const std::uint32_t j : left_)
        columns[j] = columns_[j];
      std::vector<std::uint32_t> cluster(n);
      readClusters(columns, cluster);
      std::vector<std::uint32_t> strong(n);
      for (const std::uint32_t j : left_) {
        float best = -1;
        for (const Neighbour& entry : columns_[j])
          if (entry.node != j && entry.weight > best) {
            best = entry.weight;
            strong[j] = entry.node;
          }
      }
      std::sort(left_.begin(), left_.end(), [&](std::uint32_t a, std::uint32_t b) {
        return cluster[a] != cluster[b] ? cluster[a] < cluster[b]
               : strong[a] != strong[b] ? strong[a] < strong[b]
                                        : a < b;
      });
    } else if (left_.size() == n) {
      return;
    }
    std::vector<std::uint32_t> place(n), nodes(left_.size());
    std::vector<FlowColumn> columns(left_.size());
    for (std::uint32_t i = 0; i < left_.size(); ++i) {
      place[left_[i]] = i;
      nodes[i] = nodes_[left_[i]];
      columns[i] = columns_[left_[i]];
    }
    columns_ = std::move(columns);
    nodes_ = std::move(nodes);
#pragma omp parallel for num_threads(threads_) schedule(dynamic, 64)
    for (std::size_t i = 0; i < columns_.size(); ++i) {
      const std::span entries(const_cast<Neighbour*>(columns_[i].entries), columns_[i].count); // they lie in arenas_
      for (Neighbour& entry : entries)
        entry.node = place[entry.node];
      std::sort(entries.begin(), entries.end(), [](const Neighbour& a, const Neighbour& b) { return a.node < b.node; });
      columns_[i] = {entries.data(), entries.size()};
    }
  }

  /// One iteration of what is left; false when it was ended early, and nothing has changed.
  bool iterate() {
    ++iteration_;
    meter_.begin(iteration_, static_cast<double>(chaos_), static_cast<std::int64_t>(nodes_.size()));
    const bool whole = makeColumns(
        [this] {
          return [this, panel = PanelWork(static_cast<std::int64_t>(nodes_.size()), options_),
                  wanted = std::vector<std::uint32_t>()](std::uint32_t from, const auto& keep) mutable {
            wanted.clear();
            for (std::uint32_t j = from; j < std::min(nodes_.size(), from + PanelWork::width); ++j)
              wanted.push_back(j);
            panel.expand(wanted, [this](std::uint32_t k) { return columns_[k]; });
            for (std::size_t c = 0; c < wanted.size(); ++c)
              keep(wanted[c], panel.result(c), panel.chaos(c));
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

  /// All columns anew. prepare() gives each thread its own make(j, keep), which is called for every `step`-th column
  /// and calls keep(j, entries, chaos) for that one and those behind it.
  template <typename Prepare>
  bool makeColumns(const Prepare& prepare, std::size_t step) {
    const std::size_t n = nodes_.size();
    std::vector<Arena> arenas(static_cast<std::size_t>(threads_));
    std::vector<FlowColumn> columns(n);
    columnChaos_.resize(n);
#pragma omp parallel num_threads(threads_)
    {
      Arena& arena = arenas[static_cast<std::size_t>(omp_get_thread_num())];
      const auto keep = [&](std::uint32_t j, std::span<const Neighbour> entries, float chaos) {
        columns[j] = {arena.keep(entries), entries.size()};
        columnChaos_[j] = chaos;
      };
      auto make = prepare();
#pragma omp for schedule(dynamic, 16)
      for (std::size_t j = 0; j < n; j += step) {
        if (meter_.ended()) continue;
        make(static_cast<std::uint32_t>(j), keep);
        meter_.advance(static_cast<std::int64_t>(step));
        meter_.goOn();
      }
    }
    meter_.rethrow();
    if (meter_.ended()) return false;
    arenas_ = std::move(arenas);
    columns_ = std::move(columns);
    return true;
  }

  const MarkovOptions options_;
  MarkovMeter meter_;
  const int threads_;
  SimilarityGraph graph_;
  std::vector<std::uint32_t> nodes_; ///< what each column of the iterand is in the graph
  std::vector<FlowColumn> columns_;
  std::vector<Arena> arenas_; ///< where they lie
  std::vector<float> columnChaos_;
  std::vector<std::uint32_t> left_; ///< columns of components that are to go on
  std::vector<std::uint32_t> representative_;
  std::vector<MarkovPart> parts_; ///< components to be finished by themselves; their columns are still in columns_
  int iteration_ = 0;
  float chaos_ = 0; ///< the greatest of what is left
  MarkovClustering result_;
};

} // namespace

MarkovClustering markovClusters(SimilarityGraph&& graph, const MarkovOptions& options, const MarkovListener& listener) {
  check(options);
  return Process(std::move(graph), options, listener).run();
}

} // namespace discern::methods
