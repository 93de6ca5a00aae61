#pragma once
#include "data/field_source.h"

#include <string>

namespace discern::io {

/// Opens what lies in a folder: one thing as if it stood alone, several together, under their names there. `info` says
/// what it is called: its path, in messages too. `deep`: also in folders inside; without it more than 500 files are
/// refused. Hidden files are passed over; those that can't be opened are counted in a warning. `what` names the folder
/// for messages ("the archive"). Throws data::ReadError when nothing can be opened.
[[nodiscard]] std::shared_ptr<data::Dataset> openMembers(data::DatasetInfo info, const std::string& folder,
                                                         const std::string& what, bool deep);

} // namespace discern::io
