#include "io/groups.h"
#include "io/tiff/tiff_reader.h"

namespace discern::io {

namespace {

using namespace std::string_view_literals;

bool isTiff(const Candidate& c) {
  return !c.gzip && (c.begins("II*\0"sv) || c.begins("MM\0*"sv) || c.begins("II+\0"sv) || c.begins("MM\0+"sv));
}

} // namespace

std::vector<Reader> imageReaders() {
  return {{{"TIFF", "BigTIFF"}, isTiff, [](const Candidate& c) { return openTiff(c.file); }}};
}

} // namespace discern::io
