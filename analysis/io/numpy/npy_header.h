#pragma once
#include "data/field_source.h"
#include "io/file.h"

#include <optional>
#include <string>
#include <vector>

namespace discern::io {

/// The header of an array in NumPy's own format.
/// Format: https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
struct NpyHeader {
  std::string code;                     ///< of the type, as NumPy writes it: "<f4", "|b1", "<U11"
  std::optional<data::ScalarType> type; ///< nothing for what is no number
  bool swapped = false;                 ///< big-endian
  bool fortran = false;                 ///< the first axis runs fastest
  std::vector<std::int64_t> shape;
  double elements = 1;
  std::int64_t data = 0; ///< where the values begin
};

constexpr std::size_t longestNpyHeader = 65536;

/// `head`: the first bytes of the array. Throws data::ReadError(path, …) when that is no header, or it is cut short.
[[nodiscard]] NpyHeader npyHeader(std::span<const std::byte> head, const std::string& path);

/// A field of the values that begin at `header.data` of `bytes`. `order`: see fields/array/axes.h; one letter an axis.
/// Throws data::ReadError(path, …) when the array is empty, or has no numbers.
[[nodiscard]] std::shared_ptr<const data::FieldSource> npyField(data::FieldInfo info, const NpyHeader& header,
                                                                const std::string& order,
                                                                std::shared_ptr<const ByteSource> bytes,
                                                                const std::string& path);

/// The order of the axes: what a person chose, else components last of five, a last axis of length 1 left out.
[[nodiscard]] std::string npyAxes(std::vector<std::int64_t>& shape, const std::string& path, const std::string& name);

} // namespace discern::io
