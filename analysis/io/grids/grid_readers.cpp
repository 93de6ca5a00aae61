#include "io/groups.h"

namespace discern::io {

std::vector<Reader> gridReaders() { return {}; }

std::vector<FolderReader> gridFolders() { return {}; }

} // namespace discern::io
