#pragma once
#include "io/reader.h"

namespace discern::io {

/// MATLAB 5 to 7 files, either byte order.
[[nodiscard]] bool isMat5(const Candidate& candidate);
/// Opens them: a field each numeric or logical array of up to five axes, rows along y, columns along x; single numbers
/// and texts as attributes. Compressed arrays are inflated when first read.
/// Format: https://www.mathworks.com/help/pdf_doc/matlab/matfile_format.pdf
[[nodiscard]] std::shared_ptr<data::Dataset> openMat5(const Candidate& candidate);

} // namespace discern::io
