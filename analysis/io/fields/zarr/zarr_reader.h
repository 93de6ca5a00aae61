#pragma once
#include "data/field_source.h"

namespace discern::io {

/// Whether a folder is a Zarr store or a group or array of one.
[[nodiscard]] bool isZarr(const std::string& folder);
/// Opens Zarr 2 and 3: every array of one to five axes is a field, named by its path; the pyramids of OME-Zarr are one
/// field with its resolutions; coordinates are found by the names of the axes, as xarray writes them.
/// Format: https://zarr-specs.readthedocs.io, https://ngff.openmicroscopy.org
[[nodiscard]] std::shared_ptr<data::Dataset> openZarr(const std::string& folder);

} // namespace discern::io
