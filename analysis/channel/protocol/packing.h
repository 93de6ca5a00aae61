#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// How the bytes of a payload are made fewer for a way that is slower than memory: the bytes of equal weight of all
/// elements stand together, then zstd at its fastest level.
namespace discern::channel {

/// Payloads and long answers travel in pieces of so many bytes before packing, so that what is urgent slips in between.
inline constexpr std::size_t pieceBytes = std::size_t{128} << 10;

/// `bytes` packed; nothing when that would save less than a tenth. `element`: bytes of an element, 1 for text.
[[nodiscard]] std::optional<std::string> pack(std::string_view bytes, std::size_t element);

/// Fills `out` with what was packed; false when `packed` isn't what pack() makes of so many bytes.
[[nodiscard]] bool unpack(std::string_view packed, std::size_t element, std::span<std::byte> out);

} // namespace discern::channel
