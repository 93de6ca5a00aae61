#pragma once
#include "sdk/manifest.h"

#include <string>
#include <vector>

namespace discern::sdk {

/// A folder with a manifest.json.
struct Entry {
  std::string folder;
  Manifest manifest; ///< when `error` is empty; else what could be read of it (perhaps nothing)
  std::string error; ///< why this plugin can't be used; empty: it can
};

/// Folders that hold plugin folders, the first to be searched first: $DISCERN_PLUGIN_PATH (separated by ':'),
/// $XDG_DATA_HOME/discern/plugins, and beside the program: ../plugins (build tree), ../lib/discern/plugins and
/// ../lib/<architecture>/discern/plugins (installed).
[[nodiscard]] std::vector<std::string> searchPath();

/// Every plugin of `folders`, by category and name. A broken manifest is an entry with an error and takes nothing else
/// down. Of two plugins with one id the first on the path is used, the other has an error that says so.
[[nodiscard]] std::vector<Entry> installed(const std::vector<std::string>& folders = searchPath());

/// The usable plugin of that id. Throws UsageError that names similar ids, or the fault of a broken one.
[[nodiscard]] Entry find(const std::string& id, const std::vector<std::string>& folders = searchPath());

/// What the channel's method `plugins` answers: an array, one object a plugin: every field of its manifest, and
/// "folder" and "error" (empty when it can be used).
[[nodiscard]] nlohmann::json pluginsAsJson(const std::vector<std::string>& folders = searchPath());

} // namespace discern::sdk
