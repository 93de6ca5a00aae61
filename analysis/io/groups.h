#pragma once
#include "io/reader.h"

namespace discern::io {

// The readers of each folder here, asked in this order. A group's own list goes from the most telling mark to the
// least.
[[nodiscard]] std::vector<Reader> brainReaders();
[[nodiscard]] std::vector<Reader> gridReaders();
[[nodiscard]] std::vector<Reader> imageReaders();
[[nodiscard]] std::vector<Reader> matterReaders();
[[nodiscard]] std::vector<Reader> fieldReaders(); ///< ends with HDF5 of no known layout
[[nodiscard]] std::vector<Reader> archiveReaders();
[[nodiscard]] std::vector<Reader> tableReaders(); ///< ends with text of no known layout

[[nodiscard]] std::vector<FolderReader> brainFolders();
[[nodiscard]] std::vector<FolderReader> gridFolders();
[[nodiscard]] std::vector<FolderReader> fieldFolders();

} // namespace discern::io
