#include "io/groups.h"

namespace discern::io {

std::vector<Reader> matterReaders() { return {}; }

} // namespace discern::io
