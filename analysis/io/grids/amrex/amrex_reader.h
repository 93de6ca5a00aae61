#pragma once
#include "data/field_source.h"

namespace discern::io {

/// True when the folder has a Header that begins as AMReX and BoxLib write it.
[[nodiscard]] bool isAmrex(const std::string& folder);

/// A plotfile: boxes of cells on several levels. Files of boxes are checked against their lengths at opening.
/// Throws data::ReadError. Format: https://amrex-codes.github.io/amrex/docs_html/IO.html and AMReX's
/// Src/Base/AMReX_PlotFileUtil.cpp, WriteGenericPlotfileHeader.
[[nodiscard]] std::shared_ptr<data::Dataset> openAmrex(const std::string& folder);
/// The same, opened by its Header.
[[nodiscard]] std::shared_ptr<data::Dataset> openAmrex(const std::string& folder, const std::string& asked);

} // namespace discern::io
