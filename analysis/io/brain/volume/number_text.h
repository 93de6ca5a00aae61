#pragma once
#include "data/scalar_type.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace discern::io {

/// The number that the whole of `text` is, blanks around it allowed.
[[nodiscard]] std::optional<double> number(std::string_view text);
[[nodiscard]] std::optional<std::int64_t> wholeNumber(std::string_view text);

/// The numbers of a text, split at blanks, commas and brackets; stops at `most` and at the first word that is none.
[[nodiscard]] std::vector<double> numbersIn(std::string_view text, std::size_t most);

/// Appends `count` numbers of `text` in the type given. False when there are fewer, or a word is no number of it.
[[nodiscard]] bool appendNumbers(std::string_view text, data::ScalarType type, std::size_t count,
                                 std::vector<std::byte>& bytes);

/// Turns the byte order of elements of `size` bytes.
void swapBytes(std::span<std::byte> bytes, std::size_t size);

/// Words between blanks.
[[nodiscard]] std::vector<std::string_view> wordsIn(std::string_view text);

} // namespace discern::io
