#pragma once
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>

namespace discern::data {

/// The element types a field can have. Names follow NumPy ("uint16", "float32").
enum class ScalarType { Int8, UInt8, Int16, UInt16, Int32, UInt32, Int64, UInt64, Float32, Float64 };

[[nodiscard]] std::size_t sizeOf(ScalarType type);
[[nodiscard]] std::string_view nameOf(ScalarType type);
[[nodiscard]] std::optional<ScalarType> scalarTypeFromName(std::string_view name);
[[nodiscard]] constexpr bool isFloating(ScalarType type) {
  return type == ScalarType::Float32 || type == ScalarType::Float64;
}

template <typename T>
struct TypeTag {
  using type = T;
};

/// Calls `f(TypeTag<T>{})` with the C++ type that `type` stands for, and returns what it returns.
template <typename F>
decltype(auto) dispatch(ScalarType type, F&& f) {
  switch (type) {
  case ScalarType::Int8:
    return std::forward<F>(f)(TypeTag<std::int8_t>{});
  case ScalarType::UInt8:
    return std::forward<F>(f)(TypeTag<std::uint8_t>{});
  case ScalarType::Int16:
    return std::forward<F>(f)(TypeTag<std::int16_t>{});
  case ScalarType::UInt16:
    return std::forward<F>(f)(TypeTag<std::uint16_t>{});
  case ScalarType::Int32:
    return std::forward<F>(f)(TypeTag<std::int32_t>{});
  case ScalarType::UInt32:
    return std::forward<F>(f)(TypeTag<std::uint32_t>{});
  case ScalarType::Int64:
    return std::forward<F>(f)(TypeTag<std::int64_t>{});
  case ScalarType::UInt64:
    return std::forward<F>(f)(TypeTag<std::uint64_t>{});
  case ScalarType::Float32:
    return std::forward<F>(f)(TypeTag<float>{});
  case ScalarType::Float64:
    break;
  }
  return std::forward<F>(f)(TypeTag<double>{});
}

template <typename T>
constexpr ScalarType scalarTypeOf() {
  if constexpr (std::is_same_v<T, std::int8_t>)
    return ScalarType::Int8;
  else if constexpr (std::is_same_v<T, std::uint8_t>)
    return ScalarType::UInt8;
  else if constexpr (std::is_same_v<T, std::int16_t>)
    return ScalarType::Int16;
  else if constexpr (std::is_same_v<T, std::uint16_t>)
    return ScalarType::UInt16;
  else if constexpr (std::is_same_v<T, std::int32_t>)
    return ScalarType::Int32;
  else if constexpr (std::is_same_v<T, std::uint32_t>)
    return ScalarType::UInt32;
  else if constexpr (std::is_same_v<T, std::int64_t>)
    return ScalarType::Int64;
  else if constexpr (std::is_same_v<T, std::uint64_t>)
    return ScalarType::UInt64;
  else if constexpr (std::is_same_v<T, float>)
    return ScalarType::Float32;
  else
    return ScalarType::Float64;
}

} // namespace discern::data
