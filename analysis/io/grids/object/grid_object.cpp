#include "io/grids/object/grid_object.h"

#include "data/error.h"
#include "io/grids/object/amr_boxes.h"

#include <algorithm>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkCompositeDataIterator.h>
#include <vtkCompositeDataSet.h>
#include <vtkDataSet.h>
#include <vtkGraph.h>
#include <vtkHyperTreeGrid.h>
#include <vtkImageData.h>
#include <vtkInformation.h>
#include <vtkIntArray.h>
#include <vtkMultiBlockDataSet.h>
#include <vtkOverlappingAMR.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkRectilinearGrid.h>
#include <vtkStringArray.h>
#include <vtkStructuredGrid.h>
#include <vtkTable.h>
#include <vtkUniformGrid.h>
#include <vtkUnstructuredGrid.h>

namespace discern::io {

namespace {

/// Every cell must name points that are there: whoever draws them doesn't look.
void checkCells(const std::string& path, vtkCellArray& cells, std::int64_t points) {
  const std::int64_t length = cells.GetNumberOfConnectivityIds();
  cells.Visit([&](auto& state) {
    const auto* offsets = state.GetOffsets()->GetPointer(0);
    const auto* ids = state.GetConnectivity()->GetPointer(0);
    const std::int64_t count = state.GetNumberOfCells();
    for (std::int64_t i = 0; i < count; ++i)
      if (offsets[i] < 0 || offsets[i] > offsets[i + 1] || offsets[i + 1] > length)
        throw data::ReadError(path, "the cells do not follow each other: cell " + std::to_string(i) + " runs from " +
                                        std::to_string(offsets[i]) + " to " + std::to_string(offsets[i + 1]) + " of " +
                                        std::to_string(length) + " corners");
    for (std::int64_t i = 0; i < length; ++i)
      if (ids[i] < 0 || ids[i] >= points)
        throw data::ReadError(path, "a cell has the point " + std::to_string(ids[i]) + " as a corner; there are " +
                                        std::to_string(points) + " points");
  });
}

void checkArrays(const std::string& path, vtkFieldData* arrays, std::int64_t count, const char* what) {
  for (int i = 0; arrays && i < arrays->GetNumberOfArrays(); ++i) {
    vtkAbstractArray* array = arrays->GetAbstractArray(i);
    if (array && array->GetNumberOfTuples() != count)
      throw data::ReadError(path, "array \"" + std::string(array->GetName() ? array->GetName() : "") + "\" has " +
                                      std::to_string(array->GetNumberOfTuples()) + " values, expected " +
                                      std::to_string(count) + ", one of each of the " + what);
  }
}

void checkLeaf(const std::string& path, vtkDataObject& leaf) {
  checkArrays(path, arraysOf(leaf, true), countOf(leaf, true), "points");
  checkArrays(path, arraysOf(leaf, false), countOf(leaf, false), "cells");
  if (auto* grid = vtkStructuredGrid::SafeDownCast(&leaf)) {
    int dims[3];
    grid->GetDimensions(dims);
    const std::int64_t expected = std::int64_t{1} * dims[0] * dims[1] * dims[2];
    const std::int64_t found = grid->GetPoints() ? grid->GetPoints()->GetNumberOfPoints() : 0;
    if (expected != found)
      throw data::ReadError(path, "the grid has " + std::to_string(found) + " points, its extent is of " +
                                      std::to_string(expected));
  } else if (auto* rectilinear = vtkRectilinearGrid::SafeDownCast(&leaf)) {
    int dims[3];
    rectilinear->GetDimensions(dims);
    const std::array<vtkDataArray*, 3> axes{rectilinear->GetXCoordinates(), rectilinear->GetYCoordinates(),
                                            rectilinear->GetZCoordinates()};
    for (std::size_t axis = 0; axis < 3; ++axis)
      if (!axes[axis] || axes[axis]->GetNumberOfTuples() != dims[axis])
        throw data::ReadError(path, "an axis has " + std::to_string(axes[axis] ? axes[axis]->GetNumberOfTuples() : 0) +
                                        " coordinates, its extent is of " + std::to_string(dims[axis]));
  } else if (auto* mesh = vtkUnstructuredGrid::SafeDownCast(&leaf)) {
    if (mesh->GetCells()) checkCells(path, *mesh->GetCells(), mesh->GetNumberOfPoints());
  } else if (auto* surface = vtkPolyData::SafeDownCast(&leaf)) {
    for (vtkCellArray* cells : {surface->GetVerts(), surface->GetLines(), surface->GetPolys(), surface->GetStrips()})
      checkCells(path, *cells, surface->GetNumberOfPoints());
    if (surface->GetNumberOfCells() == 0 && surface->GetNumberOfPoints() > 0) {
      const auto verts = vtkSmartPointer<vtkCellArray>::New();
      verts->AllocateExact(surface->GetNumberOfPoints(), surface->GetNumberOfPoints());
      for (vtkIdType i = 0; i < surface->GetNumberOfPoints(); ++i)
        verts->InsertNextCell(1, &i);
      surface->SetVerts(verts);
    }
  }
  // Bounds are kept by the points once asked for: asked here, where nobody else has them yet.
  if (auto* set = vtkDataSet::SafeDownCast(&leaf)) set->ComputeBounds();
}

void addBlocks(vtkMultiBlockDataSet& blocks) {
  for (unsigned i = 0; i < blocks.GetNumberOfBlocks(); ++i) {
    auto* leaf = vtkDataSet::SafeDownCast(blocks.GetBlock(i));
    if (!leaf || leaf->GetCellData()->HasArray("block")) continue;
    const auto ids = vtkSmartPointer<vtkIntArray>::New();
    ids->SetName("block");
    ids->SetNumberOfValues(leaf->GetNumberOfCells());
    ids->FillValue(static_cast<int>(i) + 1);
    leaf->GetCellData()->AddArray(ids);
  }
}

vtkSmartPointer<vtkDataObject> flat(vtkCompositeDataSet& tree) {
  const auto blocks = vtkSmartPointer<vtkMultiBlockDataSet>::New();
  const auto at = vtkSmartPointer<vtkCompositeDataIterator>::Take(tree.NewIterator());
  unsigned count = 0;
  for (at->InitTraversal(); !at->IsDoneWithTraversal(); at->GoToNextItem()) {
    auto* leaf = vtkDataSet::SafeDownCast(at->GetCurrentDataObject());
    if (!leaf || leaf->GetNumberOfPoints() == 0) continue;
    blocks->SetBlock(count, leaf);
    if (at->HasCurrentMetaData() && at->GetCurrentMetaData()->Has(vtkCompositeDataSet::NAME()))
      blocks->GetMetaData(count)->Set(vtkCompositeDataSet::NAME(),
                                      at->GetCurrentMetaData()->Get(vtkCompositeDataSet::NAME()));
    ++count;
  }
  blocks->SetFieldData(tree.GetFieldData());
  if (count == 1) return blocks->GetBlock(0);
  addBlocks(*blocks);
  return blocks;
}

template <typename Leaf>
vtkSmartPointer<Leaf> bare(Leaf& leaf) {
  const auto copy = vtkSmartPointer<Leaf>::Take(leaf.NewInstance());
  copy->CopyStructure(&leaf);
  return copy;
}

vtkSmartPointer<vtkDataSet> bareSet(vtkDataSet& set) {
  const auto copy = bare(set);
  if (auto* ghosts = set.GetCellGhostArray()) copy->GetCellData()->AddArray(ghosts);
  if (auto* ghosts = set.GetPointGhostArray()) copy->GetPointData()->AddArray(ghosts);
  return copy;
}

} // namespace

std::vector<vtkDataObject*> leavesOf(vtkDataObject& object) {
  auto* tree = vtkCompositeDataSet::SafeDownCast(&object);
  if (!tree) return {&object};
  std::vector<vtkDataObject*> leaves;
  const auto at = vtkSmartPointer<vtkCompositeDataIterator>::Take(tree->NewIterator());
  for (at->InitTraversal(); !at->IsDoneWithTraversal(); at->GoToNextItem())
    leaves.push_back(at->GetCurrentDataObject());
  return leaves;
}

vtkFieldData* arraysOf(vtkDataObject& leaf, bool points) {
  if (vtkTable::SafeDownCast(&leaf)) return nullptr;
  if (vtkHyperTreeGrid::SafeDownCast(&leaf) && points) return nullptr;
  if (vtkGraph::SafeDownCast(&leaf))
    return leaf.GetAttributesAsFieldData(points ? vtkDataObject::VERTEX : vtkDataObject::EDGE);
  return leaf.GetAttributesAsFieldData(points ? vtkDataObject::POINT : vtkDataObject::CELL);
}

std::int64_t countOf(vtkDataObject& leaf, bool points) {
  if (auto* graph = vtkGraph::SafeDownCast(&leaf))
    return points ? graph->GetNumberOfVertices() : graph->GetNumberOfEdges();
  if (auto* tree = vtkHyperTreeGrid::SafeDownCast(&leaf)) return points ? 0 : tree->GetNumberOfVertices();
  if (auto* set = vtkDataSet::SafeDownCast(&leaf)) return points ? set->GetNumberOfPoints() : set->GetNumberOfCells();
  return 0;
}

vtkSmartPointer<vtkDataObject> wholeObject(const std::string& path, vtkSmartPointer<vtkDataObject> object) {
  if (!object) throw data::ReadError(path, "there is no grid in it");
  if (vtkTable::SafeDownCast(object)) return object;
  if (auto* amr = vtkOverlappingAMR::SafeDownCast(object))
    markRefined(*amr);
  else if (auto* tree = vtkCompositeDataSet::SafeDownCast(object))
    object = flat(*tree);
  std::int64_t found = 0;
  for (vtkDataObject* leaf : leavesOf(*object)) {
    checkLeaf(path, *leaf);
    found += countOf(*leaf, true) + countOf(*leaf, false);
  }
  if (found == 0) throw data::ReadError(path, "there are no points and no cells in it");
  return object;
}

vtkSmartPointer<vtkDataObject> structureOf(vtkDataObject& object) {
  if (auto* set = vtkDataSet::SafeDownCast(&object)) return bareSet(*set);
  if (auto* tree = vtkHyperTreeGrid::SafeDownCast(&object)) return bare(*tree);
  if (auto* graph = vtkGraph::SafeDownCast(&object)) return bare(*graph);
  if (auto* amr = vtkOverlappingAMR::SafeDownCast(&object)) {
    const auto copy = vtkSmartPointer<vtkOverlappingAMR>::New();
    copy->CopyStructure(amr);
    for (unsigned level = 0; level < amr->GetNumberOfLevels(); ++level)
      for (unsigned i = 0; i < amr->GetNumberOfDataSets(level); ++i)
        if (auto* leaf = amr->GetDataSet(level, i))
          copy->SetDataSet(level, i, vtkUniformGrid::SafeDownCast(bareSet(*leaf)));
    return copy;
  }
  const auto copy = vtkSmartPointer<vtkMultiBlockDataSet>::New();
  if (auto* blocks = vtkMultiBlockDataSet::SafeDownCast(&object))
    for (unsigned i = 0; i < blocks->GetNumberOfBlocks(); ++i) {
      copy->SetBlock(i, bareSet(*vtkDataSet::SafeDownCast(blocks->GetBlock(i))));
      if (blocks->HasMetaData(i)) copy->GetMetaData(i)->Copy(blocks->GetMetaData(i));
    }
  return copy;
}

data::GridKind kindOf(vtkDataObject& object) {
  if (vtkGraph::SafeDownCast(&object)) return data::GridKind::Network;
  if (vtkHyperTreeGrid::SafeDownCast(&object) || vtkOverlappingAMR::SafeDownCast(&object))
    return data::GridKind::Adaptive;
  if (auto* surface = vtkPolyData::SafeDownCast(&object)) {
    if (surface->GetNumberOfPolys() + surface->GetNumberOfStrips() > 0) return data::GridKind::Surface;
    return surface->GetNumberOfLines() > 0 ? data::GridKind::Lines : data::GridKind::Particles;
  }
  const auto leaves = leavesOf(object);
  const bool structured = std::all_of(leaves.begin(), leaves.end(), [](vtkDataObject* leaf) {
    return vtkStructuredGrid::SafeDownCast(leaf) || vtkRectilinearGrid::SafeDownCast(leaf) ||
           vtkImageData::SafeDownCast(leaf);
  });
  return structured ? data::GridKind::Structured : data::GridKind::Unstructured;
}

} // namespace discern::io
