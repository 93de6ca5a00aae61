#pragma once
#include "data/field_source.h"

#include <memory>
#include <string>
#include <vector>

namespace discern::io {

/// What is written as VTK XML: a grid with the fields on it, or one field of voxels alone.
struct VtkWriting {
  std::string path; ///< its suffix says what: .vti, .vtp, .vtu
  std::shared_ptr<const data::GridSource> grid;
  std::vector<std::shared_ptr<const data::FieldSource>> fields;
  std::int64_t time = 0;
};

/// Writes through the library discern_io_vtk_writing, loaded when first needed. Throws data::UsageError for what the
/// format can't hold.
void writeVtk(const VtkWriting& what);

} // namespace discern::io
