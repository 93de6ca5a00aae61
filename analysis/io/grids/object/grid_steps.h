#pragma once
#include "data/error.h"
#include "data/field_source.h"

#include <functional>
#include <optional>

namespace discern::io {

/// Loads a time step of a grid with all its arrays; called by one thread at a time. Throws data::ReadError.
using LoadStep = std::function<vtkSmartPointer<vtkDataObject>(std::int64_t step)>;

/// A grid with its arrays, as a reader knows it.
struct GridSpec {
  std::string name = "grid";
  std::optional<data::GridKind> kind; ///< nothing: told by the object
  data::TimeAxis time;                ///< of the arrays
  bool moves = true;                  ///< the points too may differ from step to step
  LoadStep load;
  std::string worldUnit;                    ///< of the points; empty: unknown
  std::map<std::string, std::string> units; ///< of the arrays, by name
  std::string source;
};

/// A dataset in the making: every spec adds its grid and the arrays on it.
struct GridParts {
  data::DatasetInfo info;
  std::vector<GridSpec> grids;
};

/// Loads the first step of every grid and makes a dataset of them. Arrays become fields on the points or cells; those
/// of an image become fields of voxels, and a table a table. Later steps are loaded when asked for; one is kept.
/// Overlapping boxes get a field "refined" (cells covered by a finer level: 1), several blocks a field "block".
/// Throws data::ReadError.
[[nodiscard]] std::shared_ptr<data::Dataset> gridDataset(GridParts parts);

} // namespace discern::io
