#include "gl/flat_view.h"
#include "layers/layers.h"
#include "scene/colour/mapper.h"
#include "scene/colour/shared_scale.h"
#include "scene/compare/sides.h"

#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <QPointer>
#include <QWheelEvent>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace discern::views {
namespace {

constexpr double clickSlack = 3;   ///< logical pixels a hand may shake in a click
constexpr double curtainReach = 5; ///< logical pixels beside its line
constexpr double degreesPerNotch = 120;
constexpr int statisticsPurpose = 71;

data::Vec3 operator-(const data::Vec3& a, const data::Vec3& b) { return {a[0] - b[0], a[1] - b[1], a[2] - b[2]}; }

} // namespace

void FlatView::overrideMode(const std::string& mode) {
  if (flat()) flat()->overrideMode(mode);
}

void FlatView::resetView() {
  link().run("setView2d", {{"panel", panelName()}, {"centre", data::Vec3{0, 0, 0}}, {"height", 0.0}});
}

void FlatView::moveCursor(const QPointF& position) {
  const QPointF inside(std::clamp(position.x(), 0.0, width() - 1.0), std::clamp(position.y(), 0.0, height() - 1.0));
  if (const auto world = worldAt(inside)) link().setCursor(*world);
}

void FlatView::zoomAt(const QPointF& position, double factor) {
  if (!flat()) return;
  const session::View2D now = flat()->view();
  if (now.height <= 0) return;
  data::Vec3 centre = now.centre;
  if (const auto world = worldAt(position))
    for (std::size_t axis = 0; axis < 3; ++axis)
      centre[axis] = (*world)[axis] + (centre[axis] - (*world)[axis]) / factor;
  link().run("setView2d", {{"panel", panelName()}, {"centre", centre}, {"height", now.height / factor}});
}

void FlatView::beginPan(const QPointF& position) {
  panHeight_ = 0;
  if (!flat()) return;
  // How the world moves with the pointer, from two neighbouring pixels: holds for any plane and either side up.
  panX_ = panY_ = {0, 0, 0};
  for (const QPointF& at : {position, QPointF(width() / 2.0, height() / 2.0)}) {
    const auto here = worldAt(at), right = worldAt(at + QPointF(1, 0)), down = worldAt(at + QPointF(0, 1));
    if (!here || !right || !down) continue;
    panX_ = *right - *here;
    panY_ = *down - *here;
    break;
  }
  const session::View2D now = flat()->view();
  panCentre_ = now.centre;
  panHeight_ = now.height;
}

void FlatView::beginContrast() {
  const session::Layer* layer = contrastLayer(link().state(), provider());
  contrast_.reset();
  contrastLayer_.clear();
  if (!layer || layer->rangeLocked) return;
  contrastLayer_ = layer->id;
  if (layer->range) {
    contrast_ = layer->range;
    return;
  }
  const data::FieldInfo* info = infoOf(provider(), *layer);
  const std::string id = layer->id;
  scene::askScale(provider(), {keyOf(*layer), info ? scene::statisticsTime(*info) : 0, layer->component},
                  scene::scalePeers(link().state(), *layer, provider()), {this, statisticsPurpose},
                  [view = QPointer<FlatView>(this), id](data::FieldProvider::Reply<scene::ScaleStatistics> reply) {
                    if (!view || !reply.error.empty() || view->drag_ != Drag::Contrast) return;
                    const session::Layer* now = view->link().state().layer(id);
                    if (now && id == view->contrastLayer_)
                      view->contrast_ = scene::rangeInForce(*now, &reply.value.scale);
                  });
}

void FlatView::dragContrast(const QPointF& position) {
  if (!contrast_) return;
  const session::Layer* layer = link().state().layer(contrastLayer_);
  if (!layer) return;
  const double window = std::max((*contrast_)[1] - (*contrast_)[0], 1e-300);
  const QPointF by = (position - pressed_) / 300.0;
  const double wider = window * std::exp(by.x() * 1.5);
  double level = ((*contrast_)[0] + (*contrast_)[1]) / 2 + by.y() * window;
  if (layer->symmetric) level = 0;
  link().run("setLayer", {{"id", contrastLayer_}, {"range", {level - wider / 2, level + wider / 2}}});
}

void FlatView::selectAt(const QPointF& position, bool add) {
  const auto world = worldAt(position);
  if (!world || !flat()) return;
  const auto hit = flat()->labelAt(*world);
  if (!hit || hit->second == 0) {
    if (!add && !link().state().selection.empty()) link().run("select", {{"selection", nlohmann::json::object()}});
    return;
  }
  std::set<std::int64_t> labels{hit->second};
  if (add) {
    const auto chosen = link().state().selection.find(hit->first);
    if (chosen != link().state().selection.end()) {
      labels = chosen->second;
      if (!labels.insert(hit->second).second) labels.erase(hit->second);
    }
  }
  link().select(hit->first, labels);
}

bool FlatView::onCurtain(const QPointF& position) const {
  const session::State& state = link().state();
  return state.comparison.mode == "swipe" && scene::sidesOf(state).first &&
         std::abs(position.x() - state.comparison.curtain * width()) <= curtainReach;
}

void FlatView::dragCurtain(const QPointF& position) { link().run("setCurtain", {{"at", position.x() / width()}}); }

