#include "methods/segmentation/flood.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace discern::methods {
namespace {

constexpr std::size_t cache = 512 * 1024; // bytes that a core keeps near at hand

/// A whole number that orders like the float; NaN last.
std::uint32_t ordered(float value) {
  if (std::isnan(value)) return std::numeric_limits<std::uint32_t>::max();
  const auto bits = std::bit_cast<std::uint32_t>(value == 0 ? 0.0F : value);
  return (bits & 0x80000000U) != 0 ? ~bits : bits | 0x80000000U;
}

/// Sorts by the upper 32 bits, keeping the order of equals. `spare` is as long as `keys`.
void radixSort(std::vector<std::uint64_t>& keys, std::vector<std::uint64_t>& spare, ProgressMeter& meter) {
  constexpr int digitBits = 11;
  constexpr std::size_t digits = 1U << digitBits;
  for (int shift = 32; shift < 64 && !meter.stopped(); shift += digitBits) {
    std::vector<std::size_t> place(digits + 1);
    const auto digit = [shift](std::uint64_t key) { return static_cast<std::size_t>(key >> shift) & (digits - 1); };
    for (const std::uint64_t key : keys)
      ++place[digit(key) + 1];
    if (std::find(place.begin(), place.end(), keys.size()) != place.end()) continue; // all alike in this digit
    for (std::size_t d = 1; d <= digits; ++d)
      place[d] += place[d - 1];
    for (const std::uint64_t key : keys)
      spare[place[digit(key)]++] = key;
    keys.swap(spare);
    meter.advance(0);
  }
}

} // namespace

Flood::Flood(std::span<const float> values, const Shape3& shape, Connectivity connectivity, FloodFrom from)
    : values_(values), shape_(shape), connectivity_(connectivity), from_(from) {}

void Flood::layOut(std::span<const Run> runs) {
  std::array<std::int64_t, 3> lo{shape_[0], shape_[1], shape_[2]}, hi{0, 0, 0};
  for (const Run& run : runs) {
    const std::int64_t y = run.row % shape_[1], z = run.row / shape_[1];
    lo = {std::min<std::int64_t>(lo[0], run.x0), std::min(lo[1], y), std::min(lo[2], z)};
    hi = {std::max<std::int64_t>(hi[0], run.x1), std::max(hi[1], y + 1), std::max(hi[2], z + 1)};
  }
  std::int64_t size = 1;
  for (std::size_t a = 0; a < 3; ++a) {
    border_[a] = shape_[a] > 1 ? 1 : 0;
    low_[a] = lo[a];
    extent_[a] = hi[a] - lo[a] + 2 * border_[a];
    if (extent_[a] > std::numeric_limits<std::int32_t>::max() / size)
      throw std::invalid_argument("a connected component is too large to flood: its box has more than 2^31 voxels");
    size *= extent_[a];
  }
  cells_.assign(static_cast<std::size_t>(size), {});
  outgrowsCache_ = cells_.size() * sizeof(Cell) > cache;
  for (const Run& run : runs) {
    Cell* cell = cells_.data() + cellOf(run.row, run.x0);
    for (std::int32_t x = run.x0; x < run.x1; ++x)
      (cell++)->label = 0;
  }

  // In the order in which scikit-image visits them: the six faces by index.
  offsets_.clear();
  for (std::int64_t dz = -border_[2]; dz <= border_[2]; ++dz)
    for (std::int64_t dy = -border_[1]; dy <= border_[1]; ++dy)
      for (std::int64_t dx = -border_[0]; dx <= border_[0]; ++dx) {
        const std::int64_t steps = std::abs(dx) + std::abs(dy) + std::abs(dz);
        if (steps == 1 || (steps > 1 && connectivity_ == Connectivity::Corners))
          offsets_.push_back((dz * extent_[1] + dy) * extent_[0] + dx);
      }
}

std::int64_t Flood::cellOf(std::int64_t row, std::int64_t x) const {
  const std::int64_t y = row % shape_[1] - low_[1] + border_[1], z = row / shape_[1] - low_[2] + border_[2];
  return (z * extent_[1] + y) * extent_[0] + x - low_[0] + border_[0];
}

