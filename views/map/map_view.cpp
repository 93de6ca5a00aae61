#include "map/map_view.h"
#include "layers/layers.h"

#include <QKeyEvent>
#include <QWheelEvent>
#include <cmath>

namespace discern::views {

void MapView::step(int steps) { zoomAt(QPointF(width() / 2.0, height() / 2.0), std::pow(1.2, steps)); }

void MapView::wheelEvent(QWheelEvent* event) {
  const QPoint angle = event->angleDelta();
  zoomAt(event->position(), std::pow(1.2, (angle.y() != 0 ? angle.y() : angle.x()) / 120.0));
  event->accept();
}

void MapView::walk(int east, int north) {
  const session::State& state = link().state();
  for (auto layer = state.layers.rbegin(); layer != state.layers.rend(); ++layer) {
    const data::FieldInfo* info = infoOf(provider(), *layer);
    if (!info || info->frame != data::Frame::LonLat) continue;
    if (info->support != data::Support::Voxels) { // no rows to walk along: the two-hundredth of what is in sight
      const auto here = flat() ? flat()->view().height / 200 : 1.0;
      const data::Vec3 at{state.cursor[0] + east * here, std::clamp(state.cursor[1] + north * here, -90.0, 90.0),
                          state.cursor[2]};
      link().setCursor(at);
      return;
    }
    const data::Vec3 bounds0 = info->world({0, 0, 0});
    const data::Vec3 bounds1 =
        info->world({static_cast<double>(info->shape[0] - 1), static_cast<double>(info->shape[1] - 1), 0});
    data::Vec3 at = info->index(state.cursor);
    at[0] = std::round(at[0]) + (bounds1[0] < bounds0[0] ? -east : east);
    at[1] = std::round(at[1]) + (bounds1[1] < bounds0[1] ? -north : north);
    const double columns = static_cast<double>(info->shape[0]);
    // A grid that closes round the globe has no edge to stop at.
    const bool closed = std::abs(std::abs(bounds1[0] - bounds0[0]) * columns / std::max(1.0, columns - 1) - 360) < 1;
    at[0] = closed ? at[0] - columns * std::floor(at[0] / columns) : std::clamp(at[0], 0.0, columns - 1);
    at[1] = std::clamp(at[1], 0.0, static_cast<double>(info->shape[1] - 1));
    data::Vec3 world = info->world(at);
    world[2] = state.cursor[2];
    link().setCursor(world);
    return;
  }
}

void MapView::keyPressEvent(QKeyEvent* event) {
  const Qt::KeyboardModifiers held = event->modifiers() & ~(Qt::KeypadModifier | Qt::ShiftModifier);
  if (held == Qt::NoModifier) {
    switch (event->key()) {
    case Qt::Key_Up:
      walk(0, 1);
      return;
    case Qt::Key_Down:
      walk(0, -1);
      return;
    case Qt::Key_Right:
      walk(1, 0);
      return;
    case Qt::Key_Left:
      walk(-1, 0);
      return;
    case Qt::Key_PageUp:
      walk(0, 10);
      return;
    case Qt::Key_PageDown:
      walk(0, -10);
      return;
    default:
      break;
    }
  }
  FlatView::keyPressEvent(event);
}

} // namespace discern::views