void FlatView::mousePressEvent(QMouseEvent* event) {
  pressed_ = event->position();
  moved_ = false;
  swallowRelease_ = false;
  switch (event->button()) {
  case Qt::LeftButton:
    drag_ = onCurtain(pressed_) ? Drag::Curtain : Drag::Cursor;
    if (drag_ == Drag::Cursor && !(event->modifiers() & Qt::ControlModifier)) moveCursor(pressed_);
    break;
  case Qt::MiddleButton:
    drag_ = Drag::Pan;
    beginPan(pressed_);
    setCursor(Qt::ClosedHandCursor);
    break;
  case Qt::RightButton:
    drag_ = Drag::Contrast;
    beginContrast();
    break;
  default:
    event->ignore();
    return;
  }
  event->accept();
}

void FlatView::mouseMoveEvent(QMouseEvent* event) {
  const QPointF at = event->position();
  if (drag_ == Drag::None) {
    if (onCurtain(at))
      setCursor(Qt::SplitHCursor);
    else if (cursor().shape() == Qt::SplitHCursor)
      unsetCursor();
    if (event->modifiers() & Qt::ShiftModifier) moveCursor(at);
    return;
  }
  if (!moved_ && std::hypot(at.x() - pressed_.x(), at.y() - pressed_.y()) < clickSlack) return;
  moved_ = true;
  if (drag_ == Drag::Cursor) moveCursor(at);
  if (drag_ == Drag::Contrast) dragContrast(at);
  if (drag_ == Drag::Curtain) dragCurtain(at);
  if (drag_ == Drag::Pan && panHeight_ > 0) {
    const QPointF by = at - pressed_;
    data::Vec3 centre = panCentre_;
    for (std::size_t axis = 0; axis < 3; ++axis)
      centre[axis] -= panX_[axis] * by.x() + panY_[axis] * by.y();
    link().run("setView2d", {{"panel", panelName()}, {"centre", centre}, {"height", panHeight_}});
  }
}

void FlatView::mouseReleaseEvent(QMouseEvent* event) {
  const Drag ended = std::exchange(drag_, Drag::None);
  if (ended == Drag::Pan) unsetCursor();
  if (!moved_ && !swallowRelease_) {
    if (ended == Drag::Cursor && event->button() == Qt::LeftButton)
      selectAt(event->position(), event->modifiers() & Qt::ControlModifier);
    if (ended == Drag::Contrast && event->button() == Qt::RightButton) showMenu(event->globalPosition().toPoint());
  }
  swallowRelease_ = false;
  event->accept();
}

void FlatView::mouseDoubleClickEvent(QMouseEvent* event) {
  drag_ = Drag::None;
  swallowRelease_ = true;
  PanelWidget::mouseDoubleClickEvent(event);
}

void FlatView::wheelEvent(QWheelEvent* event) {
  const QPoint angle = event->angleDelta();
  const double notches = (angle.y() != 0 ? angle.y() : angle.x()) / degreesPerNotch;
  if (event->modifiers() & Qt::ControlModifier) {
    zoomAt(event->position(), std::pow(1.2, notches));
  } else {
    wheel_ += notches;
    const int whole = static_cast<int>(std::trunc(wheel_));
    wheel_ -= whole;
    if (whole != 0) step(whole);
  }
  event->accept();
}

void FlatView::keyPressEvent(QKeyEvent* event) {
  const Qt::KeyboardModifiers held = event->modifiers() & ~(Qt::KeypadModifier | Qt::ShiftModifier);
  if (held == Qt::NoModifier) {
    switch (event->key()) {
    case Qt::Key_Up:
    case Qt::Key_Right:
      step(1);
      return;
    case Qt::Key_Down:
    case Qt::Key_Left:
      step(-1);
      return;
    case Qt::Key_PageUp:
      step(10);
      return;
    case Qt::Key_PageDown:
      step(-10);
      return;
    case Qt::Key_Plus:
    case Qt::Key_Equal:
      zoomAt(QPointF(width() / 2.0, height() / 2.0), 1.2);
      return;
    case Qt::Key_Minus:
      zoomAt(QPointF(width() / 2.0, height() / 2.0), 1 / 1.2);
      return;
    default:
      break;
    }
  }
  PanelWidget::keyPressEvent(event);
}

void FlatView::addToMenu(QMenu& menu) {
  const session::State& state = link().state();
  const auto toggle = [&](const QString& words, const char* property, bool on) {
    QAction* action = menu.addAction(words);
    action->setCheckable(true);
    action->setChecked(on);
    QObject::connect(action, &QAction::toggled, this, [this, property](bool checked) {
      link().run("setDisplay", {{property, checked}});
    });
  };
  toggle(tr("Crosshair"), "crosshair", state.crosshair);
  toggle(tr("Smooth between voxels"), "interpolate", state.interpolate);
  QAction* automatic = menu.addAction(tr("Automatic contrast"));
  const session::Layer* layer = contrastLayer(state, provider());
  automatic->setEnabled(layer && layer->range);
  if (layer)
    QObject::connect(automatic, &QAction::triggered, this, [this, id = layer->id] {
      link().run("setLayer", {{"id", id}, {"range", nullptr}});
    });
}

} // namespace discern::views
