#include "scene/volume/furniture3d.h"

#include "scene/volume/grid3d.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vtkActor.h>
#include <vtkCamera.h>
#include <vtkCellArray.h>
#include <vtkMatrix4x4.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>

namespace discern::scene {
namespace {

void setUp(vtkActor* actor, vtkPolyData* data, vtkRenderer* renderer) {
  vtkNew<vtkPolyDataMapper> mapper;
  mapper->SetInputData(data);
  actor->SetMapper(mapper);
  actor->GetProperty()->LightingOff();
  actor->VisibilityOff();
  renderer->AddActor(actor);
}

void setLines(vtkPolyData* data, const std::vector<std::array<data::Vec3, 2>>& lines) {
  vtkNew<vtkPoints> points;
  vtkNew<vtkCellArray> cells;
  for (const auto& line : lines) {
    const vtkIdType ends[2] = {points->InsertNextPoint(line[0].data()), points->InsertNextPoint(line[1].data())};
    cells->InsertNextCell(2, ends);
  }
  data->SetPoints(points);
  data->SetLines(cells);
  data->Modified();
}

void setStroke(vtkActor* actor, const Rgb& colour, double width, double opacity) {
  vtkProperty* property = actor->GetProperty();
  property->SetColor(colour[0], colour[1], colour[2]);
  property->SetLineWidth(static_cast<float>(std::max(1.0, width)));
  property->SetOpacity(opacity);
  actor->VisibilityOn();
}

} // namespace

Frame3D::Frame3D(vtkRenderer* scene, vtkRenderer* over) {
  setUp(boxActor_, box_, scene);
  setUp(cursorActor_, cursor_, over);
}

Frame3D::~Frame3D() = default;

void Frame3D::show(const data::FieldInfo& field, const Theme& theme, double scale) {
  const auto corners = cornersOf(field);
  std::vector<std::array<data::Vec3, 2>> lines;
  for (unsigned i = 0; i < 8; ++i)
    for (unsigned axis = 0; axis < 3; ++axis)
      if ((i >> axis & 1U) == 0U) lines.push_back({corners[i], corners[i | 1U << axis]});
  if (corners == corners_ && theme.muted == boxColour_ && boxActor_->GetVisibility()) return;
  corners_ = corners;
  boxColour_ = theme.muted;
  setLines(box_, lines);
  setStroke(boxActor_, theme.muted, scale, 0.55);
}

void Frame3D::showCursor(const data::FieldInfo& field, const data::Vec3& cursor, const Theme& theme, double scale) {
  const data::Vec3 at = field.index(cursor);
  std::vector<std::array<data::Vec3, 2>> lines;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    data::Vec3 from = at, to = at;
    from[axis] = -0.5;
    to[axis] = static_cast<double>(field.shape[axis]) - 0.5;
    lines.push_back({field.world(from), field.world(to)});
  }
  setLines(cursor_, lines);
  setStroke(cursorActor_, theme.accent, scale, 0.7);
}

void Frame3D::hideCursor() { cursorActor_->VisibilityOff(); }

void Frame3D::hide() {
  boxActor_->VisibilityOff();
  hideCursor();
}

void drawAxesCross(Overlay& overlay, vtkCamera* camera, bool brain, double x, double y) {
  constexpr std::array positive{"R", "A", "S"}, negative{"L", "P", "I"}, plain{"x", "y", "z"};
  const double scale = overlay.scale(), length = 24 * scale, reach = 34 * scale;
  vtkMatrix4x4* view = camera->GetViewTransformMatrix();
  struct Arm {
    double u, v, depth;
    std::string words;
    bool strong;
  };
  std::vector<Arm> arms;
  for (int axis = 0; axis < 3; ++axis) {
    const auto a = static_cast<std::size_t>(axis);
    const double u = view->GetElement(0, axis), v = view->GetElement(1, axis), depth = view->GetElement(2, axis);
    arms.push_back({u, v, depth, brain ? positive[a] : plain[a], true});
    if (brain) arms.push_back({-u, -v, -depth, negative[a], false});
  }
  std::sort(arms.begin(), arms.end(), [](const Arm& a, const Arm& b) { return a.depth < b.depth; });
  for (const Arm& arm : arms) {
    const Rgb& ink = arm.strong ? overlay.theme().text : overlay.theme().muted;
    overlay.line(x, y, x + length * arm.u, y + length * arm.v, 2 * scale, ink, arm.depth < -0.05 ? 0.55 : 1);
  }
  for (const Arm& arm : arms) {
    // An axis that points at the viewer has no room for its letter.
    if (std::hypot(arm.u, arm.v) < 0.25) continue;
    const Rgb& ink = arm.strong ? overlay.theme().text : overlay.theme().muted;
    overlay.text(x + reach * arm.u, y + reach * arm.v, arm.words,
                 {12, ink, Overlay::Anchor::Centre, false, arm.strong});
  }
}

} // namespace discern::scene
