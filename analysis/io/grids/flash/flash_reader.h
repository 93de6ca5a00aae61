#pragma once
#include "io/file.h"

#include "data/field_source.h"

namespace discern::io {

/// A FLASH checkpoint or plot file: blocks of cells on several levels, every block with its values, and particles.
/// Throws data::ReadError. Format: FLASH4 User's Guide, "Output file formats"
/// (https://flash.rochester.edu/site/flashcode/user_support).
[[nodiscard]] std::shared_ptr<data::Dataset> openFlash(const std::shared_ptr<const File>& file);

} // namespace discern::io
