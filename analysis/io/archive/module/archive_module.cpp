#include "io/archive/members.h"
#include "io/archive/module/unpack.h"
#include "io/module.h"

namespace discern::io {

namespace {

/// An archive in an archive would be opened by the same thread, from within; one that holds itself, without end.
class Inside {
public:
  Inside() { ++depth_; }
  ~Inside() { --depth_; }
  Inside(const Inside&) = delete;
  Inside& operator=(const Inside&) = delete;
  [[nodiscard]] static bool nested() { return depth_ > 1; }

private:
  static thread_local int depth_;
};
thread_local int Inside::depth_ = 0;

std::shared_ptr<data::Dataset> openUnpacked(const Candidate& candidate) {
  const Inside inside;
  if (Inside::nested())
    throw data::ReadError(candidate.path(), "an archive inside an archive is not opened; unpack the outer one");
  Unpacked unpacked = unpack(*candidate.file);
  data::DatasetInfo info;
  info.path = candidate.path();
  info.format = std::move(unpacked.format);
  info.attributes["members"] = std::to_string(unpacked.members);
  info.warnings = std::move(unpacked.warnings);
  return openMembers(std::move(info), unpacked.folder, "the archive", true);
}

} // namespace

DISCERN_READER_ENTRY(discernArchive, Candidate, openUnpacked)

} // namespace discern::io
