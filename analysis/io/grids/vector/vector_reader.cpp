#include "io/grids/vector/vector_reader.h"

#include "io/file_text.h"
#include "io/module.h"

namespace discern::io {

namespace {

std::int64_t bigEndian(const Candidate& candidate, std::size_t at, std::size_t count) {
  std::int64_t value = 0;
  for (std::size_t i = 0; i < count; ++i)
    value = value << 8 | std::to_integer<std::int64_t>(candidate.head.at(at + i));
  return value;
}

/// SQLite reads a database that is cut short as far as it goes; its header says how many pages there are to be
/// (https://www.sqlite.org/fileformat2.html, "The Database Header").
void checkPages(const Candidate& candidate) {
  constexpr std::size_t headerBytes = 100, pageSize = 16, changes = 24, pages = 28, changesAtCount = 92;
  if (candidate.head.size() < headerBytes)
    throw data::ReadError(candidate.path(), "the database is cut short: it ends within its header");
  if (bigEndian(candidate, changes, 4) != bigEndian(candidate, changesAtCount, 4)) return; // the count is an old one
  const std::int64_t size = bigEndian(candidate, pageSize, 2) == 1 ? 65536 : bigEndian(candidate, pageSize, 2);
  const std::int64_t needed = size * bigEndian(candidate, pages, 4);
  if (candidate.file->size() < needed)
    throw data::ReadError(candidate.path(), "the database is cut short: it says that it has " +
                                                byteText(static_cast<double>(needed)) + ", found " +
                                                byteText(static_cast<double>(candidate.file->size())));
}

} // namespace

bool isVector(const Candidate& candidate) {
  using namespace std::string_view_literals;
  constexpr std::size_t application = 68; // "application_id" of a database
  if (candidate.begins("SQLite format 3\0"sv))
    return candidate.begins("GPKG", application) || candidate.begins("GP10", application) ||
           candidate.begins("GP11", application);
  constexpr std::size_t version = 28;
  return candidate.begins("\0\0\x27\x0a"sv) && candidate.begins("\xe8\x03\0\0"sv, version);
}

std::shared_ptr<data::Dataset> openVector(const Candidate& candidate) {
  if (candidate.begins("SQLite")) checkPages(candidate);
  return openWithModule("discern_io_vector", "discernVector", candidate);
}

} // namespace discern::io