std::int32_t Flood::rankWhole(std::span<const Run> runs, float least) {
  std::int32_t most = 0;
  for (const Run& run : runs) {
    const float* row = values_.data() + run.row * shape_[0];
    Cell* cell = cells_.data() + cellOf(run.row, run.x0);
    for (std::int32_t x = run.x0; x < run.x1; ++x, ++cell) {
      cell->level = static_cast<std::int32_t>((from_ == FloodFrom::Minima ? row[x] : -row[x]) - least);
      most = std::max(most, cell->level);
    }
  }
  return most + 1;
}

std::int32_t Flood::rankSorted(std::span<const Run> runs, ProgressMeter& meter) {
  keys_.clear();
  cellOfKey_.clear();
  for (const Run& run : runs) {
    const float* row = values_.data() + run.row * shape_[0];
    auto cell = static_cast<std::int32_t>(cellOf(run.row, run.x0));
    for (std::int32_t x = run.x0; x < run.x1; ++x) {
      const std::uint32_t key = ordered(from_ == FloodFrom::Minima ? row[x] : -row[x]);
      keys_.push_back(std::uint64_t{key} << 32U | cellOfKey_.size());
      cellOfKey_.push_back(cell++);
    }
  }
  meter.advance(0);
  sorted_.resize(keys_.size());
  radixSort(keys_, sorted_, meter);
  std::int32_t level = 0;
  for (std::size_t i = 0; i < keys_.size(); ++i) {
    if (i > 0 && keys_[i] >> 32U != keys_[i - 1] >> 32U) ++level;
    cells_[static_cast<std::size_t>(cellOfKey_[static_cast<std::uint32_t>(keys_[i])])].level = level;
  }
  return level + 1;
}

void Flood::rank(std::span<const Run> runs, ProgressMeter& meter) {
  float least = std::numeric_limits<float>::infinity(), most = -least;
  bool whole = true;
  std::int64_t count = 0;
  for (const Run& run : runs) {
    const float* row = values_.data() + run.row * shape_[0];
    count += run.x1 - run.x0;
    for (std::int32_t x = run.x0; x < run.x1; ++x) {
      const float value = from_ == FloodFrom::Minima ? row[x] : -row[x];
      whole = whole && value == std::trunc(value);
      least = std::min(least, value);
      most = std::max(most, value);
    }
  }
  meter.advance(0);
  // Whole numbers (squared distances in voxels) of a moderate range need no sorting: the value is the rank.
  const double range = static_cast<double>(most) - least;
  const std::int32_t levels =
      whole && range < 65536.0 + static_cast<double>(count) ? rankWhole(runs, least) : rankSorted(runs, meter);

  queues_.assign(static_cast<std::size_t>(levels), {});
  chunks_.clear();
  spare_ = -1;
  waiting_.clear();
  std::size_t bits = static_cast<std::size_t>(levels);
  do {
    bits = (bits + 63) / 64;
    waiting_.emplace_back(bits);
  } while (bits > 1);
  current_ = levels;
}

std::int32_t Flood::takeChunk() {
  std::int32_t taken = spare_;
  if (taken >= 0) {
    spare_ = chunks_[static_cast<std::size_t>(taken)].next;
  } else {
    taken = static_cast<std::int32_t>(chunks_.size());
    chunks_.emplace_back();
  }
  chunks_[static_cast<std::size_t>(taken)].next = -1;
  return taken;
}

void Flood::push(std::int32_t cell) {
  const std::int32_t level = cells_[static_cast<std::size_t>(cell)].level;
  Queue& queue = queues_[static_cast<std::size_t>(level)];
  if (queue.head < 0) {
    queue.head = queue.tail = takeChunk();
    queue.first = queue.end = 0;
    current_ = std::min(current_, level);
    auto bit = static_cast<std::size_t>(level);
    for (auto& words : waiting_) {
      words[bit / 64] |= std::uint64_t{1} << (bit % 64);
      bit /= 64;
    }
  } else if (queue.end == Chunk::capacity) {
    const std::int32_t added = takeChunk();
    chunks_[static_cast<std::size_t>(queue.tail)].next = added;
    queue.tail = added;
    queue.end = 0;
  }
  chunks_[static_cast<std::size_t>(queue.tail)].cells[static_cast<std::size_t>(queue.end++)] = cell;
}

