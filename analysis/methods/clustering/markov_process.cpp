#include "methods/clustering/markov_process.h"

#include "methods/clustering/markov_clusters.h"

#include <algorithm>
#include <array>
#include <numeric>

namespace discern::methods {
namespace {

constexpr std::size_t mostInPart = 2048; ///< components up to this size are copied out and finished by themselves
constexpr std::size_t sharedPart = 256;  ///< from this size on all threads work on one part together

} // namespace

MarkovProcess::MarkovProcess(SimilarityGraph&& graph, const MarkovOptions& options, const MarkovListener& listener,
                             MarkovRanks* ranks)
    : options_(options), exchange_(ranks), meter_(listener, graph.nodes(), options.chaos),
      threads_(threadCount(options.threads)), graph_(std::move(graph)),
      nodes_(static_cast<std::size_t>(graph_.nodes())), parcels_(static_cast<std::size_t>(exchange_.size())),
      representative_(nodes_.size()) {}

MarkovClustering MarkovProcess::run() {
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

bool MarkovProcess::start() {
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

void MarkovProcess::splitOff() {
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

void MarkovProcess::read(const std::vector<FlowColumn>& columns) {
  ColumnArena arena;
  const std::vector<FlowColumn> strong = exchange_.strong(columns, arena);
  std::vector<std::uint32_t> found(columns.size());
  readClusters(strong, found);
  for (std::size_t j = 0; j < columns.size(); ++j)
    if (strong[j].count > 0) representative_[nodes_[j]] = nodes_[found[j]];
}

void MarkovProcess::fill(MarkovPart& part, std::vector<std::uint32_t>& place) const {
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

void MarkovProcess::finishParts() {
  std::sort(parts_.begin(), parts_.end(), [](const MarkovPart& a, const MarkovPart& b) {
    return a.size() != b.size() ? a.size() > b.size() : a.nodes.front() < b.nodes.front();
  });
  if (exchange_.several() && !parts_.empty()) shareParts();
  if (!parts_.empty()) solveParts();
  agree();
}

void MarkovProcess::solveParts() {
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

bool MarkovProcess::iterate() {
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

void MarkovProcess::note(const std::vector<double>& residuals) {
  if (result_.residuals.size() < residuals.size()) result_.residuals.resize(residuals.size());
  for (std::size_t i = 0; i < residuals.size(); ++i)
    result_.residuals[i] = std::max(result_.residuals[i], residuals[i]);
}

} // namespace discern::methods
