#include "scene/volume/camera.h"

#include "scene/slice/plane.h"
#include "scene/volume/grid3d.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <numbers>
#include <vtkCamera.h>

namespace discern::scene {
namespace {

constexpr double fill = 0.86; ///< of the panel by the box of the data

double dot(const data::Vec3& a, const data::Vec3& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

data::Vec3 cross(const data::Vec3& a, const data::Vec3& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

data::Vec3 unit(const data::Vec3& v) {
  const double length = std::hypot(v[0], v[1], v[2]);
  return {v[0] / length, v[1] / length, v[2] / length};
}

} // namespace

session::View3D fittedView(const data::FieldInfo& field, double aspect) {
  const auto [low, high] = field.worldBounds();
  session::View3D view;
  data::Vec3 toward{0.6, -0.7, 0.45};
  view.up = {0, 0, 1};
  if (field.frame == data::Frame::RasMillimetres) {
    toward = {-0.5, 0.8, 0.42};
  } else if (isImage(field)) {
    toward = {0.5, -0.45, -0.8};
    view.up = {0, -1, 0};
  }
  toward = unit(toward);
  for (std::size_t axis = 0; axis < 3; ++axis)
    view.focal[axis] = (low[axis] + high[axis]) / 2;
  // As near as every corner of the box allows, seen in the axes of the camera.
  const data::Vec3 right = unit(cross(view.up, toward)), above = cross(toward, right);
  const double upright = fill * std::tan(viewAngle / 2 * std::numbers::pi / 180);
  const double across = upright * std::max(0.1, aspect);
  double distance = 0;
  view.parallelScale = 0;
  for (const data::Vec3& corner : cornersOf(field)) {
    const data::Vec3 from{corner[0] - view.focal[0], corner[1] - view.focal[1], corner[2] - view.focal[2]};
    const double x = std::abs(dot(from, right)), y = std::abs(dot(from, above)), z = dot(from, toward);
    distance = std::max({distance, z + x / across, z + y / upright});
    view.parallelScale = std::max({view.parallelScale, y / fill, x / fill / std::max(0.1, aspect)});
  }
  if (!(distance > 0) || !(view.parallelScale > 0)) distance = view.parallelScale = 1;
  for (std::size_t axis = 0; axis < 3; ++axis)
    view.position[axis] = view.focal[axis] + distance * toward[axis];
  return view;
}

session::View3D alongAxis(const data::FieldInfo& field, const session::View3D& from, char axis) {
  session::View3D view = from;
  const double distance =
      std::hypot(from.position[0] - from.focal[0], from.position[1] - from.focal[1], from.position[2] - from.focal[2]);
  const int which = std::tolower(static_cast<unsigned char>(axis)) - 'x';
  const double side = std::isupper(static_cast<unsigned char>(axis)) ? -1 : 1;
  if (which < 0 || which > 2) return view;
  view.position = view.focal;
  view.position[static_cast<std::size_t>(which)] += side * distance;
  const double down = isImage(field) ? -1 : 1;
  view.up = {0, 0, 0};
  if (which == 2)
    view.up[1] = down;
  else
    view.up[2] = down;
  return view;
}

void apply(const session::View3D& view, vtkCamera* camera) {
  camera->SetViewAngle(viewAngle);
  camera->SetFocalPoint(view.focal.data());
  camera->SetPosition(view.position.data());
  camera->SetViewUp(view.up.data());
  camera->SetParallelScale(view.parallelScale);
  camera->SetParallelProjection(view.parallel);
}

session::View3D viewOf(vtkCamera* camera) {
  session::View3D view;
  camera->GetPosition(view.position.data());
  camera->GetFocalPoint(view.focal.data());
  camera->GetViewUp(view.up.data());
  view.parallelScale = camera->GetParallelScale();
  view.parallel = camera->GetParallelProjection() != 0;
  return view;
}

} // namespace discern::scene
