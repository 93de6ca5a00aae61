#include "io/grids/object/amr_boxes.h"

#include <algorithm>
#include <vtkAMRBox.h>
#include <vtkAMRInformation.h>
#include <vtkCellData.h>
#include <vtkOverlappingAMR.h>
#include <vtkUniformGrid.h>
#include <vtkUnsignedCharArray.h>

namespace discern::io {

vtkSmartPointer<vtkOverlappingAMR> makeAmr(const data::Vec3& origin, const std::vector<AmrLevel>& levels) {
  const auto amr = vtkSmartPointer<vtkOverlappingAMR>::New();
  std::vector<int> counts;
  counts.reserve(levels.size());
  for (const AmrLevel& level : levels)
    counts.push_back(static_cast<int>(level.boxes.size()));
  amr->Initialize(static_cast<int>(levels.size()), counts.data());
  amr->SetOrigin(origin.data());
  amr->SetGridDescription(VTK_XYZ_GRID);
  for (unsigned l = 0; l < levels.size(); ++l) {
    const AmrLevel& level = levels[l];
    amr->SetSpacing(l, level.spacing.data());
    amr->SetRefinementRatio(l, level.ratio);
    for (unsigned i = 0; i < level.boxes.size(); ++i) {
      const AmrBox& box = level.boxes[i];
      const vtkAMRBox cells(box.lo.data(), box.hi.data());
      amr->SetAMRBox(l, i, cells);
      const auto grid = vtkSmartPointer<vtkUniformGrid>::New();
      grid->SetSpacing(level.spacing.data());
      grid->SetOrigin(origin[0] + box.lo[0] * level.spacing[0], origin[1] + box.lo[1] * level.spacing[1],
                      origin[2] + box.lo[2] * level.spacing[2]);
      grid->SetDimensions(box.hi[0] - box.lo[0] + 2, box.hi[1] - box.lo[1] + 2, box.hi[2] - box.lo[2] + 2);
      amr->SetDataSet(l, i, grid);
    }
  }
  return amr;
}

void markRefined(vtkOverlappingAMR& amr) {
  const unsigned levels = amr.GetNumberOfLevels();
  if (levels > 1 && !amr.GetAMRInfo()->HasRefinementRatio()) amr.GetAMRInfo()->GenerateRefinementRatio();
  for (unsigned level = 0; level < levels; ++level)
    for (unsigned i = 0; i < amr.GetNumberOfDataSets(level); ++i) {
      vtkUniformGrid* grid = amr.GetDataSet(level, i);
      if (!grid || grid->GetCellData()->HasArray("refined")) continue;
      const auto marks = vtkSmartPointer<vtkUnsignedCharArray>::New();
      marks->SetName("refined");
      marks->SetNumberOfValues(grid->GetNumberOfCells());
      marks->FillValue(0);
      grid->GetCellData()->AddArray(marks);
      const vtkAMRBox& box = amr.GetAMRBox(level, i);
      if (level + 1 == levels || box.GetNumberOfCells() != grid->GetNumberOfCells()) continue;
      int size[3];
      box.GetNumberOfCells(size);
      for (unsigned j = 0; j < amr.GetNumberOfDataSets(level + 1); ++j) {
        vtkAMRBox finer = amr.GetAMRBox(level + 1, j);
        finer.Coarsen(std::max(amr.GetRefinementRatio(level), 1));
        if (!finer.Intersect(box)) continue;
        const int* lo = finer.GetLoCorner();
        const int* hi = finer.GetHiCorner();
        const int* first = box.GetLoCorner();
        for (int z = lo[2]; z <= hi[2]; ++z)
          for (int y = lo[1]; y <= hi[1]; ++y)
            for (int x = lo[0]; x <= hi[0]; ++x)
              marks->SetValue((std::int64_t{z - first[2]} * size[1] + (y - first[1])) * size[0] + (x - first[0]), 1);
      }
    }
}

} // namespace discern::io
