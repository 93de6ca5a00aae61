#pragma once
#include <cstdint>
#include <vtkSmartPointer.h>

class vtkPolyData;
class vtkUnstructuredGrid;

namespace discern::geometry {

/// The faces that belong to one cell only, with the values of the grid's points and cells at them: what
/// vtkDataSetSurfaceFilter finds, for grids of tetrahedra, voxels, hexahedra, wedges and pyramids alone; null for all
/// others, and where ghost cells hide some.
///
/// A face's key is a sum of mixed vertex numbers, so that it has the same key in both of its cells. The keys are XORed
/// into a word at the face's smallest vertex: a word that is zero in the end had only pairs, so faces at other words
/// are the few that are collected, sorted and paired. Two passes over the cells on all cores, 8 bytes a point, where a
/// hash table of all faces needs some 200 bytes a cell. Different faces of equal key (chance 2^-64 a pair) would be
/// lost.
[[nodiscard]] vtkSmartPointer<vtkPolyData> outerFaces(vtkUnstructuredGrid& grid);

} // namespace discern::geometry
