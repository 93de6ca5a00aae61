#include "io/base64.h"

#include <cstdint>

namespace discern::io {

std::optional<std::vector<std::byte>> decodeBase64(std::string_view text) {
  std::vector<std::byte> bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t bits = 0;
  int count = 0;
  for (const char c : text) {
    int value = -1;
    if (c >= 'A' && c <= 'Z') value = c - 'A';
    if (c >= 'a' && c <= 'z') value = c - 'a' + 26;
    if (c >= '0' && c <= '9') value = c - '0' + 52;
    if (c == '+') value = 62;
    if (c == '/') value = 63;
    if (value < 0) {
      if (c == '=') break;
      if (c == ' ' || c == '\n' || c == '\r' || c == '\t') continue;
      return std::nullopt;
    }
    bits = bits << 6 | static_cast<std::uint32_t>(value);
    if (++count % 4 != 1) bytes.push_back(static_cast<std::byte>(bits >> (6 - 2 * ((count - 1) % 4))));
  }
  return bytes;
}

} // namespace discern::io
