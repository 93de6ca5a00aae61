#include "sdk/registry.h"

#include "sdk/json_place.h"

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <tuple>

namespace discern::sdk {
namespace fs = std::filesystem;
namespace {

fs::path programFolder() {
  std::error_code ignored;
  return fs::read_symlink("/proc/self/exe", ignored).parent_path();
}

/// What can be told of a manifest that doesn't pass: enough to list it.
Manifest gist(const fs::path& file) {
  Manifest manifest;
  manifest.name = file.parent_path().filename().string();
  std::error_code unknown;
  if (!fs::is_regular_file(file, unknown)) return manifest;
  std::ifstream stream(file);
  const auto json = nlohmann::json::parse(stream, nullptr, false);
  if (!json.is_object()) return manifest;
  const auto text = [&](const char* key, std::string& into) {
    if (json.contains(key) && json[key].is_string() && !json[key].get<std::string>().empty())
      into = json[key].get<std::string>();
  };
  text("id", manifest.id);
  text("version", manifest.version);
  text("name", manifest.name);
  text("category", manifest.category);
  return manifest;
}

std::string placeOfEntry(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  const std::string text(std::istreambuf_iterator<char>(stream), {});
  return placeInJson(text, "/entry").text();
}

Entry readEntry(const fs::path& folder) {
  Entry entry{folder.string(), {}, {}};
  const fs::path file = folder / "manifest.json";
  try {
    entry.manifest = readManifest(file.string());
    std::error_code ignored;
    if (const fs::path own = folder / entry.manifest.entryFile(); !fs::exists(own, ignored))
      entry.error = file.string() + ": at /entry, " + placeOfEntry(file) + ": there is no file " + own.string() +
                    (entry.manifest.library.empty() ? "" : "; build the plugin first");
  } catch (const std::exception& error) {
    entry.error = error.what();
    entry.manifest = gist(file);
  }
  return entry;
}

/// The plugin folders of a folder, or the folder itself when it is one.
std::vector<fs::path> pluginFolders(const fs::path& folder) {
  std::error_code problem;
  if (fs::exists(folder / "manifest.json", problem)) return {folder};
  std::vector<fs::path> found;
  for (fs::directory_iterator at(folder, fs::directory_options::skip_permission_denied, problem), end;
       !problem && at != end; at.increment(problem)) {
    std::error_code ignored;
    if (fs::exists(at->path() / "manifest.json", ignored)) found.push_back(at->path());
  }
  std::ranges::sort(found);
  return found;
}

std::size_t editDistance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j)
    row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return row[b.size()];
}

} // namespace

std::vector<std::string> searchPath() {
  std::vector<std::string> folders;
  if (const char* given = std::getenv("DISCERN_PLUGIN_PATH")) {
    std::istringstream stream(given);
    for (std::string folder; std::getline(stream, folder, ':');)
      if (!folder.empty()) folders.push_back(folder);
  }
  const char* dataHome = std::getenv("XDG_DATA_HOME");
  const char* home = std::getenv("HOME");
  if (dataHome && *dataHome == '/')
    folders.push_back(std::string(dataHome) + "/discern/plugins");
  else if (home && *home)
    folders.push_back(std::string(home) + "/.local/share/discern/plugins");
  const fs::path program = programFolder();
  folders.push_back((program / "../plugins").lexically_normal().string());
  const fs::path lib = (program / "../lib").lexically_normal();
  folders.push_back((lib / "discern/plugins").string());
  std::error_code problem;
  for (fs::directory_iterator at(lib, fs::directory_options::skip_permission_denied, problem), end;
       !problem && at != end; at.increment(problem)) {
    std::error_code ignored;
    if (at->path().filename() != "discern" && fs::is_directory(at->path() / "discern/plugins", ignored))
      folders.push_back((at->path() / "discern/plugins").string());
  }
  return folders;
}

std::vector<Entry> installed(const std::vector<std::string>& folders) {
  std::vector<Entry> entries;
  std::map<std::string, std::string> first; // id → folder
  std::map<std::string, bool> seen;         // real path of a folder
  for (const std::string& folder : folders) {
    for (const fs::path& plugin : pluginFolders(folder)) {
      std::error_code ignored;
      const std::string real = fs::weakly_canonical(plugin, ignored).string();
      if (!real.empty() && std::exchange(seen[real], true)) continue;
      Entry entry = readEntry(plugin);
      if (entry.error.empty()) {
        const auto [at, isFirst] = first.emplace(entry.manifest.id, entry.folder);
        if (!isFirst)
          entry.error = entry.folder + ": not used, because " + at->second +
                        " has the same id and comes first on the search path";
      }
      entries.push_back(std::move(entry));
    }
  }
  std::ranges::stable_sort(entries, {}, [](const Entry& entry) {
    return std::tuple(!entry.error.empty(), entry.manifest.category, entry.manifest.name);
  });
  return entries;
}

Entry find(const std::string& id, const std::vector<std::string>& folders) {
  std::vector<Entry> entries = installed(folders);
  std::string fault;
  for (Entry& entry : entries) {
    if (entry.manifest.id != id) continue;
    if (entry.error.empty()) return std::move(entry);
    if (fault.empty()) fault = entry.error;
  }
  if (!fault.empty()) throw data::UsageError("the analysis \"" + id + "\" can't be used: " + fault);
  std::string nearest;
  std::size_t best = id.size() / 2 + 1;
  for (const Entry& entry : entries) {
    if (!entry.error.empty()) continue;
    const std::string& other = entry.manifest.id;
    const std::string last = other.substr(other.rfind('.') + 1);
    const std::size_t distance = std::min(editDistance(id, other), editDistance(id, last));
    if (distance >= best) continue;
    best = distance;
    nearest = other;
  }
  throw data::UsageError("there is no analysis \"" + id + "\"" + (nearest.empty() ? "" : "; is it " + nearest + "?") +
                         " (discern-run list shows them all)");
}

nlohmann::json pluginsAsJson(const std::vector<std::string>& folders) {
  nlohmann::json list = nlohmann::json::array();
  for (const Entry& entry : installed(folders)) {
    nlohmann::json item = entry.manifest;
    item["folder"] = entry.folder;
    item["error"] = entry.error;
    list.push_back(std::move(item));
  }
  return list;
}

} // namespace discern::sdk
