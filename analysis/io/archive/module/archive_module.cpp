#include "io/archive/combined_dataset.h"
#include "io/archive/module/unpack.h"
#include "io/module.h"
#include "io/open.h"

#include <algorithm>
#include <filesystem>

namespace discern::io {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t mostParts = 1000;

/// What can be opened below `folder`: folders that are a dataset by themselves, and files.
void gather(const fs::path& folder, std::vector<fs::path>& found) {
  for (const FolderReader& reader : folderReaders())
    if (reader.recognises(folder.string())) {
      found.push_back(folder);
      return;
    }
  std::vector<fs::path> entries;
  for (const auto& entry : fs::directory_iterator(folder))
    entries.push_back(entry.path());
  std::sort(entries.begin(), entries.end());
  for (const fs::path& entry : entries)
    if (fs::is_directory(entry))
      gather(entry, found);
    else if (fs::file_size(entry) > 0 && found.size() < mostParts)
      found.push_back(entry);
}

/// The folder that holds everything: a lone folder in the archive gives no names.
fs::path commonFolder(fs::path folder) {
  for (;;) {
    std::vector<fs::path> entries;
    for (const auto& entry : fs::directory_iterator(folder))
      entries.push_back(entry.path());
    if (entries.size() != 1 || !fs::is_directory(entries[0])) return folder;
    folder = entries[0];
  }
}

std::shared_ptr<data::Dataset> openUnpacked(const Candidate& candidate) {
  const std::string& path = candidate.path();
  const Unpacked unpacked = unpack(*candidate.file);
  const fs::path common = commonFolder(unpacked.folder);
  std::vector<fs::path> found;
  gather(common, found);
  if (found.empty()) throw data::ReadError(path, "the archive holds no files");

  data::DatasetInfo info;
  info.path = path;
  info.warnings = unpacked.warnings;
  std::vector<DatasetPart> parts;
  std::size_t failed = 0;
  std::string why;
  for (const fs::path& member : found) {
    const std::string name = member == common ? std::string() : member.lexically_relative(common).string();
    try {
      parts.push_back({found.size() == 1 ? std::string() : name, open(member.string())});
    } catch (const std::exception& error) {
      if (failed++ > 0) continue;
      why = error.what();
      // The place in the cache says nothing to a person.
      if (const auto at = why.find(member.string()); at != std::string::npos)
        why.replace(at, member.string().size(), name.empty() ? path : name);
    }
  }
  if (parts.empty())
    throw data::ReadError(path, "nothing in the archive can be opened, of " + std::to_string(found.size()) +
                                    (found.size() == 1 ? " file: " : " files. The first: ") + why);
  if (failed > 0)
    info.warnings.push_back(std::to_string(failed) + " of " + std::to_string(found.size()) +
                            " files in the archive can't be opened. The first: " + why);
  info.format = (parts.size() == 1 ? parts[0].dataset->info().format : std::to_string(parts.size()) + " files") +
                " in " + unpacked.format;
  return combinedDataset(std::move(info), std::move(parts));
}

} // namespace

DISCERN_READER_ENTRY(discernArchive, Candidate, openUnpacked)

} // namespace discern::io
