#include "channel/protocol/packing.h"

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <type_traits>
#include <vector>
#include <zstd.h>

namespace discern::channel {

namespace {

bool shuffles(std::size_t element, std::size_t size) { return element > 1 && element <= 16 && size % element == 0; }

void shuffle(const char* from, char* to, std::size_t size, std::size_t element) {
  const std::size_t count = size / element;
  for (std::size_t byte = 0; byte < element; ++byte)
    for (std::size_t i = 0; i < count; ++i)
      to[byte * count + i] = from[i * element + byte];
}

void unshuffle(const char* from, char* to, std::size_t size, std::size_t element) {
  const std::size_t count = size / element;
  for (std::size_t byte = 0; byte < element; ++byte)
    for (std::size_t i = 0; i < count; ++i)
      to[i * element + byte] = from[byte * count + i];
}

bool predicts(std::size_t element, std::size_t size) {
  return (element == 1 || element == 2 || element == 4 || element == 8) && size % element == 0;
}

/// 0, −1, 1, −2 … as 0, 1, 2, 3 …
template <typename U>
U folded(U difference) {
  const U sign = static_cast<U>(-(difference >> (8 * sizeof(U) - 1)));
  return static_cast<U>(static_cast<U>(difference << 1) ^ sign);
}
template <typename U>
U unfolded(U number) {
  return static_cast<U>((number >> 1) ^ static_cast<U>(-(number & 1)));
}

template <typename U>
U expected(U left, U above, U corner) {
  const U low = std::min(left, above), high = std::max(left, above);
  if (corner >= high) return low;
  if (corner <= low) return high;
  return static_cast<U>(left + above - corner);
}

/// Calls `f(i, what is expected there)` for each element in order; `values` before it are as they were by then.
template <typename U, typename F>
void predict(const U* values, std::size_t count, std::size_t row, F&& f) {
  if (count == 0) return;
  f(std::size_t{0}, U{0});
  const std::size_t first = std::min(row, count);
  for (std::size_t i = 1; i < first; ++i)
    f(i, values[i - 1]);
  for (std::size_t begin = row; begin < count; begin += row) {
    const std::size_t end = std::min(begin + row, count);
    f(begin, values[begin - row]);
    for (std::size_t i = begin + 1; i < end; ++i)
      f(i, expected(values[i - 1], values[i - row], values[i - row - 1]));
  }
}

/// Differences of the elements from what is expected. No alignment is needed.
template <typename U>
void toDifferences(const char* from, char* to, std::size_t size, std::size_t row) {
  const std::size_t count = size / sizeof(U);
  std::vector<U> values(count), differences(count);
  std::memcpy(values.data(), from, size);
  predict<U>(values.data(), count, row,
             [&](std::size_t i, U expectation) { differences[i] = folded(static_cast<U>(values[i] - expectation)); });
  std::memcpy(to, differences.data(), size);
}

template <typename U>
void fromDifferences(char* inPlace, std::size_t size, std::size_t row) {
  const std::size_t count = size / sizeof(U);
  std::vector<U> values(count);
  std::memcpy(values.data(), inPlace, size);
  predict<U>(values.data(), count, row,
             [&](std::size_t i, U expectation) { values[i] = static_cast<U>(unfolded(values[i]) + expectation); });
  std::memcpy(inPlace, values.data(), size);
}

/// `f` with a number as wide as an element.
template <typename F>
void withWidth(std::size_t element, F&& f) {
  switch (element) {
  case 1:
    return f(std::uint8_t{});
  case 2:
    return f(std::uint16_t{});
  case 4:
    return f(std::uint32_t{});
  default:
    return f(std::uint64_t{});
  }
}

/// What zstd makes of it; empty when that fails.
std::string squeezed(std::string_view bytes, std::size_t element, std::size_t row) {
  std::string differences, together;
  std::string_view source = bytes;
  if (row > 0) {
    differences.resize(bytes.size());
    withWidth(element, [&](auto number) {
      toDifferences<decltype(number)>(bytes.data(), differences.data(), bytes.size(), row);
    });
    source = differences;
  }
  if (shuffles(element, source.size())) {
    together.resize(source.size());
    shuffle(source.data(), together.data(), source.size(), element);
    source = together;
  }
  std::string packed(ZSTD_compressBound(source.size()), '\0');
  const std::size_t size = ZSTD_compress(packed.data(), packed.size(), source.data(), source.size(), 1);
  packed.resize(ZSTD_isError(size) != 0 ? 0 : size);
  return packed;
}

} // namespace

std::optional<Packed> pack(std::string_view bytes, std::size_t element, std::size_t row) {
  constexpr std::size_t smallest = 512; // below, nothing is won
  constexpr std::size_t sample = std::size_t{32} << 10;
  if (bytes.size() < smallest) return std::nullopt;
  Packed packed;
  if (row > 0 && predicts(element, bytes.size())) {
    const std::string_view some = bytes.substr(0, sample);
    if (squeezed(some, element, row).size() < squeezed(some, element, 0).size()) packed.row = row;
  }
  packed.bytes = squeezed(bytes, element, packed.row);
  if (packed.bytes.empty() || packed.bytes.size() > bytes.size() - bytes.size() / 10) return std::nullopt;
  return packed;
}

bool unpack(std::string_view packed, std::size_t element, std::size_t row, std::span<std::byte> out) {
  char* target = reinterpret_cast<char*>(out.data());
  if (row > 0 && !predicts(element, out.size())) return false;
  if (shuffles(element, out.size())) {
    std::vector<char> together(out.size());
    if (ZSTD_decompress(together.data(), together.size(), packed.data(), packed.size()) != out.size()) return false;
    unshuffle(together.data(), target, out.size(), element);
  } else if (ZSTD_decompress(target, out.size(), packed.data(), packed.size()) != out.size()) {
    return false;
  }
  if (row > 0) withWidth(element, [&](auto number) { fromDifferences<decltype(number)>(target, out.size(), row); });
  return true;
}

} // namespace discern::channel
