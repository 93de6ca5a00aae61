#include "data/error.h"
#include "data/field_source.h"

#include <algorithm>
#include <vtkCompositeDataIterator.h>
#include <vtkCompositeDataSet.h>
#include <vtkDataSet.h>
#include <vtkGraph.h>
#include <vtkHyperTreeGrid.h>
#include <vtkOverlappingAMR.h>

namespace discern::data {

namespace {

void addBounds(GridInfo& info, const double (&bounds)[6]) {
  if (bounds[0] > bounds[1]) return; // no points
  const bool first = info.lo[0] > info.hi[0];
  for (std::size_t axis = 0; axis < 3; ++axis) {
    info.lo[axis] = first ? bounds[2 * axis] : std::min(info.lo[axis], bounds[2 * axis]);
    info.hi[axis] = first ? bounds[2 * axis + 1] : std::max(info.hi[axis], bounds[2 * axis + 1]);
  }
}

void addDataSet(GridInfo& info, vtkDataSet& set) {
  info.points += set.GetNumberOfPoints();
  info.cells += set.GetNumberOfCells();
  double bounds[6];
  set.GetBounds(bounds);
  addBounds(info, bounds);
}

class MemoryGrid final : public GridSource {
public:
  MemoryGrid(GridInfo info, vtkSmartPointer<vtkDataObject> object)
      : info_(std::move(info)), object_(std::move(object)) {
    info_.points = info_.cells = info_.blocks = 0;
    info_.lo = {1, 1, 1};
    info_.hi = {0, 0, 0};
    info_.bytes = static_cast<double>(object_->GetActualMemorySize()) * 1024;
    if (auto* set = vtkDataSet::SafeDownCast(object_)) {
      info_.blocks = 1;
      addDataSet(info_, *set);
    } else if (auto* graph = vtkGraph::SafeDownCast(object_)) {
      info_.blocks = 1;
      info_.points = graph->GetNumberOfVertices();
      info_.cells = graph->GetNumberOfEdges();
    } else if (auto* tree = vtkHyperTreeGrid::SafeDownCast(object_)) {
      info_.blocks = tree->GetMaxNumberOfTrees();
      info_.levels = static_cast<int>(tree->GetNumberOfLevels());
      info_.cells = tree->GetNumberOfVertices();
      double bounds[6];
      tree->GetBounds(bounds);
      addBounds(info_, bounds);
    } else if (auto* pieces = vtkCompositeDataSet::SafeDownCast(object_)) {
      if (auto* amr = vtkOverlappingAMR::SafeDownCast(object_))
        info_.levels = static_cast<int>(amr->GetNumberOfLevels());
      const auto at = vtkSmartPointer<vtkCompositeDataIterator>::Take(pieces->NewIterator());
      for (at->InitTraversal(); !at->IsDoneWithTraversal(); at->GoToNextItem()) {
        ++info_.blocks;
        if (auto* leaf = vtkDataSet::SafeDownCast(at->GetCurrentDataObject())) addDataSet(info_, *leaf);
      }
    }
  }
  [[nodiscard]] const GridInfo& info() const override { return info_; }
  [[nodiscard]] vtkSmartPointer<vtkDataObject> read(std::int64_t time) const override {
    if (time < 0 || time >= info_.time.size)
      throw UsageError("grid " + info_.name + ": time step " + std::to_string(time) + " asked, it has " +
                       std::to_string(info_.time.size));
    const auto copy = vtkSmartPointer<vtkDataObject>::Take(object_->NewInstance());
    copy->ShallowCopy(object_); // so that what one thread hangs on it, another doesn't see
    return copy;
  }

private:
  GridInfo info_;
  vtkSmartPointer<vtkDataObject> object_;
};

} // namespace

std::shared_ptr<const GridSource> memoryGrid(GridInfo info, vtkSmartPointer<vtkDataObject> object) {
  return std::make_shared<MemoryGrid>(std::move(info), std::move(object));
}

} // namespace discern::data
