#pragma once
#include "data/field_source.h"

#include <string>

namespace discern::io {

/// What tells one volume (a time step and component of a field) from all others, and from itself before a change:
/// device, inode, size and time of change of the file, a hash of 64 blocks of it spread from its first to its last byte
/// (of a folder, and of what is not compressed: of rows of the volume itself), and the field's name, type, shape and
/// way of halving. The file's name is not part of it. Reads at most half a megabyte. Empty when there is no such file.
/// Throws data::ReadError when the file gives way.
[[nodiscard]] std::string volumeIdentity(const std::string& path, const data::FieldSource& field, std::int64_t time,
                                         int component);

/// A file that can be read only from its beginning, a way into it costs what lies before: gzip.
[[nodiscard]] bool isSequential(const std::string& path);

} // namespace discern::io
