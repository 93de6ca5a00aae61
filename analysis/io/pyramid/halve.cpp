#include "io/pyramid/halve.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <type_traits>

namespace discern::io {

namespace {

std::size_t voxelsOf(const data::Index3& shape) { return static_cast<std::size_t>(shape[0] * shape[1] * shape[2]); }

/// Sums and counts of pairs along x of a few rows.
template <typename Work>
struct Rows {
  std::vector<Work> sum;
  std::vector<std::uint8_t> count;
};

/// Adds a row; what `isMissing` holds for is left out.
template <typename From, typename Work, typename Missing>
void addRow(const From* row, Rows<Work>& to, const Missing& isMissing) {
  Work* sum = to.sum.data();
  std::uint8_t* count = to.count.data();
  const std::size_t n = to.sum.size();
  for (std::size_t i = 0; i < n; ++i) {
    const bool gone = isMissing(row[i]);
    sum[i] += gone ? Work{0} : static_cast<Work>(row[i]);
    count[i] = static_cast<std::uint8_t>(count[i] + (gone ? 0 : 1));
  }
}

/// The next level by mean: NaN where all voxels of a block are missing.
template <typename From, typename Work, typename Missing>
std::vector<Work> meanOf(const From* from, const data::Index3& shape, const Missing& isMissing) {
  const data::Index3 half = halfOf(shape);
  std::vector<Work> out(voxelsOf(half));
  Rows<Work> rows{std::vector<Work>(static_cast<std::size_t>(shape[0])),
                  std::vector<std::uint8_t>(static_cast<std::size_t>(shape[0]))};
  Work* to = out.data();
  for (std::int64_t k = 0; k < half[2]; ++k)
    for (std::int64_t j = 0; j < half[1]; ++j) {
      std::fill(rows.sum.begin(), rows.sum.end(), Work{0});
      std::fill(rows.count.begin(), rows.count.end(), std::uint8_t{0});
      for (std::int64_t z = 2 * k; z < std::min(2 * k + 2, shape[2]); ++z)
        for (std::int64_t y = 2 * j; y < std::min(2 * j + 2, shape[1]); ++y)
          addRow(from + (z * shape[1] + y) * shape[0], rows, isMissing);
      const Work* sum = rows.sum.data();
      const std::uint8_t* count = rows.count.data();
      for (std::int64_t i = 0; i < shape[0] / 2; ++i)
        to[i] = (sum[2 * i] + sum[2 * i + 1]) / static_cast<Work>(count[2 * i] + count[2 * i + 1]); // 0/0: NaN
      if (shape[0] % 2 != 0) to[half[0] - 1] = sum[shape[0] - 1] / static_cast<Work>(count[shape[0] - 1]);
      to += half[0];
    }
  return out;
}

template <typename T, typename Work>
std::vector<std::byte> stored(const std::vector<Work>& means, const std::optional<double>& missing) {
  std::vector<std::byte> bytes(means.size() * sizeof(T));
  T* out = reinterpret_cast<T*>(bytes.data());
  if constexpr (std::is_floating_point_v<T>) {
    for (std::size_t i = 0; i < means.size(); ++i)
      out[i] = static_cast<T>(means[i]);
  } else {
    const T gone = missing ? static_cast<T>(*missing) : T{0};
    for (std::size_t i = 0; i < means.size(); ++i)
      out[i] = std::isnan(means[i]) ? gone : static_cast<T>(std::nearbyint(means[i]));
  }
  return bytes;
}

template <typename T>
std::vector<std::vector<std::byte>> means(const T* values, const data::Index3& shape, int count,
                                          const std::optional<double>& missing) {
  // Sums of eight values of two bytes fit the digits of a float.
  using Work = std::conditional_t<std::is_integral_v<T> && sizeof(T) <= 2, float, double>;
  std::vector<std::vector<std::byte>> levels;
  levels.reserve(static_cast<std::size_t>(std::max(count, 0)));
  std::vector<Work> level;
  data::Index3 now = shape;
  for (int l = 0; l < count; ++l) {
    if (l > 0) {
      level = meanOf<Work, Work>(level.data(), now, [](Work v) { return std::isnan(v); });
    } else if constexpr (std::is_floating_point_v<T>) {
      level = meanOf<T, Work>(values, now, [](T v) { return std::isnan(v); });
    } else if (missing) {
      const auto gone = static_cast<T>(*missing);
      level = meanOf<T, Work>(values, now, [gone](T v) { return v == gone; });
    } else {
      level = meanOf<T, Work>(values, now, [](T) { return false; });
    }
    now = halfOf(now);
    levels.push_back(stored<T>(level, missing));
  }
  return levels;
}

template <typename T>
T modeOf(const T* from, const data::Index3& shape, std::int64_t i, std::int64_t j, std::int64_t k) {
  std::array<T, 8> values{};
  std::size_t n = 0;
  for (std::int64_t z = 2 * k; z < std::min(2 * k + 2, shape[2]); ++z)
    for (std::int64_t y = 2 * j; y < std::min(2 * j + 2, shape[1]); ++y)
      for (std::int64_t x = 2 * i; x < std::min(2 * i + 2, shape[0]); ++x)
        values[n++] = from[(z * shape[1] + y) * shape[0] + x];
  T best = values[0];
  std::size_t most = 0;
  for (std::size_t a = 0; a + most < n; ++a) {
    std::size_t same = 0;
    for (std::size_t b = a; b < n; ++b)
      same += values[b] == values[a] ? 1 : 0;
    if (same > most) {
      most = same;
      best = values[a];
    }
  }
  return best;
}

template <typename T>
std::vector<std::vector<std::byte>> modes(const T* values, const data::Index3& shape, int count) {
  std::vector<std::vector<std::byte>> levels;
  levels.reserve(static_cast<std::size_t>(std::max(count, 0)));
  data::Index3 now = shape;
  const T* from = values;
  for (int l = 0; l < count; ++l) {
    const data::Index3 half = halfOf(now);
    std::vector<std::byte> bytes(voxelsOf(half) * sizeof(T));
    T* to = reinterpret_cast<T*>(bytes.data());
    for (std::int64_t k = 0; k < half[2]; ++k)
      for (std::int64_t j = 0; j < half[1]; ++j)
        for (std::int64_t i = 0; i < half[0]; ++i)
          *to++ = modeOf(from, now, i, j, k);
    levels.push_back(std::move(bytes));
    from = reinterpret_cast<const T*>(levels.back().data());
    now = half;
  }
  return levels;
}

} // namespace

Halving halvingOf(const data::FieldInfo& field) { return field.labels ? Halving::Mode : Halving::Mean; }

data::Index3 halfOf(const data::Index3& shape) { return {(shape[0] + 1) / 2, (shape[1] + 1) / 2, (shape[2] + 1) / 2}; }

std::vector<std::vector<std::byte>> halved(const data::FieldInfo& field, std::span<const std::byte> values,
                                           const data::Index3& shape, int count) {
  return data::dispatch(field.type, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T* from = reinterpret_cast<const T*>(values.data());
    if (halvingOf(field) == Halving::Mode) return modes(from, shape, count);
    return means(from, shape, count, field.missing);
  });
}

} // namespace discern::io
