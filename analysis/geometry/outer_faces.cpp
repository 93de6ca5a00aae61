#include "geometry/outer_faces.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <span>
#include <vector>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkCellType.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkUnsignedCharArray.h>
#include <vtkUnstructuredGrid.h>

namespace discern::geometry {

namespace {

/// A face as places in its cell's list of points; `size` is 3 or 4.
struct Face {
  int size;
  std::array<std::uint8_t, 4> at;
};

// Outward, in VTK's numbering of a cell's points (VTK File Formats; vtkTetra, vtkVoxel, vtkHexahedron, vtkWedge,
// vtkPyramid).
constexpr std::array<Face, 4> tetra{{{3, {0, 1, 3}}, {3, {1, 2, 3}}, {3, {2, 0, 3}}, {3, {0, 2, 1}}}};
constexpr std::array<Face, 6> voxel{
    {{4, {2, 0, 4, 6}}, {4, {1, 3, 7, 5}}, {4, {0, 1, 5, 4}}, {4, {3, 2, 6, 7}}, {4, {1, 0, 2, 3}}, {4, {4, 5, 7, 6}}}};
constexpr std::array<Face, 6> hexahedron{
    {{4, {0, 4, 7, 3}}, {4, {1, 2, 6, 5}}, {4, {0, 1, 5, 4}}, {4, {3, 7, 6, 2}}, {4, {0, 3, 2, 1}}, {4, {4, 5, 6, 7}}}};
constexpr std::array<Face, 5> wedge{
    {{3, {0, 1, 2}}, {3, {3, 5, 4}}, {4, {0, 3, 4, 1}}, {4, {1, 4, 5, 2}}, {4, {2, 5, 3, 0}}}};
constexpr std::array<Face, 5> pyramid{
    {{4, {0, 3, 2, 1}}, {3, {0, 1, 4}}, {3, {1, 2, 4}}, {3, {2, 3, 4}}, {3, {3, 0, 4}}}};

struct Kind {
  std::span<const Face> faces;
  std::int64_t points = 0;
};

Kind kindOf(unsigned char type) {
  switch (type) {
  case VTK_TETRA:
    return {tetra, 4};
  case VTK_VOXEL:
    return {voxel, 8};
  case VTK_HEXAHEDRON:
    return {hexahedron, 8};
  case VTK_WEDGE:
    return {wedge, 6};
  case VTK_PYRAMID:
    return {pyramid, 5};
  default:
    return {};
  }
}

/// The finaliser of SplitMix64 (G. L. Steele, D. Lea, C. H. Flood, OOPSLA 2014).
std::uint64_t mixed(std::uint64_t x) {
  x += 0x9e3779b97f4a7c15ULL;
  x = (x ^ (x >> 30U)) * 0xbf58476d1ce4e5b9ULL;
  x = (x ^ (x >> 27U)) * 0x94d049bb133111ebULL;
  return x ^ (x >> 31U);
}

/// A face that may be an outer one.
struct Candidate {
  std::uint64_t key = 0;
  std::int64_t cell = 0;
  int face = 0;
};

/// What the faces are found in, with the numbers of VTK's cells in either width.
template <class Id>
struct Cells {
  const Id* offsets;
  const Id* points;
  const unsigned char* types;
  std::int64_t count;

