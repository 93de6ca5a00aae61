#pragma once
#include "io/grids/object/grid_steps.h"

#include <mutex>

class vtkDataArray;

namespace discern::io {

/// The steps of one grid, of which the last one asked for is kept. Every member may be called from any thread.
class GridSteps {
public:
  GridSteps(std::string path, LoadStep load) : path_(std::move(path)), load_(std::move(load)) {}
  [[nodiscard]] const std::string& path() const { return path_; }
  /// The whole object of a step (wholeObject). Nobody changes it.
  [[nodiscard]] vtkSmartPointer<vtkDataObject> at(std::int64_t step) const;

private:
  std::string path_;
  LoadStep load_;
  mutable std::mutex mutex_;
  mutable std::int64_t step_ = -1;
  mutable vtkSmartPointer<vtkDataObject> object_;
};

/// The element type a VTK array is given in; single bits become uint8.
[[nodiscard]] data::ScalarType typeOf(vtkDataArray& array);

/// A field on the points or cells of a grid. `array` is its name there; `info.name` may differ.
[[nodiscard]] std::shared_ptr<const data::FieldSource>
gridField(data::FieldInfo info, std::shared_ptr<const GridSteps> steps, std::string array);

/// A field of voxels: an array on the points or cells of an image.
[[nodiscard]] std::shared_ptr<const data::FieldSource>
imageField(data::FieldInfo info, std::shared_ptr<const GridSteps> steps, std::string array, bool points);

/// The grid alone, at any of `info.time` steps.
[[nodiscard]] std::shared_ptr<const data::GridSource> gridSource(data::GridInfo info,
                                                                 std::shared_ptr<const GridSteps> steps);

} // namespace discern::io
