#pragma once
#include <nlohmann/json_fwd.hpp>

namespace discern::runner {

/// What is in a folder, for someone who browses: `path` (empty or beginning with "~": of the home folder), `hidden`.
/// Gives `path` (absolute, without links), `home`, `entries` (`name`, `kind`: "folder", "file" or "other", `size` in
/// bytes, `time` in seconds since 1970) in no order, and `more`: how many were left out of a very large folder. Throws
/// data::ReadError where there is no such folder, or it may not be looked into.
nlohmann::json filesIn(const nlohmann::json& params);

} // namespace discern::runner
