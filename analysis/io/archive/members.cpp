#include "io/archive/members.h"

#include "data/error.h"
#include "io/archive/combined_dataset.h"
#include "io/archive/natural_order.h"
#include "io/archive/shelf.h"
#include "io/reader.h"

#include <algorithm>
#include <filesystem>
#include <set>

namespace discern::io {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t mostParts = 1000, mostBeside = 500;

std::vector<fs::path> entriesOf(const fs::path& folder) {
  std::vector<fs::path> entries;
  std::error_code problem;
  for (fs::directory_iterator at(folder, problem), end; at != end; at.increment(problem))
    if (!at->path().filename().string().starts_with('.')) entries.push_back(at->path());
  std::sort(entries.begin(), entries.end(), [](const fs::path& a, const fs::path& b) {
    return naturallyBefore(a.filename().string(), b.filename().string());
  });
  return entries;
}

/// What can be opened below `folder`: folders that are a dataset by themselves, and files.
void gather(const fs::path& folder, bool deep, std::vector<fs::path>& found) {
  std::error_code problem;
  for (const fs::path& entry : entriesOf(folder)) {
    if (fs::is_directory(entry, problem)) {
      const bool known = std::any_of(folderReaders().begin(), folderReaders().end(),
                                     [&](const FolderReader& reader) { return reader.recognises(entry.string()); });
      if (known)
        found.push_back(entry);
      else if (deep)
        gather(entry, deep, found);
    } else if (fs::is_regular_file(entry, problem) && fs::file_size(entry, problem) > 0 && found.size() < mostParts) {
      found.push_back(entry);
    }
  }
}

/// The innermost folder that holds everything: a lone folder gives no names.
fs::path commonFolder(fs::path folder) {
  std::error_code problem;
  for (;;) {
    const auto entries = entriesOf(folder);
    if (entries.size() != 1 || !fs::is_directory(entries[0], problem)) return folder;
    folder = entries[0];
  }
}

void replaceAll(std::string& text, const std::string& from, const std::string& to) {
  for (auto at = text.find(from); !from.empty() && at != std::string::npos; at = text.find(from, at + to.size()))
    text.replace(at, from.size(), to);
}

} // namespace

std::shared_ptr<data::Dataset> openMembers(data::DatasetInfo info, const std::string& folder, const std::string& what,
                                           bool deep) {
  const fs::path common = deep ? commonFolder(folder) : fs::path(folder);
  std::vector<fs::path> found;
  const bool itself = common != fs::path(folder) &&
                      std::any_of(folderReaders().begin(), folderReaders().end(),
                                  [&](const FolderReader& reader) { return reader.recognises(common.string()); });
  if (itself)
    found.push_back(common);
  else
    gather(common, deep, found);
  if (found.empty()) throw data::ReadError(info.path, what + " holds no files");
  if (!deep && found.size() > mostBeside)
    throw data::ReadError(info.path, what + " holds " + std::to_string(found.size()) +
                                         " files, and is of no format that Discern knows; open some of them");
  std::vector<DatasetPart> parts;
  const auto shelf = std::make_shared<Shelf>();
  std::set<std::string> paths;
  std::size_t failed = 0;
  std::string why;
  for (const fs::path& member : found) {
    const std::string name = member.lexically_relative(common).string();
    try {
      auto dataset = shelvedDataset(shelf, member.string());
      if (paths.insert(dataset->info().path).second) // not the other half of a pair of files
        parts.push_back({found.size() == 1 ? std::string() : name, std::move(dataset)});
    } catch (const std::exception& error) {
      if (failed++ > 0) continue;
      why = error.what();
      replaceAll(why, common.string() + "/", {});
    }
  }
  if (parts.empty())
    throw data::ReadError(info.path, "nothing in " + what + " can be opened, of " + std::to_string(found.size()) +
                                         (found.size() == 1 ? " file: " : " files. The first: ") + why);
  if (failed > 0)
    info.warnings.push_back(std::to_string(failed) + " of " + std::to_string(found.size()) + " files in " + what +
                            " can't be opened. The first: " + why);
  info.format = (parts.size() == 1 ? parts[0].dataset->info().format : std::to_string(parts.size()) + " files") +
                " in " + info.format;
  if (found.size() > 1 && parts.size() == 1) parts[0].name.clear();
  return combinedDataset(std::move(info), std::move(parts));
}

} // namespace discern::io
