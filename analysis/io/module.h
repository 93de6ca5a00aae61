#pragma once
#include "io/reader.h"

namespace discern::io {

/// Opens a candidate with a reader that lives in a library of its own, loaded when first needed: what it links takes
/// long to load, and most runs never need it. `module` is the library's name without "lib" and ".so"; `entry` a
/// function in it, made by DISCERN_READER_ENTRY. Throws ReadError when the library isn't installed.
[[nodiscard]] std::shared_ptr<data::Dataset> openWithModule(const char* module, const char* entry, const Candidate&);
/// The same for a folder.
[[nodiscard]] std::shared_ptr<data::Dataset> openFolderWithModule(const char* module, const char* entry,
                                                                  const std::string& folder);

} // namespace discern::io

/// In a module: makes `function` (Candidate or folder → shared_ptr<Dataset>) known under `entry`.
#define DISCERN_READER_ENTRY(entry, Argument, function)                                                                \
  extern "C" __attribute__((visibility("default"))) void entry(const Argument& from,                                   \
                                                               std::shared_ptr<discern::data::Dataset>& dataset) {     \
    dataset = function(from);                                                                                          \
  }
