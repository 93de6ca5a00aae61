#pragma once
#include "data/error.h"
#include "data/field_source.h"

#include <memory>
#include <string>
#include <vector>

namespace discern::io {

/// Opens any file that a reader knows, chosen by content and not by suffix. Reads headers only.
/// Throws data::ReadError: a missing file, a folder, no permission, an empty file, a format nobody knows, a header that
/// lies.
[[nodiscard]] std::shared_ptr<data::Dataset> open(const std::string& path);

/// Names of the formats that can be read, for messages and `discern-run info --formats`.
[[nodiscard]] std::vector<std::string> formats();

} // namespace discern::io
