#pragma once
#include <cstdint>
#include <string>

namespace discern::runner {

/// A field as a person names it on the command line: FILE or FILE:FIELD.
struct FieldAddress {
  std::string path;  ///< absolute
  std::string field; ///< empty: the first
};

/// A file whose own name holds a colon is found first; otherwise the part after the last colon names the field. Doesn't
/// need the file to exist. Throws data::UsageError for an empty text.
[[nodiscard]] FieldAddress fieldAddress(const std::string& text);

/// NAME=VALUE. Throws data::UsageError that names `option`.
struct Assignment {
  std::string name, value;
};
[[nodiscard]] Assignment assignment(const std::string& text, const std::string& option);

/// A whole number from `least` up. Throws data::UsageError that names `option`.
[[nodiscard]] std::int64_t wholeNumber(const std::string& text, const std::string& option, std::int64_t least);

} // namespace discern::runner
