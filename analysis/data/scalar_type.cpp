#include "data/scalar_type.h"

#include <array>

namespace discern::data {

namespace {
constexpr std::array<std::string_view, 10> names{"int8",   "uint8", "int16",  "uint16",  "int32",
                                                 "uint32", "int64", "uint64", "float32", "float64"};
} // namespace

std::size_t sizeOf(ScalarType type) {
  return dispatch(type, [](auto tag) { return sizeof(typename decltype(tag)::type); });
}

std::string_view nameOf(ScalarType type) { return names[static_cast<std::size_t>(type)]; }

std::optional<ScalarType> scalarTypeFromName(std::string_view name) {
  for (std::size_t i = 0; i < names.size(); ++i)
    if (names[i] == name) return static_cast<ScalarType>(i);
  return std::nullopt;
}

} // namespace discern::data
