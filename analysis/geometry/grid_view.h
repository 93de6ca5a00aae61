#pragma once
#include "data/field_source.h"
#include "data/shape.h"
#include "geometry/cell_finder.h"
#include "geometry/flat_cells.h"

#include <map>
#include <mutex>

class vtkDataSet;

namespace discern::geometry {

/// What can be seen of the grids of a dataset. Keeps the grid and the values that were used last, so that moving a
/// plane through them reads nothing again. Any thread may call.
class GridView {
public:
  explicit GridView(std::shared_ptr<const data::Dataset> dataset) : dataset_(std::move(dataset)) {}

  /// Throws UsageError for a grid, field, time, layer or component that isn't there, for a network, which has no
  /// places, and for a shape of more than 2^32 points; ReadError when the file gives way. `request.path` is not looked
  /// at.
  [[nodiscard]] data::Shape shape(const data::ShapeRequest& request) const;
  [[nodiscard]] data::GridReading probe(const data::ShapeRequest& request, const data::Vec3& world) const;

private:
  using Finders = std::map<vtkDataSet*, std::shared_ptr<const CellFinder>>;
  struct Loaded {
    vtkSmartPointer<vtkDataObject> grid;
    std::string gridName, field;
    std::int64_t gridTime = -1, time = -1, layer = -1;
    int component = -1;
    bool around = false;                              ///< over longitudes and latitudes
    std::shared_ptr<const FlatCells> flat;            ///< of a grid in one plane, once it was asked for a place
    std::shared_ptr<Finders> finders;                 ///< of its meshes, once they were asked for a place
    std::shared_ptr<const std::vector<float>> values; ///< null: none
    data::Support support = data::Support::Points;
  };
  [[nodiscard]] Loaded load(const data::ShapeRequest& request) const;
  [[nodiscard]] static const CellFinder* finderOf(vtkDataSet& piece, Finders& finders);

  std::shared_ptr<const data::Dataset> dataset_;
  mutable std::mutex mutex_;
  mutable Loaded last_;
};

} // namespace discern::geometry
