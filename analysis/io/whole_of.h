#pragma once
#include <string>

namespace discern::io {

/// A file that no reader knows may be a part of something that one does: a box of an AMReX plotfile (its folder), a
/// file that an EnSight .case, MetaImage .mhd or NRRD .nhdr beside it names, a file of an Enzo output (its .hierarchy).
/// The path of that whole; empty when there is none.
[[nodiscard]] std::string wholeOf(const std::string& path);

} // namespace discern::io
