#pragma once
#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <cstring>
#include <span>

namespace discern::io {

/// A number that is stored with its highest byte first. `bytes` must reach to it.
template <typename T>
[[nodiscard]] T bigEndian(std::span<const std::byte> bytes, std::size_t at) {
  std::array<std::byte, sizeof(T)> raw;
  std::memcpy(raw.data(), bytes.data() + at, sizeof(T));
  std::reverse(raw.begin(), raw.end());
  return std::bit_cast<T>(raw);
}

} // namespace discern::io
