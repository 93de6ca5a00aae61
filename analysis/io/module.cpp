#include "io/module.h"

#include <dlfcn.h>

namespace discern::io {

namespace {

template <typename From>
std::shared_ptr<data::Dataset> openFrom(const char* module, const char* entry, const From& from,
                                        const std::string& path) {
  const std::string library = std::string("lib") + module + ".so";
  // By its plain name: this library's own search path leads to it, in the build tree and installed.
  void* handle = dlopen(library.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!handle) throw data::ReadError(path, "the reader of this format can't be loaded here: " + std::string(dlerror()));
  using Entry = void (*)(const From&, std::shared_ptr<data::Dataset>&);
  const auto function = reinterpret_cast<Entry>(dlsym(handle, entry));
  if (!function) throw data::ReadError(path, library + " belongs to another version of Discern");
  std::shared_ptr<data::Dataset> dataset;
  function(from, dataset);
  return dataset;
}

} // namespace

std::shared_ptr<data::Dataset> openWithModule(const char* module, const char* entry, const Candidate& candidate) {
  return openFrom(module, entry, candidate, candidate.path());
}

std::shared_ptr<data::Dataset> openFolderWithModule(const char* module, const char* entry, const std::string& folder) {
  return openFrom(module, entry, folder, folder);
}

} // namespace discern::io
