#pragma once
#include "io/groups.h"

namespace discern::io {

/// ZIP and tar archives (tar also in gzip, bzip2, xz). They are unpacked once into the user's cache, and what is in
/// them is opened from there: one file as if it stood alone, several under "MEMBER: name".
[[nodiscard]] bool isArchive(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openArchive(const Candidate& candidate);

} // namespace discern::io
