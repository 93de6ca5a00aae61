#pragma once
#include "sdk/manifest.h"

namespace discern::runner {

/// Values worth trying: both ends of a range, every choice and axis, the first step, one voxel, a list as short as it
/// may be, a file that is not there. Each is of the parameter's type.
[[nodiscard]] std::vector<nlohmann::json> trialValues(const sdk::ParameterSpec& spec);

/// `given`, and a value for every parameter that needs one and has no default: the file that the
/// manifest, which lies in `plugin`, gives as an example, else an empty one in `folder`, the first label, one voxel.
[[nodiscard]] nlohmann::json withRequired(const sdk::Manifest& manifest, const std::string& plugin,
                                          const std::string& folder, nlohmann::json given);

} // namespace discern::runner
