#include "scene/figure/harvest.h"

#include "scene/compare/curtain.h"
#include "scene/figure/context_recorder.h"
#include "scene/overlay/overlay.h"

#include <algorithm>
#include <cmath>
#include <vtkActor.h>
#include <vtkCamera.h>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkContextActor.h>
#include <vtkContextScene.h>
#include <vtkIdList.h>
#include <vtkMapper.h>
#include <vtkMatrix4x4.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkPropCollection.h>
#include <vtkProperty.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>
#include <vtkRendererCollection.h>
#include <vtkTextActor.h>
#include <vtkTextProperty.h>

namespace discern::scene {
namespace {

/// World → device pixels of a renderer that is seen straight on.
struct Projection {
  explicit Projection(vtkRenderer* renderer) {
    const int* origin = renderer->GetOrigin();
    const int* size = renderer->GetSize();
    vtkCamera* camera = renderer->GetActiveCamera();
    perUnit = size[1] / (2 * camera->GetParallelScale());
    const double* focal = camera->GetFocalPoint();
    x0 = origin[0] + size[0] / 2.0 - focal[0] * perUnit;
    y0 = origin[1] + size[1] / 2.0 - focal[1] * perUnit;
    clip = {static_cast<double>(origin[0]), static_cast<double>(origin[1]), static_cast<double>(origin[0] + size[0]),
            static_cast<double>(origin[1] + size[1])};
  }
  [[nodiscard]] std::array<double, 2> operator()(const double* world) const {
    return {x0 + world[0] * perUnit, y0 + world[1] * perUnit};
  }
  double perUnit = 1, x0 = 0, y0 = 0;
  std::array<double, 4> clip{};
};

/// The polygons of an actor are none, its lines some.
vtkPolyData* linesOf(vtkActor* actor) {
  auto* data = actor->GetMapper() ? vtkPolyData::SafeDownCast(actor->GetMapper()->GetInput()) : nullptr;
  const bool plain = data && data->GetNumberOfLines() > 0 && data->GetNumberOfPolys() == 0 &&
                     (!actor->GetMapper()->GetScalarVisibility() ||
                      (data->GetPointData()->GetScalars() == nullptr && data->GetCellData()->GetScalars() == nullptr));
  return plain ? data : nullptr;
}

/// Moves a side of the clip to the line of the actor's curtain. False: the curtain is no rectangle.
bool clipToCurtain(vtkActor* actor, std::array<double, 4>& clip) {
  const Curtain curtain = curtainOf(*actor);
  if (curtain.kind == Curtain::Kind::Checkerboard) return false;
  if (curtain.kind == Curtain::Kind::None) return true;
  double& side = clip[curtain.second ? 0 : 2];
  side = curtain.second ? std::max(side, curtain.at) : std::min(side, curtain.at);
  return true;
}

Drawing::Path strokeOf(vtkActor* actor, vtkPolyData* data, const Projection& projection) {
  Drawing::Path path;
  path.kind = Drawing::Path::Kind::Segments;
  path.clip = projection.clip;
  vtkProperty* property = actor->GetProperty();
  property->GetColor(path.colour.data());
  path.opacity = property->GetOpacity();
  path.width = static_cast<double>(property->GetLineWidth());
  path.square = data->GetNumberOfVerts() > 0; // the ends were closed with square points
  vtkMatrix4x4* matrix = actor->GetMatrix();
  const auto place = [&](vtkIdType id) {
    double at[4] = {0, 0, 0, 1}, world[4];
    data->GetPoint(id, at);
    matrix->MultiplyPoint(at, world);
    return projection(world);
  };
  const auto& c = projection.clip;
  const auto outside = [&](const std::array<double, 2>& a, const std::array<double, 2>& b) {
    return std::max(a[0], b[0]) < c[0] || std::min(a[0], b[0]) > c[2] || std::max(a[1], b[1]) < c[1] ||
           std::min(a[1], b[1]) > c[3];
  };
  vtkNew<vtkIdList> ids;
  vtkCellArray* lines = data->GetLines();
  for (vtkIdType cell = 0; cell < lines->GetNumberOfCells(); ++cell) {
    lines->GetCellAtId(cell, ids);
    for (vtkIdType i = 0; i + 1 < ids->GetNumberOfIds(); ++i) {
      const auto from = place(ids->GetId(i)), to = place(ids->GetId(i + 1));
      if (outside(from, to)) continue;
      path.points.push_back(from);
      path.points.push_back(to);
    }
  }
  return path;
}

} // namespace

Harvest::Harvest(Panel& panel, vtkRenderWindow* window) {
  Overlay* overlay = panel.overlay();
  vtkRendererCollection* renderers = window->GetRenderers();
  const bool flat = dynamic_cast<FlatPanel*>(&panel) != nullptr;
  vtkCollectionSimpleIterator at = nullptr;
  renderers->InitTraversal(at);
  while (vtkRenderer* renderer = renderers->GetNextRenderer(at))
    if (!overlay || renderer != overlay->renderer()) takeLines(renderer, flat);
  if (!overlay) return;
  drawing_.append(overlay->drawing());
  written_ = overlay->renderer();
  written_->DrawOff();
}

void Harvest::takeLines(vtkRenderer* renderer, bool flat) {
  vtkPropCollection* props = renderer->GetViewProps();
  vtkCollectionSimpleIterator at = nullptr;
  props->InitTraversal(at);
  while (vtkProp* prop = props->GetNextProp(at)) {
    if (!prop->GetVisibility()) continue;
    if (auto* chart = vtkContextActor::SafeDownCast(prop)) {
      drawing_.append(recordScene(chart->GetScene(), renderer));
    } else if (auto* words = vtkTextActor::SafeDownCast(prop)) {
      const double* position = words->GetPosition();
      if (words->GetInput() && *words->GetInput())
        drawing_.items.emplace_back(textAt(position[0], position[1], words->GetInput(), words->GetTextProperty()));
    } else if (auto* actor = vtkActor::SafeDownCast(prop)) {
      vtkPolyData* data = flat ? linesOf(actor) : nullptr;
      Drawing::Path path;
      if (data) path = strokeOf(actor, data, Projection(renderer));
      if (!data || !clipToCurtain(actor, *path.clip)) {
        left_ = true;
        continue;
      }
      drawing_.items.emplace_back(std::move(path));
    } else {
      left_ = true;
      continue;
    }
    prop->VisibilityOff();
    hidden_.emplace_back(prop);
  }
}

Harvest::~Harvest() {
  for (const auto& prop : hidden_)
    prop->VisibilityOn();
  if (written_) written_->DrawOn();
}

} // namespace discern::scene
