#include "methods/clustering/markov_exchange.h"

#include <new>
#include <sys/mman.h>

namespace discern::methods {

void ColumnArena::Unmap::operator()(Neighbour* piece) const { munmap(piece, bytes); }

Neighbour* ColumnArena::room(std::size_t entries) {
  constexpr std::size_t piece = 1 << 20; // eight megabytes, of which those that are not used take no memory
  if (used_ + entries > size_) {
    size_ = std::max(piece, entries);
    const std::size_t bytes = size_ * sizeof(Neighbour);
    void* const memory = mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) throw std::bad_alloc();
    pieces_.emplace_back(static_cast<Neighbour*>(memory), Unmap{bytes});
    used_ = 0;
  }
  Neighbour* const at = pieces_.empty() ? nullptr : pieces_.back().get() + used_;
  used_ += entries;
  return at;
}

FlowColumn ColumnArena::keep(std::span<const Neighbour> column) {
  Neighbour* const at = room(column.size());
  std::copy(column.begin(), column.end(), at);
  return {at, column.size()};
}

std::vector<std::vector<std::uint32_t>>
ColumnExchange::exchanged(const std::vector<std::vector<std::uint32_t>>& toEach) const {
  if (!several()) return toEach;
  std::vector<std::span<const std::byte>> bytes;
  bytes.reserve(toEach.size());
  for (const auto& one : toEach)
    bytes.push_back(std::as_bytes(std::span(one)));
  std::vector<std::vector<std::uint32_t>> fromEach;
  for (const auto& from : ranks_->exchange(bytes)) {
    fromEach.emplace_back(from.size() / sizeof(std::uint32_t));
    if (!from.empty()) std::memcpy(fromEach.back().data(), from.data(), from.size());
  }
  return fromEach;
}

void ColumnExchange::send(const std::vector<std::vector<Parcel>>& toEach, ColumnArena& arena,
                          const std::function<void(std::uint32_t, const FlowColumn&)>& take) const {
  struct Head {
    std::uint32_t number = 0, count = 0;
  };
  static_assert(sizeof(Head) == sizeof(Neighbour));
  std::vector<std::vector<Neighbour>> packed(toEach.size());
  std::vector<std::span<const std::byte>> bytes;
  for (std::size_t r = 0; r < toEach.size(); ++r) {
    std::size_t total = 0;
    for (const Parcel& parcel : toEach[r])
      total += 1 + parcel.column.count;
    packed[r].reserve(total);
    for (const Parcel& parcel : toEach[r]) {
      const Head head{parcel.number, parcel.column.count};
      Neighbour entry;
      std::memcpy(static_cast<void*>(&entry), &head, sizeof head);
      packed[r].push_back(entry);
      packed[r].insert(packed[r].end(), parcel.column.begin(), parcel.column.end());
    }
    bytes.push_back(std::as_bytes(std::span(packed[r])));
  }
  const auto received = ranks_->exchange(bytes);
  packed = {};
  for (const auto& from : received)
    for (std::size_t at = 0; at < from.size();) {
      Head head;
      std::memcpy(&head, from.data() + at, sizeof head);
      at += sizeof head;
      Neighbour* const to = arena.room(head.count);
      if (head.count > 0) std::memcpy(static_cast<void*>(to), from.data() + at, head.count * sizeof(Neighbour));
      at += head.count * sizeof(Neighbour);
      take(head.number, {to, head.count});
    }
}

std::vector<FlowColumn> ColumnExchange::strong(const std::vector<FlowColumn>& columns, ColumnArena& arena) const {
  if (!several()) return columns;
  ColumnArena own;
  std::vector<Parcel> parcels;
  std::vector<Neighbour> entries;
  for (std::size_t j = 0; j < columns.size(); ++j) {
    if (columns[j].count == 0) continue;
    float greatest = 0;
    for (const Neighbour& entry : columns[j])
      greatest = std::max(greatest, entry.weight);
    entries.clear();
    for (const Neighbour& entry : columns[j])
      if (entry.weight >= greatest / 2) entries.push_back(entry);
    parcels.push_back({static_cast<std::uint32_t>(j), own.keep(entries)});
  }
  std::vector<FlowColumn> all(columns.size());
  send(std::vector(static_cast<std::size_t>(size()), parcels), arena,
       [&all](std::uint32_t number, const FlowColumn& column) { all[number] = column; });
  return all;
}

} // namespace discern::methods
