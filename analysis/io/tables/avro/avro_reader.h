#pragma once
#include "io/reader.h"

namespace discern::io {

/// Avro object container files: the codecs null, deflate and snappy. Records as records/record_parts.h says; images in
/// bytes (as in ZTF's alerts) are fields.
[[nodiscard]] bool isAvro(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openAvro(const Candidate& candidate);

} // namespace discern::io
