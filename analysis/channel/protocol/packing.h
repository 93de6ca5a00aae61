#pragma once
#include <cstddef>
#include <optional>
#include <span>
#include <string>
#include <string_view>

/// How the bytes of a payload are made fewer for a way that is slower than memory. Where it helps, each element is
/// replaced by how far it is from what its neighbours to the left and above let one expect (the median edge detector of
/// LOCO-I: Weinberger, Seroussi and Sapiro, 2000), as a whole number modulo its width, small ones of either sign close
/// to zero. Then the bytes of equal weight of all elements stand together, and zstd packs them at its fastest level.
/// Nothing is lost.
namespace discern::channel {

/// Payloads and long answers travel in pieces of so many bytes before packing, so that what is urgent slips in between.
inline constexpr std::size_t pieceBytes = std::size_t{128} << 10;

struct Packed {
  std::string bytes;
  std::size_t row = 0; ///< elements in a row of what was predicted; 0: the elements are as they were
};

/// `bytes` packed; nothing when that would save less than a tenth. `element`: bytes of an element, 1 for text. `row`:
/// elements in a row; 0: there are no rows, or whoever unpacks can't predict.
[[nodiscard]] std::optional<Packed> pack(std::string_view bytes, std::size_t element, std::size_t row = 0);

/// Fills `out` with what was packed; false when `packed` isn't what pack() makes of so many bytes. `row` as pack()
/// said.
[[nodiscard]] bool unpack(std::string_view packed, std::size_t element, std::size_t row, std::span<std::byte> out);

} // namespace discern::channel
