#include "grid/view_keys.h"
#include "grid/view_grid.h"

#include <QAbstractButton>
#include <QAbstractSpinBox>
#include <QApplication>
#include <QComboBox>
#include <QKeyEvent>
#include <QLineEdit>
#include <QMenu>
#include <QPlainTextEdit>
#include <QTextEdit>
#include <QWidget>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace discern::views {
namespace {

/// Three changes a second: quick enough to see what moves, slow enough to be safe for photosensitive eyes.
constexpr int flickerMilliseconds = 333;

bool takesText(const QWidget* widget) {
  if (qobject_cast<const QLineEdit*>(widget) || qobject_cast<const QAbstractSpinBox*>(widget) ||
      qobject_cast<const QComboBox*>(widget) || qobject_cast<const QMenu*>(widget))
    return true;
  if (const auto* edit = qobject_cast<const QTextEdit*>(widget)) return !edit->isReadOnly();
  if (const auto* edit = qobject_cast<const QPlainTextEdit*>(widget)) return !edit->isReadOnly();
  return false;
}

} // namespace

ViewKeys::ViewKeys(link::Link& link, ViewGrid& grid, QWidget* window)
    : QObject(window), link_(link), grid_(grid), window_(window) {
  flicker_.setInterval(flickerMilliseconds);
  QObject::connect(&flicker_, &QTimer::timeout, this, &ViewKeys::showNext);
  qApp->installEventFilter(this);
}

std::vector<ViewKeys::Key> ViewKeys::sheet() {
  return {{QKeySequence(Qt::Key_G), tr("Show or hide the overlay")},
          {QKeySequence(Qt::Key_T), tr("Show or hide the image")},
          {QKeySequence(Qt::Key_F), tr("Hold: flicker between prediction and truth")},
          {QKeySequence(Qt::Key_O), tr("Overlay of prediction and truth")},
          {QKeySequence(Qt::Key_D), tr("Difference of prediction and truth")},
          {QKeySequence(Qt::Key_C), tr("Curtain between prediction and truth, or the two topmost layers")},
          {QKeySequence(Qt::Key_K), tr("Checkerboard of the two")},
          {QKeySequence(Qt::Key_BracketLeft), tr("Move the curtain to the left")},
          {QKeySequence(Qt::Key_BracketRight), tr("Move the curtain to the right")},
          {QKeySequence(Qt::Key_Space), tr("Play or pause time")},
          {QKeySequence(Qt::Key_Comma), tr("Previous time step")},
          {QKeySequence(Qt::Key_Period), tr("Next time step")},
          {QKeySequence(Qt::Key_N), tr("Next disagreement")},
          {QKeySequence(Qt::SHIFT | Qt::Key_N), tr("Previous disagreement")}};
}

void ViewKeys::toggleOverlay() {
  // All together: if any overlay shows, hide them all.
  const auto layers = link_.state().layers;
  const auto over = [](const session::Layer& layer) { return layer.role != session::Role::Image; };
  const bool any = std::any_of(layers.begin(), layers.end(),
                               [&](const session::Layer& layer) { return over(layer) && layer.visible; });
  for (const session::Layer& layer : layers)
    if (over(layer)) link_.run("setLayer", {{"id", layer.id}, {"visible", !any}});
}

void ViewKeys::toggleImage() {
  const auto layers = link_.state().layers;
  const auto image = [](const session::Layer& layer) { return layer.role == session::Role::Image; };
  const bool any = std::any_of(layers.begin(), layers.end(),
                               [&](const session::Layer& layer) { return image(layer) && layer.visible; });
  for (const session::Layer& layer : layers)
    if (image(layer)) link_.run("setLayer", {{"id", layer.id}, {"visible", !any}});
}

void ViewKeys::setMode(const QString& mode) { link_.run("setComparison", {{"mode", mode.toStdString()}}); }

void ViewKeys::toggleMode(const QString& mode) {
  setMode(link_.state().comparison.mode == mode.toStdString() ? QStringLiteral("overlay") : mode);
}

void ViewKeys::beginFlicker() {
  if (flicker_.isActive()) return;
  showTruth_ = false;
  flicker_.start();
  showNext();
}

void ViewKeys::showNext() {
  showTruth_ = !showTruth_;
  grid_.overrideMode(showTruth_ ? "truth" : "prediction");
}

void ViewKeys::endFlicker() {
  if (!flicker_.isActive()) return;
  flicker_.stop();
  grid_.overrideMode({});
}

bool ViewKeys::eventFilter(QObject* watched, QEvent* event) {
  if (event->type() == QEvent::WindowDeactivate && watched == window_) endFlicker(); // its release goes elsewhere
  if (event->type() != QEvent::KeyPress && event->type() != QEvent::KeyRelease) return false;
  auto* widget = qobject_cast<QWidget*>(watched);
  // Only the widget that has the keyboard: an ignored key comes by again for each of its parents.
  if (!widget || widget->window() != window_ || (QApplication::focusWidget() && widget != QApplication::focusWidget()))
    return false;
  auto* key = static_cast<QKeyEvent*>(event);
  if (event->type() == QEvent::KeyRelease) {
    if (key->key() != Qt::Key_F || !flicker_.isActive()) return false;
    if (!key->isAutoRepeat()) endFlicker();
    return true;
  }
  if (takesText(widget) || QApplication::activePopupWidget() || QApplication::activeModalWidget()) return false;
  const bool shifted = key->modifiers() & Qt::ShiftModifier;
  if (key->modifiers() & ~(Qt::ShiftModifier | Qt::KeypadModifier)) return false;
  if (shifted && key->key() != Qt::Key_N) return false;
  const bool once = !key->isAutoRepeat();
  switch (key->key()) {
  case Qt::Key_G:
    if (once) toggleOverlay();
    return true;
  case Qt::Key_T:
    if (once) toggleImage();
    return true;
  case Qt::Key_F:
    if (once) beginFlicker();
    return true;
  case Qt::Key_O:
    setMode(QStringLiteral("overlay"));
    return true;
  case Qt::Key_D:
    if (once) toggleMode(QStringLiteral("difference"));
    return true;
  case Qt::Key_C:
    if (once) toggleMode(QStringLiteral("swipe"));
    return true;
  case Qt::Key_K:
    if (once) toggleMode(QStringLiteral("checkerboard"));
    return true;
  case Qt::Key_BracketLeft:
  case Qt::Key_BracketRight:
    if (link_.state().comparison.mode != "swipe") return false;
    link_.run("setCurtain",
              {{"at", link_.state().comparison.curtain + (key->key() == Qt::Key_BracketLeft ? -0.05 : 0.05)}});
    return true;
  case Qt::Key_Space:
    if (qobject_cast<QAbstractButton*>(widget)) return false; // there it presses the button
    if (once) Q_EMIT playPause();
    return true;
  case Qt::Key_Comma:
    Q_EMIT stepTime(-1);
    return true;
  case Qt::Key_Period:
    Q_EMIT stepTime(1);
    return true;
  case Qt::Key_N:
    Q_EMIT stepDisagreement(shifted ? -1 : 1);
    return true;
  default:
    return false;
  }
}

} // namespace discern::views
