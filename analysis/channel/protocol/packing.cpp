#include "channel/protocol/packing.h"

#include <cstring>
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

} // namespace

std::optional<std::string> pack(std::string_view bytes, std::size_t element) {
  constexpr std::size_t smallest = 512; // below, nothing is won
  if (bytes.size() < smallest) return std::nullopt;
  std::string together;
  std::string_view source = bytes;
  if (shuffles(element, bytes.size())) {
    together.resize(bytes.size());
    shuffle(bytes.data(), together.data(), bytes.size(), element);
    source = together;
  }
  std::string packed(ZSTD_compressBound(source.size()), '\0');
  const std::size_t size = ZSTD_compress(packed.data(), packed.size(), source.data(), source.size(), 1);
  if (ZSTD_isError(size) != 0 || size > bytes.size() - bytes.size() / 10) return std::nullopt;
  packed.resize(size);
  return packed;
}

bool unpack(std::string_view packed, std::size_t element, std::span<std::byte> out) {
  char* target = reinterpret_cast<char*>(out.data());
  if (!shuffles(element, out.size()))
    return ZSTD_decompress(target, out.size(), packed.data(), packed.size()) == out.size();
  std::vector<char> together(out.size());
  if (ZSTD_decompress(together.data(), together.size(), packed.data(), packed.size()) != out.size()) return false;
  unshuffle(together.data(), target, out.size(), element);
  return true;
}

} // namespace discern::channel
