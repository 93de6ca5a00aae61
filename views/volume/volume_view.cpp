#include "volume/volume_view.h"

#include <QActionGroup>
#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QWheelEvent>
#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

namespace discern::views {

void VolumeView::commit() {
  if (!space()) return;
  const session::View3D view = space()->view();
  link().run("setView3d", {{"position", view.position},
                           {"focal", view.focal},
                           {"up", view.up},
                           {"parallelScale", view.parallelScale},
                           {"parallel", view.parallel}});
}

void VolumeView::look(char axis) {
  if (!space()) return;
  space()->standardView(axis);
  commit();
  requestRender();
}

void VolumeView::resetView() { look('r'); }

void VolumeView::toggleParallel() {
  if (!space()) return;
  session::View3D view = space()->view();
  link().run("setView3d", {{"position", view.position},
                           {"focal", view.focal},
                           {"up", view.up},
                           {"parallelScale", view.parallelScale},
                           {"parallel", !view.parallel}});
}

void VolumeView::mousePressEvent(QMouseEvent* event) {
  pressed_ = last_ = event->position();
  moved_ = false;
  switch (event->button()) {
  case Qt::LeftButton:
    drag_ = event->modifiers() & Qt::ShiftModifier ? Drag::Pan : Drag::Rotate;
    break;
  case Qt::MiddleButton:
    drag_ = Drag::Pan;
    break;
  case Qt::RightButton:
    drag_ = Drag::Zoom;
    break;
  default:
    event->ignore();
    return;
  }
  event->accept();
}

void VolumeView::mouseMoveEvent(QMouseEvent* event) {
  if (drag_ == Drag::None || !space()) return;
  const QPointF at = event->position();
  if (!moved_) {
    if (std::hypot(at.x() - pressed_.x(), at.y() - pressed_.y()) < 3) return;
    moved_ = true;
    space()->setInteracting(true);
  }
  const double scale = devicePixelRatioF();
  const double dx = (at.x() - last_.x()) * scale, dy = (last_.y() - at.y()) * scale; // panel pixels count upwards
  last_ = at;
  switch (drag_) {
  case Drag::Rotate:
    space()->rotate(dx, dy);
    break;
  case Drag::Pan:
    space()->pan(dx, dy);
    break;
  case Drag::Zoom:
    space()->zoom(std::pow(1.01, dy / scale));
    break;
  case Drag::None:
    break;
  }
  requestRender();
}

void VolumeView::mouseReleaseEvent(QMouseEvent* event) {
  const Drag ended = std::exchange(drag_, Drag::None);
  if (moved_ && space()) {
    space()->setInteracting(false);
    commit();
    requestRender();
  } else if (ended == Drag::Zoom) {
    showMenu(event->globalPosition().toPoint());
  }
  moved_ = false;
  event->accept();
}

void VolumeView::mouseDoubleClickEvent(QMouseEvent* event) {
  drag_ = Drag::None;
  PanelWidget::mouseDoubleClickEvent(event);
}

void VolumeView::wheelEvent(QWheelEvent* event) {
  event->accept();
  if (!space()) return;
  const QPoint angle = event->angleDelta();
  space()->zoom(std::pow(1.1, (angle.y() != 0 ? angle.y() : angle.x()) / 120.0));
  commit();
  requestRender();
}

void VolumeView::keyPressEvent(QKeyEvent* event) {
  const bool other = event->modifiers() & (Qt::ShiftModifier | Qt::ControlModifier);
  // With Shift the digits arrive as other symbols on most keyboards; the scan code does not change.
  const auto is = [event](int key, quint32 scanCode) {
    return event->key() == key || event->nativeScanCode() == scanCode;
  };
  if (is(Qt::Key_1, 10))
    look(other ? 'Y' : 'y');
  else if (is(Qt::Key_3, 12))
    look(other ? 'X' : 'x');
  else if (is(Qt::Key_7, 16))
    look(other ? 'Z' : 'z');
  else if (event->key() == Qt::Key_5)
    toggleParallel();
  else
    PanelWidget::keyPressEvent(event);
}

void VolumeView::addToMenu(QMenu& menu) {
  const session::State& state = link().state();
  auto* modes = new QActionGroup(&menu);
  for (const auto& [mode, words] :
       {std::pair{"volume", tr("Volume rendering")}, {"planes", tr("Planes")}, {"surfaces", tr("Surfaces")}}) {
    QAction* action = menu.addAction(words);
    action->setCheckable(true);
    action->setChecked(state.projection3d == mode);
    modes->addAction(action);
    QObject::connect(action, &QAction::triggered, this, [this, name = std::string(mode)] {
      link().run("setDisplay", {{"projection3d", name}});
    });
  }
  menu.addSeparator();
  const auto camera = [&](const QString& words, const char* key, char axis) {
    QAction* action = menu.addAction(words, this, [this, axis] { look(axis); });
    action->setShortcut(QKeySequence(QLatin1String(key)));
  };
  camera(tr("From the front"), "1", 'y');
  camera(tr("From the right"), "3", 'x');
  camera(tr("From above"), "7", 'z');
  QAction* parallel = menu.addAction(tr("Parallel projection"), this, [this] { toggleParallel(); });
  parallel->setShortcut(Qt::Key_5);
  parallel->setCheckable(true);
  parallel->setChecked(space() && space()->view().parallel);
}

} // namespace discern::views
