#pragma once
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace discern::data {

/// Many numbers inside JSON: base64 of their bytes, as this machine keeps them (little-endian). A tenth of the time of
/// writing each as text, and NaN goes along.
[[nodiscard]] std::string packBytes(std::span<const std::byte> bytes);
/// Throws UsageError for what isn't base64.
[[nodiscard]] std::vector<std::byte> unpackBytes(std::string_view text);

template <typename T>
[[nodiscard]] std::string packed(const std::vector<T>& values) {
  return packBytes(std::as_bytes(std::span(values)));
}

template <typename T>
[[nodiscard]] std::vector<T> unpacked(std::string_view text) {
  const std::vector<std::byte> bytes = unpackBytes(text);
  std::vector<T> values(bytes.size() / sizeof(T));
  std::copy_n(bytes.data(), values.size() * sizeof(T), reinterpret_cast<std::byte*>(values.data()));
  return values;
}

} // namespace discern::data