std::int32_t Flood::pop(std::int32_t level) {
  Queue& queue = queues_[static_cast<std::size_t>(level)];
  const std::int32_t chunk = queue.head;
  const std::int32_t cell = chunks_[static_cast<std::size_t>(chunk)].cells[static_cast<std::size_t>(queue.first++)];
  const bool last = chunk == queue.tail && queue.first == queue.end;
  if (!last && queue.first < Chunk::capacity) return cell;
  queue.head = last ? -1 : chunks_[static_cast<std::size_t>(chunk)].next;
  queue.first = 0;
  chunks_[static_cast<std::size_t>(chunk)].next = spare_;
  spare_ = chunk;
  if (last) { // clear the level's bit, and those above that stood for it alone
    auto bit = static_cast<std::size_t>(level);
    for (auto& words : waiting_) {
      words[bit / 64] &= ~(std::uint64_t{1} << (bit % 64));
      if (words[bit / 64] != 0) break;
      bit /= 64;
    }
  }
  return cell;
}

/// Asks for the memory around the cell that is a chunk behind the next one.
void Flood::fetchSoon(const Queue& queue) const {
  const std::int32_t following = chunks_[static_cast<std::size_t>(queue.head)].next;
  if (following < 0 || (following == queue.tail && queue.first >= queue.end)) return;
  const std::int64_t cell = chunks_[static_cast<std::size_t>(following)].cells[static_cast<std::size_t>(queue.first)];
  const Cell* at = cells_.data() + cell;
  const std::int64_t row = extent_[0], plane = extent_[0] * extent_[1];
  __builtin_prefetch(at, 1);
  __builtin_prefetch(at - row, 1);
  __builtin_prefetch(at + row, 1);
  __builtin_prefetch(at - plane, 1);
  __builtin_prefetch(at + plane, 1);
}

std::int32_t Flood::lowestLevel() const {
  if (waiting_.back()[0] == 0) return -1;
  std::size_t bit = 0;
  for (auto words = waiting_.rbegin(); words != waiting_.rend(); ++words)
    bit = bit * 64 + static_cast<std::size_t>(std::countr_zero((*words)[bit]));
  return static_cast<std::int32_t>(bit);
}

void Flood::spread(ProgressMeter& meter) {
  constexpr std::int64_t batch = 1 << 14;
  std::int64_t visited = 0;
  for (std::int32_t level = lowestLevel(); level >= 0; level = lowestLevel()) {
    current_ = level;
    const Queue& queue = queues_[static_cast<std::size_t>(level)];
    while (queue.head >= 0 && current_ == level) {
      if (outgrowsCache_) fetchSoon(queue);
      const std::int32_t cell = pop(level);
      const std::int32_t label = cells_[static_cast<std::size_t>(cell)].label;
      for (const std::int64_t offset : offsets_) {
        const std::int64_t neighbour = cell + offset;
        if (cells_[static_cast<std::size_t>(neighbour)].label != 0) continue;
        cells_[static_cast<std::size_t>(neighbour)].label = label;
        push(static_cast<std::int32_t>(neighbour));
      }
      if (++visited % batch == 0) {
        meter.advance(batch);
        if (meter.stopped()) return;
      }
    }
  }
  meter.advance(visited % batch);
}

void Flood::component(std::span<const Run> runs, std::span<const Seed> seeds, std::span<std::int32_t> labels,
                      ProgressMeter& meter) {
  layOut(runs);
  rank(runs, meter);
  if (meter.stopped()) return;
  for (const Seed& seed : seeds) {
    const auto cell = cellOf(seed.index / shape_[0], seed.index % shape_[0]);
    cells_[static_cast<std::size_t>(cell)].label = seed.label;
    push(static_cast<std::int32_t>(cell));
  }
  spread(meter);
  if (meter.stopped()) return;
  for (const Run& run : runs) {
    const Cell* cell = cells_.data() + cellOf(run.row, run.x0);
    for (std::int32_t x = run.x0; x < run.x1; ++x)
      labels[static_cast<std::size_t>(run.row * shape_[0] + x)] = (cell++)->label;
  }
}

} // namespace discern::methods
