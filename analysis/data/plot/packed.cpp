#include "data/plot/packed.h"

#include "data/error.h"

#include <array>

namespace discern::data {
namespace {

constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

constexpr std::array<std::int8_t, 256> places = [] {
  std::array<std::int8_t, 256> table{};
  table.fill(-1);
  for (std::size_t i = 0; i < letters.size(); ++i)
    table[static_cast<unsigned char>(letters[i])] = static_cast<std::int8_t>(i);
  return table;
}();

} // namespace

std::string packBytes(std::span<const std::byte> bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t count = std::min<std::size_t>(3, bytes.size() - i);
    std::uint32_t three = 0;
    for (std::size_t k = 0; k < 3; ++k)
      three = three << 8U | (k < count ? std::to_integer<std::uint32_t>(bytes[i + k]) : 0U);
    for (std::size_t k = 0; k < 4; ++k)
      text += k <= count ? letters[three >> (18U - 6U * k) & 63U] : '=';
  }
  return text;
}

std::vector<std::byte> unpackBytes(std::string_view text) {
  if (text.size() % 4 != 0) throw UsageError("packed numbers are cut off");
  std::vector<std::byte> bytes;
  bytes.reserve(text.size() / 4 * 3);
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::uint32_t three = 0;
    std::size_t count = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      const char letter = text[i + k];
      const std::int8_t place = places[static_cast<unsigned char>(letter)];
      const bool end = letter == '=' && i + 4 == text.size() && k >= 2;
      if (place < 0 && !end) throw UsageError("packed numbers hold a letter that can't be");
      three = three << 6U | static_cast<std::uint32_t>(end ? 0 : place);
      if (!end) ++count;
    }
    for (std::size_t k = 0; k + 1 < count; ++k)
      bytes.push_back(static_cast<std::byte>(three >> (16U - 8U * k) & 255U));
  }
  return bytes;
}

} // namespace discern::data
