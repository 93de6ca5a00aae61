#pragma once
#include "data/field_source.h"

#include <functional>

namespace discern::io {

/// The most that a file which can only be decoded in one go may hold, in bytes of values.
constexpr double wholeLimit = 512e6;

/// A field of a format that can't be read in pieces: `load` is called once, at the first read, and gives all values,
/// x fastest, then y, z, time, component, in the field's own type. What it throws is thrown by every read.
[[nodiscard]] std::shared_ptr<const data::FieldSource> wholeField(data::FieldInfo info,
                                                                  std::function<std::vector<std::byte>()> load);

} // namespace discern::io
