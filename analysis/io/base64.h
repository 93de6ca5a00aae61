#pragma once
#include <cstddef>
#include <optional>
#include <string_view>
#include <vector>

namespace discern::io {

/// The bytes that a base64 text (RFC 4648) stands for. Blanks and line ends are skipped; nullopt for any other letter
/// that is not of the alphabet.
[[nodiscard]] std::optional<std::vector<std::byte>> decodeBase64(std::string_view text);

} // namespace discern::io
