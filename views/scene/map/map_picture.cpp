#include "scene/map/map_picture.h"

#include "scene/overlay/furniture.h"

#include <cmath>
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
#include <vtkRenderer.h>
#include <vtkTexture.h>

namespace discern::scene {
namespace {

/// Places along an axis between which the edges are evenly spaced: the two ends of a regular axis, else all.
std::vector<std::size_t> bends(const std::vector<double>& edge) {
  const std::size_t cells = edge.size() - 1;
  const double step = (edge.back() - edge.front()) / static_cast<double>(cells);
  bool even = true;
  for (std::size_t i = 0; i <= cells; ++i)
    even = even && std::abs(edge[i] - edge.front() - step * static_cast<double>(i)) < 0.02 * std::abs(step);
  if (even) return {0, cells};
  std::vector<std::size_t> all(edge.size());
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i] = i;
  return all;
}

} // namespace

Wrapped::Wrapped(vtkRenderer* renderer) : renderer_(renderer) {
  mapper_->ScalarVisibilityOff();
  for (auto& copy : copies_) {
    copy = vtkSmartPointer<vtkActor>::New();
    copy->SetMapper(mapper_);
    copy->GetProperty()->LightingOff();
    copy->VisibilityOff();
    renderer_->AddActor(copy);
  }
}

Wrapped::~Wrapped() {
  for (auto& copy : copies_)
    renderer_->RemoveActor(copy);
}

void Wrapped::setData(vtkPolyData* data) { mapper_->SetInputData(data); }

void Wrapped::setTexture(vtkTexture* texture) {
  for (auto& copy : copies_)
    copy->SetTexture(texture);
}

void Wrapped::setStroke(const Rgb& colour, double width, double opacity) {
  for (auto& copy : copies_) {
    copy->GetProperty()->SetColor(colour[0], colour[1], colour[2]);
    copy->GetProperty()->SetLineWidth(static_cast<float>(width));
    copy->GetProperty()->SetOpacity(opacity);
  }
}

void Wrapped::setPointSize(double size) {
  for (auto& copy : copies_)
    copy->GetProperty()->SetPointSize(static_cast<float>(size));
}

void Wrapped::setColoured(bool on) {
  mapper_->SetScalarVisibility(on);
  mapper_->SetColorModeToDirectScalars();
}

void Wrapped::place(double shift, double height, bool around) {
  around_ = around;
  for (std::size_t i = 0; i < copies_.size(); ++i)
    copies_[i]->SetPosition(shift + 360.0 * (static_cast<double>(i) - 1), 0, height);
  show(shown_);
}

void Wrapped::show(bool on) {
  shown_ = on;
  for (std::size_t i = 0; i < copies_.size(); ++i)
    copies_[i]->SetVisibility(on && (around_ || i == 1));
}

void Wrapped::setCurtain(const Curtain& curtain) {
  for (auto& copy : copies_)
    hang(*copy, curtain_, curtain);
  curtain_ = curtain;
}

MapPicture::MapPicture(vtkRenderer* renderer) : fill_(renderer) {
  texture_->SetColorModeToDirectScalars();
  texture_->EdgeClampOn();
  fill_.setTexture(texture_);
  for (auto& line : lines_)
    line = std::make_unique<Wrapped>(renderer);
}

MapPicture::~MapPicture() = default;

void MapPicture::showFill(const MapGrid& grid, std::span<const Rgba8> colours, bool smooth) {
  const auto width = static_cast<int>(grid.lon.size()) - 1, height = static_cast<int>(grid.lat.size()) - 1;
  vtkNew<vtkImageData> image;
  image->SetDimensions(width, height, 1);
  image->AllocateScalars(VTK_UNSIGNED_CHAR, 4);
  std::memcpy(image->GetScalarPointer(), colours.data(), colours.size_bytes());
  texture_->SetInputData(image);
  texture_->SetInterpolate(smooth);
  const auto columns = bends(grid.lon), rows = bends(grid.lat);
  vtkNew<vtkPoints> points;
  points->SetDataTypeToDouble();
  vtkNew<vtkFloatArray> places;
  places->SetNumberOfComponents(2);
  for (const std::size_t row : rows)
    for (const std::size_t column : columns) {
      points->InsertNextPoint(grid.lon[column], grid.lat[row], 0);
      const float place[2] = {static_cast<float>(column) / static_cast<float>(width),
                              static_cast<float>(row) / static_cast<float>(height)};
      places->InsertNextTypedTuple(place);
    }
  vtkNew<vtkCellArray> cells;
  const auto across = static_cast<vtkIdType>(columns.size());
  for (vtkIdType j = 0; j + 1 < static_cast<vtkIdType>(rows.size()); ++j)
    for (vtkIdType i = 0; i + 1 < across; ++i) {
      const vtkIdType corner = j * across + i;
      const vtkIdType quad[4] = {corner, corner + 1, corner + across + 1, corner + across};
      cells->InsertNextCell(4, quad);
    }
  vtkNew<vtkPolyData> shape;
  shape->SetPoints(points);
  shape->SetPolys(cells);
  shape->GetPointData()->SetTCoords(places);
  fill_.setData(shape);
  fill_.show(true);
}

void MapPicture::showContour(Contour which, const MapGrid& grid, std::span<const Edge> edges, const Stroke& stroke) {
  if (edges.empty()) {
    hideContour(which);
    return;
  }
  vtkNew<vtkPoints> points;
  points->SetDataTypeToDouble();
  vtkNew<vtkCellArray> cells;
  for (const Edge& edge : edges) {
    const auto corner = [&](int x, int y) {
      return points->InsertNextPoint(grid.lon[static_cast<std::size_t>(x)], grid.lat[static_cast<std::size_t>(y)], 0);
    };
    const vtkIdType ends[2] = {corner(edge.x0, edge.y0), corner(edge.x1, edge.y1)};
    cells->InsertNextCell(2, ends);
  }
  vtkNew<vtkPolyData> shape;
  shape->SetPoints(points);
  shape->SetLines(cells);
  const std::size_t first = 2 * static_cast<std::size_t>(which);
  lines_[first]->setData(shape);
  lines_[first]->setStroke(haloOf(stroke.colour), stroke.width + 2, stroke.opacity);
  lines_[first]->show(stroke.halo);
  lines_[first + 1]->setData(shape);
  lines_[first + 1]->setStroke(stroke.colour, stroke.width, stroke.opacity);
  lines_[first + 1]->show(true);
}

void MapPicture::hideContour(Contour which) {
  lines_[2 * static_cast<std::size_t>(which)]->show(false);
  lines_[2 * static_cast<std::size_t>(which) + 1]->show(false);
}

void MapPicture::hide() {
  hideFill();
  hideContour(Contour::All);
  hideContour(Contour::Selected);
}

void MapPicture::setCurtain(const Curtain& curtain) {
  fill_.setCurtain(curtain);
  for (auto& line : lines_)
    line->setCurtain(curtain);
}

void MapPicture::place(double shift, int ordinal, bool around) {
  fill_.place(shift, 0.01 * ordinal, around);
  for (std::size_t i = 0; i < lines_.size(); ++i)
    lines_[i]->place(shift, 20 + 0.01 * ordinal + 0.002 * static_cast<double>(i), around);
}

} // namespace discern::scene
