#include "io/archives/members.h"
#include "io/module.h"
#include "unpack.h"

namespace discern::io {

namespace {

/// An archive in an archive would be opened by the same thread, from within.
class Inside {
public:
  Inside() { ++depth; }
  ~Inside() { --depth; }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  [[nodiscard]] static bool nested() { return depth > 1; }

private:
  static thread_local int depth;
};
thread_local int Inside::depth = 0;

std::shared_ptr<data::Dataset> openArchive(const Candidate& candidate) {
  const Inside inside;
  if (Inside::nested())
    throw data::ReadError(candidate.path(), "an archive inside an archive is not opened; unpack the outer one");
  const Unpacked unpacked = unpackedArchive(candidate.path(), [&](Unpacked& into) { unpack(candidate.path(), into); });
  data::DatasetInfo info;
  info.path = candidate.path();
  info.format = candidate.begins("PK") && !candidate.gzip ? "ZIP archive" : "tar archive";
  info.attributes["members"] = std::to_string(unpacked.members);
  info.warnings = unpacked.warnings;
  return datasetOfMembers(unpacked.folder, std::move(info));
}

} // namespace

} // namespace discern::io

DISCERN_READER_ENTRY(discernOpenArchive, discern::io::Candidate, discern::io::openArchive)
