#pragma once
#include "io/tables/text/byte_stream.h"

#include <string>
#include <vector>

namespace discern::io {

/// A value of R as far as tables and fields need it. What R computes with (functions, environments, symbols) is there
/// as `Other`, without its content.
struct RValue {
  enum class Kind { Null, Logical, Integer, Real, Complex, Text, List, Other };
  Kind kind = Kind::Null;
  std::vector<double> numbers;             ///< Logical, Integer, Real; NA is NaN; of Complex the real parts
  std::vector<double> imaginary;           ///< of Complex
  std::vector<std::string> texts;          ///< Text, in UTF-8; NA is empty
  std::vector<RValue> items;               ///< List
  std::vector<std::string> labels;         ///< List that R keeps as a pairlist: the tags
  std::vector<std::string> attributeNames; ///< "names", "dim", "class", "levels", …
  std::vector<RValue> attributeValues;

  [[nodiscard]] const RValue* attribute(std::string_view name) const;
  [[nodiscard]] bool inherits(std::string_view name) const; ///< whether "class" holds it
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::vector<std::string> names() const; ///< of the elements; empty: none
};

/// Reads a stream of R's serialisation, "XDR" format, versions 2 and 3, with or without the head of a workspace (RDX2,
/// RDX3), which becomes a list with tags. `most`: bytes of numbers and texts that are kept before it refuses.
/// Source: R Internals, section 1.8 "Serialization Formats"
/// (https://cran.r-project.org/doc/manuals/r-release/R-ints.html). Throws data::ReadError naming `path`.
[[nodiscard]] RValue readRValue(const std::string& path, ByteStream& stream, double most);

} // namespace discern::io
