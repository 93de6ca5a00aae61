#pragma once
#include "data/field_source.h"
#include "io/file.h"

namespace discern::io {

/// Opens NIfTI-1 or NIfTI-2: .nii, .nii.gz, or the .hdr of a pair. `head`: the first bytes, inflated where `gzip` says
/// so.
[[nodiscard]] std::shared_ptr<data::Dataset> openNifti(const std::shared_ptr<const File>& file,
                                                       std::span<const std::byte> head, bool gzip);

} // namespace discern::io
