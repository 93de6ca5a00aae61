#include "io/groups.h"
#include "io/tables/delimited/delimited_reader.h"

namespace discern::io {

std::vector<Reader> tableReaders() {
  return {
      {{"CSV", "TSV", "text tables"}, isDelimited, openDelimited},
  };
}

} // namespace discern::io
