#include "io/archive/archive_reader.h"

#include "io/module.h"
#include "io/tables/text/byte_stream.h"

namespace discern::io {

bool isArchive(const Candidate& candidate) {
  if (candidate.begins("PK\3\4") || candidate.begins("PK\5\6")) return true;
  constexpr std::size_t tarMark = 257;
  const std::string text = candidateText(candidate);
  return std::string_view(text).substr(0, text.size()).find("ustar", tarMark) == tarMark;
}

std::shared_ptr<data::Dataset> openArchive(const Candidate& candidate) {
  return openWithModule("discern_io_archive", "discernArchive", candidate);
}

std::vector<Reader> archiveReaders() { return {{{"ZIP archive", "tar archive"}, isArchive, openArchive}}; }

} // namespace discern::io
