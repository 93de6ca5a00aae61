#pragma once
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace discern::io {

/// A value of the language R, so far as data goes.
struct RValue {
  enum class Kind {
    Null,
    Logical, ///< 0, 1; missing: NaN
    Integer, ///< missing: NaN
    Real,
    Text,    ///< missing: see `absent`
    Complex, ///< real and imaginary parts, one after the other
    Raw,     ///< bytes, as numbers
    List,    ///< a list, an expression, or a pairlist
    Symbol,  ///< its name in `what`
    Other    ///< a function, environment, call, …: `what` says which
  };
  using Ptr = std::shared_ptr<const RValue>;

  Kind kind = Kind::Null;
  std::vector<double> numbers;
  std::vector<std::string> texts;
  std::vector<Ptr> items;         ///< of a list
  std::vector<std::string> names; ///< of a pairlist's items
  std::vector<std::pair<std::string, Ptr>> attributes;
  std::string what;

  [[nodiscard]] const RValue* attribute(std::string_view name) const;
  /// One of its classes is `name`.
  [[nodiscard]] bool is(std::string_view name) const;
  [[nodiscard]] std::size_t length() const;
  [[nodiscard]] bool isNumeric() const {
    return kind == Kind::Logical || kind == Kind::Integer || kind == Kind::Real || kind == Kind::Raw;
  }
  /// The names of its elements: the attribute "names", or those of a pairlist; empty where there are none.
  [[nodiscard]] std::vector<std::string> elementNames() const;
};

/// What stands in `texts` for a missing text: empty, as in the tables.
inline constexpr const char* absentText = "";

} // namespace discern::io
