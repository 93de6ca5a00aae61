#include "scene/slice/layer_picture.h"

#include <cstring>
#include <vtkActor.h>
#include <vtkCellArray.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkTexture.h>
#include <vtkUnsignedCharArray.h>

namespace discern::scene {
namespace {

// Heights in the panel: the camera looks down from above; what is higher covers what is lower.
double fillHeight(int ordinal) { return 0.01 * ordinal; }
double contourHeight(int ordinal, int which) { return 10 + 0.01 * ordinal + 0.002 * which + (which >= 2 ? 1 : 0); }

} // namespace

struct LayerPicture::Line {
  vtkNew<vtkPolyData> data;
  vtkNew<vtkActor> actor;
};

LayerPicture::LayerPicture(vtkRenderer* renderer) : renderer_(renderer) {
  vtkNew<vtkPolyDataMapper> mapper;
  mapper->SetInputData(quad_);
  mapper->ScalarVisibilityOff();
  fill_->SetMapper(mapper);
  fill_->SetTexture(texture_);
  fill_->GetProperty()->LightingOff();
  fill_->VisibilityOff();
  texture_->EdgeClampOn();
  texture_->SetColorModeToDirectScalars();
  renderer_->AddActor(fill_);
  for (auto& line : lines_) {
    line = std::make_unique<Line>();
    vtkNew<vtkPolyDataMapper> lineMapper;
    lineMapper->SetInputData(line->data);
    line->actor->SetMapper(lineMapper);
    line->actor->GetProperty()->LightingOff();
    line->actor->VisibilityOff();
    renderer_->AddActor(line->actor);
  }
}

LayerPicture::~LayerPicture() {
  renderer_->RemoveActor(fill_);
  for (auto& line : lines_)
    renderer_->RemoveActor(line->actor);
}

bool LayerPicture::setOrdinal(int ordinal) {
  if (ordinal == ordinal_) return false;
  ordinal_ = ordinal;
  fill_->SetPosition(0, 0, fillHeight(ordinal));
  for (std::size_t i = 0; i < lines_.size(); ++i)
    lines_[i]->actor->SetPosition(0, 0, contourHeight(ordinal, static_cast<int>(i)));
  return true;
}

void LayerPicture::raise() {
  renderer_->RemoveActor(fill_);
  renderer_->AddActor(fill_);
  for (auto& line : lines_) {
    renderer_->RemoveActor(line->actor);
    renderer_->AddActor(line->actor);
  }
}

void LayerPicture::setCurtain(const Curtain& curtain) {
  hang(*fill_, curtain_, curtain);
  for (auto& line : lines_)
    hang(*line->actor, curtain_, curtain);
  curtain_ = curtain;
}

void LayerPicture::hideFill() { fill_->VisibilityOff(); }

void LayerPicture::hide() {
  hideFill();
  for (auto& line : lines_)
    line->actor->VisibilityOff();
}

void LayerPicture::showFill(const Placement& placement, int width, int height, std::span<const Rgba8> rgba,
                            bool smooth) {
  vtkNew<vtkImageData> image;
  image->SetDimensions(width, height, 1);
  image->AllocateScalars(VTK_UNSIGNED_CHAR, 4);
  std::memcpy(image->GetScalarPointer(), rgba.data(), rgba.size_bytes());
  texture_->SetInputData(image);
  texture_->SetInterpolate(smooth);

  const auto& s = placement.linesS();
  const auto& t = placement.linesT();
  vtkNew<vtkPoints> points;
  vtkNew<vtkFloatArray> places;
  places->SetNumberOfComponents(2);
  points->SetDataTypeToDouble();
  for (const double row : t)
    for (const double column : s) {
      const Point2 corner = placement.at(column, row);
      points->InsertNextPoint(corner.u, corner.v, 0);
      const float place[2] = {static_cast<float>(column / width), static_cast<float>(row / height)};
      places->InsertNextTypedTuple(place);
    }
  vtkNew<vtkCellArray> cells;
  const auto columns = static_cast<vtkIdType>(s.size());
  for (vtkIdType j = 0; j + 1 < static_cast<vtkIdType>(t.size()); ++j)
    for (vtkIdType i = 0; i + 1 < columns; ++i) {
      const vtkIdType corner = j * columns + i;
      const vtkIdType quad[4] = {corner, corner + 1, corner + columns + 1, corner + columns};
      cells->InsertNextCell(4, quad);
    }
  quad_->SetPoints(points);
  quad_->SetPolys(cells);
  quad_->GetPointData()->SetTCoords(places);
  quad_->Modified();
  fill_->VisibilityOn();
}

void LayerPicture::hideContour(Contour which) { lines_[static_cast<std::size_t>(which)]->actor->VisibilityOff(); }

void LayerPicture::showContour(Contour which, const Placement& placement, std::span<const Edge> edges,
                               const Stroke& stroke) {
  Line& line = *lines_[static_cast<std::size_t>(which)];
  if (edges.empty()) {
    line.actor->VisibilityOff();
    return;
  }
  vtkNew<vtkPoints> points;
  points->SetDataTypeToDouble();
  vtkNew<vtkCellArray> segments;
  // A square point at every end closes the corners, whatever the width of the line.
  vtkNew<vtkCellArray> corners;
  for (const Edge& edge : edges) {
    const Point2 from = placement.at(edge.x0, edge.y0), to = placement.at(edge.x1, edge.y1);
    const vtkIdType ends[2] = {points->InsertNextPoint(from.u, from.v, 0), points->InsertNextPoint(to.u, to.v, 0)};
    segments->InsertNextCell(2, ends);
    corners->InsertNextCell(1, &ends[0]);
    corners->InsertNextCell(1, &ends[1]);
  }
  line.data->SetPoints(points);
  line.data->SetLines(segments);
  if (stroke.width >= 2)
    line.data->SetVerts(corners);
  else
    line.data->SetVerts(nullptr);
  line.data->Modified();
  vtkProperty* property = line.actor->GetProperty();
  property->SetColor(stroke.colour[0], stroke.colour[1], stroke.colour[2]);
  property->SetOpacity(stroke.opacity);
  property->SetLineWidth(static_cast<float>(stroke.width));
  property->SetPointSize(static_cast<float>(stroke.width));
  line.actor->VisibilityOn();
}

} // namespace discern::scene
