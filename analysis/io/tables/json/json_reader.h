#pragma once
#include "io/reader.h"

namespace discern::io {

/// JSON (RFC 8259) whose values are tables, labels or arrays, and JSON Lines (an object a line); also within gzip, xz
/// or bzip2. What is made of which shape, records/record_parts.h says.
[[nodiscard]] bool isJson(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openJson(const Candidate& candidate);

} // namespace discern::io
