#include "io/archive/members.h"
#include "io/archive/module/unpack.h"
#include "io/module.h"

namespace discern::io {

namespace {

std::shared_ptr<data::Dataset> openUnpacked(const Candidate& candidate) {
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
