#pragma once
#include "data/field_source.h"

#include <memory>
#include <string>
#include <vector>

namespace discern::io {

/// The members of an unpacked archive as one dataset. One member: its parts under their own names. Several: under
/// "MEMBER: PART", in the order of their names, numbers by value. Files that can't be opened are named in a warning.
/// `info` brings path, format, attributes and warnings of the archive. Throws data::ReadError when nothing can be
/// opened.
[[nodiscard]] std::shared_ptr<data::Dataset> datasetOfMembers(const std::string& folder, data::DatasetInfo info);

} // namespace discern::io
