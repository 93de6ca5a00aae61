#pragma once
#include "io/file.h"

namespace discern::io {

/// Where an HDF5 file's superblock is: at the beginning, or at 512, 1024, … bytes behind a user block; -1: this is not
/// HDF5.
[[nodiscard]] std::int64_t hdf5Begin(const File& file);

/// Throws data::ReadError when the file is shorter than its superblock says.
/// Format: HDF5 File Format Specification, chapter II.A.
void checkHdf5Length(const File& file);

} // namespace discern::io
