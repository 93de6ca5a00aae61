#pragma once
#include <string>
#include <string_view>

namespace discern::sdk {

/// A place in a text, counted from 1.
struct TextPlace {
  int line = 1, column = 1;
  [[nodiscard]] std::string text() const; ///< "line 3, column 5"
};

/// Where the value at `pointer` ("/parameters/2/default"; empty: the whole) begins in a valid JSON text. The nearest
/// value around it when there is none.
[[nodiscard]] TextPlace placeInJson(std::string_view json, std::string_view pointer);

} // namespace discern::sdk
