#include "io/brain/dicom/dicom_reader.h"

#include "io/module.h"

#include <filesystem>

namespace discern::io {

namespace {

constexpr const char* module = "discern_io_dicom";
constexpr int mostLookedAt = 100;

} // namespace

bool isDicom(const Candidate& c) { return !c.gzip && c.begins("DICM", 128); }

std::shared_ptr<data::Dataset> openDicom(const Candidate& c) { return openWithModule(module, "openDicomFile", c); }

bool isDicomFolder(const std::string& folder) {
  std::error_code problem;
  int looked = 0;
  for (std::filesystem::directory_iterator at(folder, problem), end; !problem && at != end; at.increment(problem)) {
    std::error_code unknown;
    if (!at->is_regular_file(unknown) || at->file_size(unknown) < 132) continue;
    if (++looked > mostLookedAt) break;
    try {
      const auto file = std::make_shared<const File>(at->path().string());
      if (isDicom({file, file->head(132)})) return true;
    } catch (const data::ReadError&) { // not for us to read
    }
  }
  return false;
}

std::shared_ptr<data::Dataset> openDicomFolder(const std::string& folder) {
  return openFolderWithModule(module, "openDicomSeries", folder);
}

} // namespace discern::io
