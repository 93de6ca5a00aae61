#pragma once
#include "io/reader.h"

namespace discern::io {

/// Matrix Market exchange format (https://math.nist.gov/MatrixMarket/formats.html): coordinate and array; real,
/// integer, pattern; general, symmetric, skew-symmetric. A square matrix is a network, a rectangular one a network of
/// rows and columns; an array is also a field of shape {columns, rows, 1}.
[[nodiscard]] bool isMatrixMarket(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openMatrixMarket(const Candidate& candidate);

} // namespace discern::io
