#include "scene/shape/shape_picture.h"

#include "scene/colour/labels.h"

#include <cmath>
#include <cstring>
#include <vtkActor.h>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkFloatArray.h>
#include <vtkIdTypeArray.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>
#include <vtkUnsignedCharArray.h>

namespace discern::scene {

namespace {

vtkSmartPointer<vtkCellArray> cellsOf(const std::vector<std::uint32_t>& indices, vtkIdType size) {
  const auto count = static_cast<vtkIdType>(indices.size()) / size;
  vtkNew<vtkIdTypeArray> offsets, connectivity;
  offsets->SetNumberOfValues(count + 1);
  connectivity->SetNumberOfValues(count * size);
  for (vtkIdType i = 0; i <= count; ++i)
    offsets->SetValue(i, i * size);
  for (vtkIdType i = 0; i < count * size; ++i)
    connectivity->SetValue(i, indices[static_cast<std::size_t>(i)]);
  auto cells = vtkSmartPointer<vtkCellArray>::New();
  cells->SetData(offsets, connectivity);
  return cells;
}

/// World points, or what a slice panel sees of them.
vtkSmartPointer<vtkPoints> pointsOf(const ShapePicture::Look& look) {
  const data::Shape& shape = *look.shape;
  auto points = vtkSmartPointer<vtkPoints>::New();
  points->SetDataTypeToDouble();
  const std::size_t count = shape.points.size() / 3;
  points->SetNumberOfPoints(static_cast<vtkIdType>(count));
  for (std::size_t i = 0; i < count; ++i) {
    data::Vec3 at{};
    for (std::size_t a = 0; a < 3; ++a)
      at[a] = shape.origin[a] + static_cast<double>(shape.points[3 * i + a]);
    if (look.flat) {
      const Point2 seen = look.flat->flatten(at);
      at = {seen.u, seen.v, 0};
    }
    points->SetPoint(static_cast<vtkIdType>(i), at.data());
  }
  return points;
}

Rgba8 labelRgba(double value, const ShapePicture::Look& look) {
  if (std::isnan(value) || (look.blank && value == *look.blank)) return toRgba8(look.plain, look.opacity);
  return toRgba8(labelColour(std::llround(value)), look.opacity);
}

/// One colour a value; of values per cell in the order in which VTK counts: vertices, lines, triangles.
vtkSmartPointer<vtkUnsignedCharArray> coloursOf(const ShapePicture::Look& look, const ColorMap& map) {
  const data::Shape& shape = *look.shape;
  auto colours = vtkSmartPointer<vtkUnsignedCharArray>::New();
  colours->SetNumberOfComponents(4);
  colours->SetNumberOfTuples(static_cast<vtkIdType>(shape.values.size()));
  const ColorMapper mapper(map, look.scale);
  const std::size_t triangles = shape.triangles.size() / 3, lines = shape.lines.size() / 2;
  const std::size_t total = shape.values.size();
  for (std::size_t i = 0; i < total; ++i) {
    const double value = static_cast<double>(shape.values[i]);
    const Rgba8 colour = look.labels ? labelRgba(value, look) : mapper(value);
    std::size_t to = i;
    if (shape.perCell) {
      if (i < triangles)
        to = i + total - triangles;
      else if (i < triangles + lines)
        to = i - triangles + shape.vertices.size();
      else
        to = i - triangles - lines;
    }
    colours->SetTypedTuple(static_cast<vtkIdType>(to), colour.data());
  }
  return colours;
}

void fill(vtkPolyData& body, const ShapePicture::Look& look, vtkPoints* points) {
  const data::Shape& shape = *look.shape;
  body.Initialize();
  body.SetPoints(points);
  body.SetVerts(cellsOf(shape.vertices, 1));
  body.SetLines(cellsOf(shape.lines, 2));
  body.SetPolys(cellsOf(shape.triangles, 3));
}

void colour(vtkPolyData& body, const ShapePicture::Look& look, const ColorMap& map) {
  body.GetPointData()->SetScalars(nullptr);
  body.GetCellData()->SetScalars(nullptr);
  if (!look.shape->values.empty()) {
    const auto colours = coloursOf(look, map);
    if (look.shape->perCell)
      body.GetCellData()->SetScalars(colours);
    else
      body.GetPointData()->SetScalars(colours);
  }
  body.Modified();
}

} // namespace

vtkSmartPointer<vtkPolyData> shapeBody(const ShapePicture::Look& look, const ColorMap& map) {
  auto body = vtkSmartPointer<vtkPolyData>::New();
  fill(*body, look, pointsOf(look));
  colour(*body, look, map);
  return body;
}

ShapePicture::ShapePicture(vtkRenderer* renderer) : renderer_(renderer) {
  for (const auto& [data, actor] : {std::pair{body_.Get(), bodyActor_.Get()}, {lines_.Get(), linesActor_.Get()}}) {
    vtkNew<vtkPolyDataMapper> mapper;
    mapper->SetInputData(data);
    mapper->SetColorModeToDirectScalars();
    actor->SetMapper(mapper);
    actor->VisibilityOff();
    renderer_->AddActor(actor);
  }
  linesActor_->GetProperty()->LightingOff();
}

ShapePicture::~ShapePicture() {
  renderer_->RemoveActor(bodyActor_);
  renderer_->RemoveActor(linesActor_);
}

void ShapePicture::setCurtain(const Curtain& curtain) {
  hang(*bodyActor_, curtain_, curtain);
  hang(*linesActor_, curtain_, curtain);
  curtain_ = curtain;
}

void ShapePicture::hide() {
  bodyActor_->VisibilityOff();
  linesActor_->VisibilityOff();
  shown_.reset();
}

void ShapePicture::show(const Look& look, const ColorMap& map) {
  if (shown_ == look) return;
  const data::Shape& shape = *look.shape;
  if (!shown_ || shown_->shape != look.shape || shown_->flat != look.flat) {
    const auto points = pointsOf(look);
    fill(*body_, look, points);
    lines_->Initialize();
    lines_->SetPoints(points);
    lines_->SetLines(cellsOf(shape.outlines, 2));
  }
  colour(*body_, look, map);
  vtkProperty* property = bodyActor_->GetProperty();
  property->SetColor(look.plain[0], look.plain[1], look.plain[2]);
  property->SetOpacity(shape.values.empty() ? look.opacity : 1);
  property->SetPointSize(static_cast<float>(3 * look.pixels));
  property->SetLineWidth(static_cast<float>((look.flat ? 2 : 1.5) * look.pixels));
  property->SetLighting(!look.flat && !shape.triangles.empty());
  property->SetAmbient(0.25);
  property->SetDiffuse(0.8);
  linesActor_->GetProperty()->SetColor(look.outline[0], look.outline[1], look.outline[2]);
  linesActor_->GetProperty()->SetLineWidth(static_cast<float>(look.pixels));
  const double height = look.flat ? 0.01 * look.ordinal : 0;
  bodyActor_->SetPosition(0, 0, height);
  linesActor_->SetPosition(0, 0, look.flat ? height + 0.005 : 0);
  bodyActor_->SetVisibility(!shape.triangles.empty() || !shape.lines.empty() || !shape.vertices.empty());
  linesActor_->SetVisibility(!shape.outlines.empty());
  shown_ = look;
}

} // namespace discern::scene
