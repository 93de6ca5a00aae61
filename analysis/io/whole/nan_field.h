#pragma once
#include "data/field_source.h"

namespace discern::io {

/// A field of floats in which `missing` comes as NaN; of whole numbers, where it is named in FieldInfo::missing.
[[nodiscard]] std::shared_ptr<const data::FieldSource> withMissing(std::shared_ptr<const data::FieldSource> field,
                                                                   double missing);

} // namespace discern::io
