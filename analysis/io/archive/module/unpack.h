#pragma once
#include "io/file.h"

#include <string>
#include <vector>

namespace discern::io {

struct Unpacked {
  std::string folder;      ///< in the user's cache
  std::string format;      ///< "ZIP", "tar"
  std::size_t members = 0; ///< files and folders that the archive lists
  std::vector<std::string> warnings;
};

/// Unpacks an archive into the user's cache, or finds it there: archives/HASH, of the file's path, size, times and
/// inode. Regular files alone; links, devices and names that lead out of the archive are left out and named in a
/// warning. The sizes that the archive states are added up before anything is written: at most 4 GB, 20,000 files, and
/// 500 times what the file itself has (from 64 MB on). Encrypted and damaged members are left out, too, with a warning.
/// Archives used longest ago are removed until all of them have at most 8 GB. Throws data::ReadError: no member that
/// can be unpacked, too large, no room.
[[nodiscard]] Unpacked unpack(const File& file);

} // namespace discern::io
