#include "scene/diagram/raster.h"

#include <algorithm>
#include <cstring>
#include <vtkActor.h>
#include <vtkCamera.h>
#include <vtkCellArray.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkTexture.h>

namespace discern::scene {

Raster::Raster(vtkRenderer* renderer) : renderer_(renderer) {
  vtkNew<vtkPolyDataMapper> mapper;
  mapper->SetInputData(quad_);
  mapper->ScalarVisibilityOff();
  actor_->SetMapper(mapper);
  actor_->SetTexture(texture_);
  actor_->GetProperty()->LightingOff();
  actor_->VisibilityOff();
  texture_->EdgeClampOn();
  texture_->SetColorModeToDirectScalars();
  renderer_->AddActor(actor_);
}

Raster::~Raster() { renderer_->RemoveActor(actor_); }

void Raster::fit(int width, int height) {
  vtkCamera* camera = renderer_->GetActiveCamera();
  camera->ParallelProjectionOn();
  camera->SetFocalPoint(width / 2.0, height / 2.0, 0);
  camera->SetPosition(width / 2.0, height / 2.0, 10);
  camera->SetViewUp(0, 1, 0);
  camera->SetParallelScale(height / 2.0);
  camera->SetClippingRange(1, 100);
}

void Raster::hide() { actor_->VisibilityOff(); }

void Raster::show(const std::array<double, 4>& corners, const std::array<double, 4>& frame, int columns, int rows,
                  std::span<const Rgba8> colours, bool smooth) {
  const double x0 = std::max(corners[0], frame[0]), x1 = std::min(corners[2], frame[2]);
  const double y0 = std::max(corners[1], frame[1]), y1 = std::min(corners[3], frame[3]);
  if (x0 >= x1 || y0 >= y1 || columns < 1 || rows < 1) return hide();
  vtkNew<vtkImageData> image;
  image->SetDimensions(columns, rows, 1);
  image->AllocateScalars(VTK_UNSIGNED_CHAR, 4);
  std::memcpy(image->GetScalarPointer(), colours.data(), colours.size_bytes());
  texture_->SetInputData(image);
  texture_->SetInterpolate(smooth);
  const auto share = [](double at, double from, double to) { return static_cast<float>((at - from) / (to - from)); };
  vtkNew<vtkPoints> points;
  vtkNew<vtkFloatArray> places;
  places->SetNumberOfComponents(2);
  for (const auto& [x, y] : {std::array{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}) {
    points->InsertNextPoint(x, y, 0);
    places->InsertNextTuple2(share(x, corners[0], corners[2]), share(y, corners[1], corners[3]));
  }
  vtkNew<vtkCellArray> cells;
  const vtkIdType quad[4] = {0, 1, 2, 3};
  cells->InsertNextCell(4, quad);
  quad_->SetPoints(points);
  quad_->SetPolys(cells);
  quad_->GetPointData()->SetTCoords(places);
  quad_->Modified();
  actor_->VisibilityOn();
}

} // namespace discern::scene
