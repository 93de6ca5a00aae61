#pragma once
#include "remote/transfer/transfer.h"

#include <vector>

namespace discern::remote {

/// A file or folder, and the files that belong to it, as they will lie over there.
struct Parcel {
  struct Item {
    std::string name; ///< relative, in the parcel
    std::string path; ///< here
    std::string sha256;
    std::int64_t size = 0;
  };
  std::string key;  ///< of the content: the same content is never sent twice
  std::string main; ///< the name that stands for the whole
  std::vector<Item> items;
  [[nodiscard]] std::int64_t bytes() const;
};

/// Looks through `path` (a file or a folder) and `companions`, files in the same folder that belong to it (the .raw of
/// a .mhd); reads them all once for their hashes. `sha256`: of `path`, when it is known. Throws data::ReadError,
/// Stopped.
[[nodiscard]] Parcel pack(const std::string& path, const std::vector<std::string>& companions,
                          const std::string& sha256, const std::atomic<bool>* stop);

/// Whether all of it is at FOLDER/KEY already.
[[nodiscard]] bool isStaged(Link& link, const Parcel& parcel, const std::string& folder);
/// Sends what is missing to FOLDER/KEY. Returns the path over there that stands for the whole.
std::string stage(Link& link, const Parcel& parcel, const std::string& folder, const TransferProgress& progress);

} // namespace discern::remote
