#pragma once
#include "io/fields/zarr/zarr_array.h"

namespace discern::io {

/// One image of several resolutions that a group's "multiscales" describes.
struct OmeImage {
  std::shared_ptr<const data::FieldSource> field;
  std::vector<std::string> paths; ///< of its arrays, relative to the group
};

/// The images of a group, by its attributes ("multiscales", or "ome"."multiscales" of version 0.5). What had to be
/// assumed is added to `warnings`. Throws data::ReadError for a description that contradicts itself.
[[nodiscard]] std::vector<OmeImage> omeImages(const std::string& folder, const std::string& name,
                                              const nlohmann::json& attributes, std::vector<std::string>& warnings);

} // namespace discern::io
