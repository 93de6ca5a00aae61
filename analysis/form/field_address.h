#pragma once
#include <string>

namespace discern::form {

/// A field as a person names it: FILE or FILE:FIELD.
struct FieldAddress {
  std::string path;  ///< absolute
  std::string field; ///< empty: the first
  [[nodiscard]] std::string text() const { return field.empty() ? path : path + ":" + field; }
};

/// A file whose own name holds a colon is found first; otherwise the part after the last colon names the field. Doesn't
/// need the file to exist. Throws data::UsageError for an empty text.
[[nodiscard]] FieldAddress fieldAddress(const std::string& text);

} // namespace discern::form
