#pragma once
#include "io/reader.h"

namespace discern::io {

/// VOTable (https://www.ivoa.net/documents/VOTable/) with TABLEDATA: every TABLE a table, with units. Numbers are read
/// as such, arrays and complex numbers as text; empty cells and a FIELD's null value are missing.
[[nodiscard]] bool isVotable(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openVotable(const Candidate& candidate);

} // namespace discern::io
