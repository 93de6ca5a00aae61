#pragma once
#include "io/reader.h"

namespace discern::io {

[[nodiscard]] bool isMetaImage(const Candidate& candidate);

/// MetaImage, .mha or .mhd with its data beside it; raw, zlib or text. Its world is LPS and becomes RAS millimetres.
/// Format: https://itk.org/Wiki/ITK/MetaIO/Documentation
[[nodiscard]] std::shared_ptr<data::Dataset> openMetaImage(const Candidate& candidate);

} // namespace discern::io
