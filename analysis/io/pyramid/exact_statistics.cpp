#include "io/pyramid/exact_statistics.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <type_traits>

namespace discern::io {

namespace {

constexpr unsigned dropped = 14; ///< bits of a float's key that a cell leaves open: 9 bits of the mantissa remain
constexpr std::size_t floatCells = std::size_t{1} << (32 - dropped);

/// The bits of a float in the order of its values.
std::uint32_t keyOf(float value) {
  const auto bits = std::bit_cast<std::uint32_t>(value);
  return (bits & 0x80000000U) != 0 ? ~bits : bits | 0x80000000U;
}
float valueOf(std::uint32_t key) { return std::bit_cast<float>((key & 0x80000000U) != 0 ? key & 0x7fffffffU : ~key); }

template <typename T>
constexpr bool isSmall = std::is_integral_v<T> && sizeof(T) <= 2;

template <typename T>
std::size_t cellOf(T value) {
  if constexpr (isSmall<T>) {
    return static_cast<std::size_t>(static_cast<int>(value) - static_cast<int>(std::numeric_limits<T>::min()));
  } else {
    constexpr auto most = static_cast<double>(std::numeric_limits<float>::max());
    const auto number = static_cast<float>(std::clamp(static_cast<double>(value), -most, most));
    return keyOf(number) >> dropped;
  }
}

/// Counts of the cells that `parts` says lie in [low, high], spread over bins so that none is lost.
void spread(std::uint64_t count, double low, double high, std::vector<double>& bins) {
  const auto last = static_cast<double>(bins.size());
  low = std::clamp(low, 0.0, last);
  high = std::clamp(high, 0.0, last);
  const auto first = std::min(bins.size() - 1, static_cast<std::size_t>(low));
  const auto end = std::min(bins.size() - 1, static_cast<std::size_t>(high));
  if (first == end || high <= low) {
    bins[first] += static_cast<double>(count);
    return;
  }
  for (std::size_t bin = first; bin <= end; ++bin) {
    const double from = std::max(low, static_cast<double>(bin)), to = std::min(high, static_cast<double>(bin) + 1);
    bins[bin] += static_cast<double>(count) * std::max(0.0, to - from) / (high - low);
  }
}

/// Whole numbers that add up to `total`.
std::vector<std::int64_t> rounded(const std::vector<double>& bins) {
  std::vector<std::int64_t> whole(bins.size());
  double carried = 0, done = 0;
  for (std::size_t i = 0; i < bins.size(); ++i) {
    carried += bins[i];
    const double now = std::floor(carried - done + 0.5);
    whole[i] = static_cast<std::int64_t>(now);
    done += now;
  }
  return whole;
}

} // namespace

ExactStatistics::ExactStatistics(data::ScalarType type)
    : type_(type), counts_(data::dispatch(type, [](auto tag) -> std::size_t {
        using T = typename decltype(tag)::type;
        return isSmall<T> ? std::size_t{1} << (8 * sizeof(T)) : floatCells;
      })) {}

void ExactStatistics::add(std::span<const std::byte> values, const std::optional<double>& missing) {
  data::dispatch(type_, [&](auto tag) {
    using T = typename decltype(tag)::type;
    addAll(std::span(reinterpret_cast<const T*>(values.data()), values.size() / sizeof(T)), missing);
  });
}

template <typename T>
void ExactStatistics::addAll(std::span<const T> values, const std::optional<double>& missing) {
  constexpr std::size_t stretch = 1 << 16; // sums stay short, so that no digits are lost
  const double gone = missing.value_or(std::numeric_limits<double>::quiet_NaN());
  for (std::size_t begin = 0; begin < values.size(); begin += stretch) {
    const auto part = values.subspan(begin, std::min(stretch, values.size() - begin));
    double sum = 0, squares = 0, shift = 0;
    double least = std::numeric_limits<double>::infinity(), most = -least;
    std::size_t n = 0;
    for (const T value : part) {
      const auto number = static_cast<double>(value);
      if constexpr (std::is_floating_point_v<T>) {
        if (!std::isfinite(value)) continue;
      }
      if (number == gone) continue;
      if (n == 0) shift = number;
      const double apart = number - shift;
      sum += apart;
      squares += apart * apart;
      least = std::min(least, number);
      most = std::max(most, number);
      ++counts_[cellOf(value)];
      ++n;
    }
    missing_ += static_cast<std::int64_t>(part.size() - n);
    if (n == 0) continue;
    const auto many = static_cast<double>(n);
    mergeMoments(many, shift + sum / many, std::max(0.0, squares - sum * sum / many), least, most);
  }
}

/// Chan, Golub and LeVeque 1979, "Updating formulae and a pairwise algorithm for computing sample variances".
void ExactStatistics::mergeMoments(double count, double mean, double squares, double min, double max) {
  if (count <= 0) return;
  if (count_ <= 0) {
    count_ = count;
    mean_ = mean;
    squares_ = squares;
    min_ = min;
    max_ = max;
    return;
  }
  const double both = count_ + count, apart = mean - mean_;
  squares_ += squares + apart * apart * count_ * count / both;
  mean_ += apart * count / both;
  count_ = both;
  min_ = std::min(min_, min);
  max_ = std::max(max_, max);
}

void ExactStatistics::merge(const ExactStatistics& other) {
  mergeMoments(other.count_, other.mean_, other.squares_, other.min_, other.max_);
  missing_ += other.missing_;
  for (std::size_t i = 0; i < counts_.size(); ++i)
    counts_[i] += other.counts_[i];
}

ExactStatistics::Kept ExactStatistics::kept() const {
  Kept all;
  all.moments = {count_, static_cast<double>(missing_), min_, max_, mean_, squares_};
  for (std::size_t i = 0; i < counts_.size(); ++i)
    if (counts_[i] > 0) {
      all.cells.push_back(static_cast<std::uint32_t>(i));
      all.counts.push_back(counts_[i]);
    }
  return all;
}

bool ExactStatistics::merge(const Kept& kept) {
  if (kept.moments.size() != 6 || kept.cells.size() != kept.counts.size()) return false;
  double sum = 0;
  for (std::size_t i = 0; i < kept.cells.size(); ++i) {
    if (kept.cells[i] >= counts_.size()) return false;
    sum += static_cast<double>(kept.counts[i]);
  }
  if (sum != kept.moments[0]) return false;
  for (std::size_t i = 0; i < kept.cells.size(); ++i)
    counts_[kept.cells[i]] += kept.counts[i];
  missing_ += static_cast<std::int64_t>(kept.moments[1]);
  mergeMoments(kept.moments[0], kept.moments[4], kept.moments[5], kept.moments[2], kept.moments[3]);
  return true;
}

/// The values that a cell stands for: from, to.
std::pair<double, double> ExactStatistics::cell(std::size_t index) const {
  return data::dispatch(type_, [&](auto tag) -> std::pair<double, double> {
    using T = typename decltype(tag)::type;
    if constexpr (isSmall<T>) {
      const double value = static_cast<double>(index) + static_cast<double>(std::numeric_limits<T>::min());
      return {value, value};
    } else {
      const auto key = static_cast<std::uint32_t>(index << dropped);
      const auto low = static_cast<double>(valueOf(key)),
                 high = static_cast<double>(valueOf(key | ((1U << dropped) - 1)));
      if constexpr (std::is_integral_v<T>) return {std::ceil(low), std::floor(high)};
      return {low, high};
    }
  });
}

data::Statistics ExactStatistics::result() const {
  data::Statistics s;
  s.sampled = false;
  s.count = static_cast<std::int64_t>(count_);
  s.missing = missing_;
  s.histogram.assign(256, 0);
  if (count_ <= 0) return s;
  s.min = s.binLow = min_;
  s.max = s.binHigh = max_;
  s.mean = mean_;
  s.deviation = std::sqrt(squares_ / count_);
  const double width = max_ > min_ ? (max_ - min_) / 256 : 1;
  std::vector<double> bins(256, 0);
  // Percentiles as of the sorted values, linear between neighbours; within a cell the values are taken as spread
  // evenly.
  const auto valueAt = [&](double rank) {
    double before = 0;
    for (std::size_t i = 0; i < counts_.size(); ++i) {
      const auto here = static_cast<double>(counts_[i]);
      if (here == 0) continue;
      if (rank < before + here) {
        auto [low, high] = cell(i);
        low = std::clamp(low, min_, max_);
        high = std::clamp(high, min_, max_);
        return here > 1 ? low + (high - low) * (rank - before) / (here - 1) : low;
      }
      before += here;
    }
    return max_;
  };
  const auto percentile = [&](double q) {
    const double at = q * (count_ - 1), below = std::floor(at);
    const double low = valueAt(below);
    return at > below ? low + (at - below) * (valueAt(below + 1) - low) : low;
  };
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    if (counts_[i] == 0) continue;
    const auto [low, high] = cell(i);
    spread(counts_[i], (low - min_) / width, (high - min_) / width, bins);
  }
  s.histogram = rounded(bins);
  s.low = percentile(0.005);
  s.high = percentile(0.998);
  if (!(s.high > s.low)) {
    s.low = s.min;
    s.high = s.max;
  }
  return s;
}

} // namespace discern::io
