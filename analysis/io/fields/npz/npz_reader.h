#pragma once
#include "data/field_source.h"
#include "io/file.h"

namespace discern::io {

/// Whether a ZIP archive holds NumPy arrays.
[[nodiscard]] bool isNpz(const std::shared_ptr<const File>& file);
/// Opens NumPy's .npz: a field each array, single numbers and texts as attributes.
[[nodiscard]] std::shared_ptr<data::Dataset> openNpz(const std::shared_ptr<const File>& file);

} // namespace discern::io
