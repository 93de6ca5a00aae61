#pragma once
#include "io/archives/unpacked.h"

namespace discern::io {

/// Writes the members of an archive below `into.folder`, and says in `into` how many there are and what was left out.
/// Throws data::ReadError: no archive, damaged before its first member, encrypted, or more than may be unpacked.
void unpack(const std::string& archive, Unpacked& into);

} // namespace discern::io
