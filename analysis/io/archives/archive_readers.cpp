#include "io/file_text.h"
#include "io/groups.h"
#include "io/module.h"
#include "io/tables/text/byte_stream.h"

#include <algorithm>
#include <array>

namespace discern::io {

namespace {

using namespace std::string_view_literals;

bool isZip(const Candidate& c) { return !c.gzip && (c.begins("PK\3\4"sv) || c.begins("PK\5\6"sv)); }

bool isTar(const Candidate& c) {
  constexpr std::size_t place = 257;
  if (c.begins("ustar"sv, place)) return true;
  if (c.gzip) return false;
  // Packed by something that only the whole stream tells about: the name says what is worth unpacking.
  const std::string name = lowerCase(c.path());
  constexpr std::array suffixes{".tar.xz", ".txz", ".tar.bz2", ".tbz2", ".tar.zst"};
  if (std::none_of(suffixes.begin(), suffixes.end(), [&](const char* s) { return name.ends_with(s); })) return false;
  return c.begins("\x28\xB5\x2F\xFD"sv) || std::string_view(candidateText(c)).substr(0, 262).ends_with("ustar");
}

std::shared_ptr<data::Dataset> openPacked(const Candidate& c) {
  return openWithModule("discern_io_archive", "discernOpenArchive", c);
}

} // namespace

std::vector<Reader> archiveReaders() {
  return {{{"ZIP archive"}, isZip, openPacked}, {{"tar archive"}, isTar, openPacked}};
}

} // namespace discern::io
