#include "sdk/plugin_library.h"

#include "sdk/program/program_analysis.h"

#include <dlfcn.h>
#include <stdexcept>

namespace discern::sdk {

std::unique_ptr<Analysis> load(const Entry& plugin) {
  if (!plugin.manifest.program.empty()) return programAnalysis(plugin);
  const std::string path = plugin.folder + "/" + plugin.manifest.library;
  void* library = dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (!library) {
    const char* reason = dlerror();
    throw std::runtime_error("the plugin " + plugin.manifest.id + " can't be loaded: " + (reason ? reason : path));
  }
  const auto abi = reinterpret_cast<int (*)()>(dlsym(library, "discern_plugin_abi"));
  const auto make = reinterpret_cast<Analysis* (*)()>(dlsym(library, "discern_make_analysis"));
  if (!abi || !make) throw std::runtime_error(path + " is not a Discern plugin: it lacks DISCERN_PLUGIN(…)");
  if (abi() != abiVersion)
    throw std::runtime_error(path + " was built for version " + std::to_string(abi()) +
                             " of the plugin interface; this program has version " + std::to_string(abiVersion) +
                             ". Build the plugin again.");
  return std::unique_ptr<Analysis>(make());
}

} // namespace discern::sdk
