#pragma once
#include "sdk/manifest.h"

#include <map>
#include <string>

namespace discern::runner {

/// Writes a small file for every input that `given` lacks, and gives all of them: name → path. Fields are smooth blobs
/// on noise, the same each time, label fields those blobs as objects; along the axes that the input asks for, at least
/// along x and y. `side`: voxels along an axis.
[[nodiscard]] std::map<std::string, std::string> sampleInputs(const sdk::Manifest& manifest, const std::string& folder,
                                                              std::map<std::string, std::string> given, int side);

/// The same, every value missing.
[[nodiscard]] std::map<std::string, std::string> emptyInputs(const sdk::Manifest& manifest, const std::string& folder);

} // namespace discern::runner
