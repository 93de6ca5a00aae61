#include "methods/clustering/markov_process.h"

#include "methods/clustering/markov_clusters.h"

#include <algorithm>
#include <array>
#include <numeric>

// Which column has which number, and lies on which rank.
namespace discern::methods {

std::vector<std::uint32_t> MarkovProcess::communities() {
  constexpr int rounds = 10;
  const std::size_t n = nodes_.size();
  std::vector<std::uint32_t> label(n);
  std::iota(label.begin(), label.end(), 0U);
  std::vector<std::uint32_t> fresh(mine_.size());
  for (int round = 0; round < rounds; ++round) {
#pragma omp parallel num_threads(threads_)
    {
      std::vector<float> flow(n, 0);
#pragma omp for schedule(dynamic, 256)
      for (std::size_t i = 0; i < mine_.size(); ++i) {
        const std::uint32_t j = mine_[i];
        fresh[i] = label[j];
        if (((nodes_[j] * 0x9E3779B1U) >> 31U) != static_cast<std::uint32_t>(round % 2)) continue;
        for (const Neighbour& entry : columns_[j])
          if (entry.node != j) flow[label[entry.node]] += entry.weight;
        float most = 0;
        for (const Neighbour& entry : columns_[j]) {
          const std::uint32_t other = label[entry.node];
          if (flow[other] > most || (flow[other] == most && most > 0 && other < fresh[i])) {
            most = flow[other];
            fresh[i] = other;
          }
        }
        for (const Neighbour& entry : columns_[j])
          flow[label[entry.node]] = 0;
      }
    }
    label = inOrder(fresh);
  }
  return label;
}

void MarkovProcess::renumber() {
  const std::size_t n = nodes_.size();
  if (iteration_ == 0) { // later iterations keep the order
    const std::vector<std::uint32_t> community = communities();
    std::stable_sort(left_.begin(), left_.end(),
                     [&](std::uint32_t a, std::uint32_t b) { return community[a] < community[b]; });
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

void MarkovProcess::redistribute() {
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

void MarkovProcess::findMine() {
  mine_.clear();
  for (std::uint32_t j = 0; j < nodes_.size(); ++j)
    if (owner_[j] == exchange_.rank()) mine_.push_back(j);
}

void MarkovProcess::fetch() {
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

void MarkovProcess::shareParts() {
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

void MarkovProcess::agree() {
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

void MarkovProcess::shareResults() {
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

} // namespace discern::methods
