#include "methods/clustering/markov_part.h"

#include "methods/clustering/markov_clusters.h"

#include <algorithm>
#include <atomic>
#include <omp.h>

namespace discern::methods {
namespace {

constexpr std::size_t columnsAtOnce = 48; // whole panels, of the dense product as well
static_assert(PanelWork::width == DenseMatrix::factorStride && DenseMatrix::panel <= PanelWork::width);

/// The components of a part's pattern as parts; the part itself when it is one.
std::vector<MarkovPart> componentsOf(MarkovPart&& part) {
  const std::size_t n = part.size();
  JoinedSets sets(n);
  std::size_t components = n;
  for (std::uint32_t j = 0; j < n && components > 1; ++j)
    for (const Neighbour& entry : part.column(j))
      if (sets.rootOf(entry.node) != sets.rootOf(j)) {
        sets.join(entry.node, j);
        --components;
      }
  std::vector<MarkovPart> all;
  if (components == 1) {
    all.push_back(std::move(part));
    return all;
  }
  all.resize(components);
  std::vector<std::uint32_t> which(n), place(n);
  std::uint32_t known = 0;
  for (std::uint32_t j = 0; j < n; ++j) { // a root is the lowest node of its set
    const std::uint32_t root = sets.rootOf(j);
    which[j] = root == j ? known++ : which[root];
    MarkovPart& to = all[which[j]];
    place[j] = static_cast<std::uint32_t>(to.nodes.size());
    to.nodes.push_back(part.nodes[j]);
  }
  for (std::uint32_t j = 0; j < n; ++j) {
    MarkovPart& to = all[which[j]];
    to.starts.push_back(static_cast<std::uint32_t>(to.entries.size()));
    for (const Neighbour& entry : part.column(j))
      to.entries.push_back({place[entry.node], entry.weight});
  }
  for (MarkovPart& one : all) {
    one.starts.push_back(static_cast<std::uint32_t>(one.entries.size()));
    one.iterations = part.iterations;
    one.chaos = part.chaos; // not known apart; the next iteration tells
  }
  return all;
}

} // namespace

PartSolver::PartSolver(std::int64_t nodes, const MarkovOptions& options, int threads) : options_(options) {
  work_.reserve(static_cast<std::size_t>(threads));
  for (int t = 0; t < threads; ++t)
    work_.push_back(std::make_unique<Work>(nodes, options));
}

void PartSolver::makeColumns(const MarkovPart& part, bool dense, std::size_t from, std::size_t to, Work& work,
                             Piece& piece) const {
  piece.entries.clear();
  piece.counts.clear();
  piece.chaos = 0;
  const auto columnOf = [&part](std::uint32_t k) { return part.column(k); };
  const std::size_t panel = dense ? DenseMatrix::panel : PanelWork::width, padded = dense_.paddedRows();
  if (dense) work.product.resize(panel * padded);
  for (std::size_t first = from; first < to; first += panel) {
    work.wanted.clear();
    for (std::size_t j = first; j < std::min(to, first + panel); ++j)
      work.wanted.push_back(static_cast<std::uint32_t>(j));
    if (dense) {
      work.panel.gather(work.wanted, columnOf);
      dense_.multiply(work.panel.needed(), work.panel.factors(), work.product);
      work.panel.finishDense(work.product, part.size(), padded, work.wanted.size());
    } else {
      work.panel.expand(work.wanted, columnOf);
    }
    for (std::size_t c = 0; c < work.wanted.size(); ++c) {
      const auto result = work.panel.result(c);
      piece.entries.insert(piece.entries.end(), result.begin(), result.end());
      piece.counts.push_back(static_cast<std::uint32_t>(result.size()));
      piece.chaos = std::max(piece.chaos, work.panel.chaos(c));
    }
  }
}

bool PartSolver::iterate(MarkovPart& part, const std::function<bool()>& goOn) {
  const std::size_t n = part.size(), pieces = (n + columnsAtOnce - 1) / columnsAtOnce;
  double products = 0;
  for (const Neighbour& entry : part.entries)
    products += part.starts[entry.node + 1] - part.starts[entry.node];
  const auto size = static_cast<double>(n);
  const bool dense = n >= 16 && size * size * (0.5 + static_cast<double>(part.entries.size()) / size * 0.05) < products;
  if (dense) {
    dense_.reset(n);
    for (std::size_t j = 0; j < n; ++j)
      for (const Neighbour& entry : part.column(j))
        dense_.set(entry.node, j, entry.weight);
  }
  if (pieces_.size() < pieces) pieces_.resize(pieces);
  std::atomic<bool> stop{false};
  const auto make = [&](std::size_t p, Work& work) {
    if (stop.load(std::memory_order_relaxed)) return;
    const std::size_t from = p * columnsAtOnce;
    makeColumns(part, dense, from, std::min(n, from + columnsAtOnce), work, pieces_[p]);
    if (!goOn()) stop = true;
  };
  const int threads = static_cast<int>(std::min(work_.size(), pieces));
  if (threads == 1) {
    for (std::size_t p = 0; p < pieces; ++p)
      make(p, *work_[0]);
  } else {
#pragma omp parallel for num_threads(threads) schedule(dynamic)
    for (std::size_t p = 0; p < pieces; ++p)
      make(p, *work_[static_cast<std::size_t>(omp_get_thread_num())]);
  }
  if (stop) return false;
  part.starts.assign(1, 0);
  part.chaos = 0;
  std::size_t entries = 0;
  for (std::size_t p = 0; p < pieces; ++p)
    entries += pieces_[p].entries.size();
  part.entries.clear();
  part.entries.reserve(entries);
  for (std::size_t p = 0; p < pieces; ++p) {
    part.entries.insert(part.entries.end(), pieces_[p].entries.begin(), pieces_[p].entries.end());
    for (const std::uint32_t count : pieces_[p].counts)
      part.starts.push_back(part.starts.back() + count);
    part.chaos = std::max(part.chaos, pieces_[p].chaos);
  }
  ++part.iterations;
  return true;
}

void PartSolver::read(const MarkovPart& part, std::span<std::uint32_t> representative) const {
  std::vector<FlowColumn> columns(part.size());
  for (std::size_t j = 0; j < part.size(); ++j)
    columns[j] = part.column(j);
  std::vector<std::uint32_t> local(part.size());
  readClusters(columns, local);
  for (std::size_t j = 0; j < part.size(); ++j)
    representative[part.nodes[j]] = part.nodes[local[j]];
}

void PartSolver::solve(MarkovPart part, std::span<std::uint32_t> representative, const std::function<bool()>& goOn) {
  std::vector<MarkovPart> open;
  open.push_back(std::move(part));
  bool stopped = false;
  while (!open.empty()) {
    MarkovPart one = std::move(open.back());
    open.pop_back();
    if (one.size() == 1) {
      representative[one.nodes[0]] = one.nodes[0];
      continue;
    }
    bool settled = false;
    while (!settled && !stopped && one.iterations < options_.mostIterations) {
      if (!iterate(one, goOn)) {
        stopped = true;
        break;
      }
      const auto made = static_cast<std::size_t>(one.iterations);
      if (residuals_.size() < made) residuals_.resize(made);
      residuals_[made - 1] = std::max(residuals_[made - 1], static_cast<double>(one.chaos));
      settled = static_cast<double>(one.chaos) <= options_.chaos;
      if (settled) break;
      std::vector<MarkovPart> pieces = componentsOf(std::move(one));
      one = std::move(pieces.back());
      pieces.pop_back();
      std::move(pieces.begin(), pieces.end(), std::back_inserter(open));
      if (one.size() == 1) settled = true;
    }
    if (!settled) converged_ = false;
    if (one.size() > 1) chaos_ = std::max(chaos_, one.chaos);
    read(one, representative);
  }
}

} // namespace discern::methods
