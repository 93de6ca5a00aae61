#pragma once
#include "data/grid_info.h"

#include <string>
#include <vector>
#include <vtkSmartPointer.h>

class vtkDataObject;
class vtkDataSet;
class vtkFieldData;

namespace discern::io {

/// Brings what a reader made into one of: vtkDataSet, vtkOverlappingAMR, vtkHyperTreeGrid, vtkTable, vtkGraph or a flat
/// vtkMultiBlockDataSet without empty blocks. Adds "refined" to overlapping boxes, "block" to several blocks, a vertex
/// to every lone point. Throws data::ReadError when it is not whole: arrays of another length than the points or cells,
/// cells that name points which aren't there, nothing at all.
[[nodiscard]] vtkSmartPointer<vtkDataObject> wholeObject(const std::string& path,
                                                         vtkSmartPointer<vtkDataObject> object);

/// A copy that shares points and cells, without arrays but the marks of ghosts.
[[nodiscard]] vtkSmartPointer<vtkDataObject> structureOf(vtkDataObject& object);

/// The pieces in order: the object itself, or the leaves of a composite one.
[[nodiscard]] std::vector<vtkDataObject*> leavesOf(vtkDataObject& object);

/// The arrays on the points or cells of a leaf; nullptr where there are none of that kind.
[[nodiscard]] vtkFieldData* arraysOf(vtkDataObject& leaf, bool points);
/// The number of points or cells of a leaf.
[[nodiscard]] std::int64_t countOf(vtkDataObject& leaf, bool points);

[[nodiscard]] data::GridKind kindOf(vtkDataObject& object);

} // namespace discern::io
