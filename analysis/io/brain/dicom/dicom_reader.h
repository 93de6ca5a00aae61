#pragma once
#include "io/reader.h"

namespace discern::io {

/// A file with DICOM's mark ("DICM" at byte 128), opened alone.
[[nodiscard]] bool isDicom(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openDicom(const Candidate& candidate);

/// A folder with such files in it: every series a field.
[[nodiscard]] bool isDicomFolder(const std::string& folder);
[[nodiscard]] std::shared_ptr<data::Dataset> openDicomFolder(const std::string& folder);

} // namespace discern::io