  /// Calls `use(face, key, smallest vertex)` for each face of a cell.
  template <class Use>
  void eachFace(std::int64_t cell, const Use& use) const {
    const Kind kind = kindOf(types[cell]);
    const Id* ids = points + offsets[cell];
    std::array<std::uint64_t, 8> words{};
    for (std::int64_t i = 0; i < kind.points; ++i)
      words[static_cast<std::size_t>(i)] = mixed(static_cast<std::uint64_t>(ids[i]));
    for (std::size_t f = 0; f < kind.faces.size(); ++f) {
      const Face& face = kind.faces[f];
      std::uint64_t sum = 0;
      Id least = ids[face.at[0]];
      for (std::size_t i = 0; i < static_cast<std::size_t>(face.size); ++i) {
        sum += words[face.at[i]];
        least = std::min(least, ids[face.at[i]]);
      }
      use(static_cast<int>(f), mixed(sum), static_cast<std::size_t>(least));
    }
  }
};

template <class Id>
std::vector<Candidate> unpaired(const Cells<Id>& cells, std::vector<std::uint64_t>& words) {
#pragma omp parallel for schedule(static)
  for (std::int64_t cell = 0; cell < cells.count; ++cell)
    cells.eachFace(cell, [&](int, std::uint64_t key, std::size_t least) {
      std::atomic_ref<std::uint64_t>(words[least]).fetch_xor(key, std::memory_order_relaxed);
    });
  std::vector<Candidate> found;
#pragma omp parallel
  {
    std::vector<Candidate> own;
#pragma omp for schedule(static) nowait
    for (std::int64_t cell = 0; cell < cells.count; ++cell)
      cells.eachFace(cell, [&](int face, std::uint64_t key, std::size_t least) {
        if (words[least] != 0) own.push_back({key, cell, face});
      });
#pragma omp critical
    found.insert(found.end(), own.begin(), own.end());
  }
  std::sort(found.begin(), found.end(), [](const Candidate& a, const Candidate& b) {
    return a.key != b.key ? a.key < b.key : a.cell != b.cell ? a.cell < b.cell : a.face < b.face;
  });
  std::vector<Candidate> outer;
  for (std::size_t i = 0, end = 0; i < found.size(); i = end) {
    while (end < found.size() && found[end].key == found[i].key)
      ++end;
    if (end - i == 1) outer.push_back(found[i]);
  }
  std::sort(outer.begin(), outer.end(), [](const Candidate& a, const Candidate& b) {
    return a.cell != b.cell ? a.cell < b.cell : a.face < b.face;
  });
  return outer;
}

template <class Id>
vtkSmartPointer<vtkPolyData> surfaceOf(vtkUnstructuredGrid& grid, const Cells<Id>& cells,
                                       std::vector<std::uint64_t>& words) {
  const std::vector<Candidate> outer = unpaired(cells, words);
  auto surface = vtkSmartPointer<vtkPolyData>::New();
  vtkNew<vtkPoints> points;
  points->SetDataType(grid.GetPoints()->GetDataType());
  vtkNew<vtkCellArray> faces;
  surface->GetPointData()->CopyAllocate(grid.GetPointData());
  surface->GetCellData()->CopyAllocate(grid.GetCellData(), static_cast<vtkIdType>(outer.size()));
  std::fill(words.begin(), words.end(), 0); // from here on: one more than the point's number on the surface
  for (const Candidate& each : outer) {
    const Face& face = kindOf(cells.types[each.cell]).faces[static_cast<std::size_t>(each.face)];
    const Id* ids = cells.points + cells.offsets[each.cell];
    std::array<vtkIdType, 4> corners{};
    for (std::size_t i = 0; i < static_cast<std::size_t>(face.size); ++i) {
      const auto from = static_cast<vtkIdType>(ids[face.at[i]]);
      std::uint64_t& word = words[static_cast<std::size_t>(from)];
      if (word == 0) {
        const vtkIdType fresh = points->InsertNextPoint(grid.GetPoint(from));
        surface->GetPointData()->CopyData(grid.GetPointData(), from, fresh);
        word = static_cast<std::uint64_t>(fresh) + 1;
      }
      corners[i] = static_cast<vtkIdType>(word - 1);
    }
    const vtkIdType made = faces->InsertNextCell(face.size, corners.data());
    surface->GetCellData()->CopyData(grid.GetCellData(), each.cell, made);
  }
  surface->SetPoints(points);
  surface->SetPolys(faces);
  return surface;
}

} // namespace

vtkSmartPointer<vtkPolyData> outerFaces(vtkUnstructuredGrid& grid) {
  if (!grid.GetPoints() || grid.GetNumberOfCells() == 0 || grid.GetCellGhostArray() || grid.GetPointGhostArray())
    return nullptr;
  const unsigned char* types = grid.GetCellTypesArray()->GetPointer(0);
  const std::int64_t count = grid.GetNumberOfCells();
  vtkCellArray& cells = *grid.GetCells();
  for (std::int64_t cell = 0; cell < count; ++cell)
    if (const std::int64_t points = kindOf(types[cell]).points; points == 0 || points != cells.GetCellSize(cell))
      return nullptr;
  std::vector<std::uint64_t> words(static_cast<std::size_t>(grid.GetNumberOfPoints()));
  if (cells.IsStorage64Bit())
    return surfaceOf<vtkTypeInt64>(
        grid, {cells.GetOffsetsArray64()->GetPointer(0), cells.GetConnectivityArray64()->GetPointer(0), types, count},
        words);
  return surfaceOf<vtkTypeInt32>(
      grid, {cells.GetOffsetsArray32()->GetPointer(0), cells.GetConnectivityArray32()->GetPointer(0), types, count},
      words);
}

} // namespace discern::geometry
