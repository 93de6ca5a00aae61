#pragma once
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

namespace discern::io {

/// An archive whose members lie in a folder of the user's cache.
struct Unpacked {
  std::string folder;                ///< with the members below it
  std::int64_t members = 0;          ///< as many as the archive lists, folders among them
  std::vector<std::string> warnings; ///< what was left out
};

/// The folder that was made of this archive before, if the archive is still the same; else a new one, which `fill`
/// writes into `Unpacked::folder`. Throws data::ReadError when there is no cache that can be written, and what `fill`
/// throws; nothing is left behind then.
[[nodiscard]] Unpacked unpackedArchive(const std::string& archive, const std::function<void(Unpacked&)>& fill);

} // namespace discern::io
