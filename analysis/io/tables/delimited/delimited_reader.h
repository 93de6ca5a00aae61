#pragma once
#include "io/reader.h"

namespace discern::io {

/// Text tables: comma, tab, semicolon, bar or blanks between the cells, or one column; gzip and xz too. Tables of
/// numbers alone, without a header, are also a field of shape {columns, rows, 1}.
[[nodiscard]] bool isDelimited(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openDelimited(const Candidate& candidate);

} // namespace discern::io
