#include "slice/slice_view.h"
#include "layers/layers.h"
#include "slice/region_overlay.h"

#include <QKeyEvent>
#include <QMenu>
#include <QMouseEvent>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace discern::views {

SliceView::SliceView(link::Link& link, data::FieldProvider& provider, const Style& style, const std::string& panel,
                     QWidget* parent)
    : FlatView(link, provider, style, panel, parent), regions_(new RegionOverlay(*this)) {}

void SliceView::mousePressEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton && regions_->press(event->position()))
    event->accept();
  else
    FlatView::mousePressEvent(event);
}

void SliceView::mouseMoveEvent(QMouseEvent* event) {
  if (regions_->move(event->position()))
    event->accept();
  else
    FlatView::mouseMoveEvent(event);
}

void SliceView::mouseReleaseEvent(QMouseEvent* event) {
  if (event->button() == Qt::LeftButton && regions_->release(event->position()))
    event->accept();
  else
    FlatView::mouseReleaseEvent(event);
}

void SliceView::keyPressEvent(QKeyEvent* event) {
  if (event->key() == Qt::Key_Escape && regions_->escape()) return;
  FlatView::keyPressEvent(event);
}

void SliceView::step(int steps) {
  if (flat()) link().setCursor(flat()->stepped(link().state().cursor, steps));
}

void SliceView::addToMenu(QMenu& menu) {
  FlatView::addToMenu(menu);
  const auto& layers = link().state().layers;
  const bool brain = std::any_of(layers.begin(), layers.end(), [this](const session::Layer& layer) {
    const data::FieldInfo* info = infoOf(provider(), layer);
    return info && info->frame == data::Frame::RasMillimetres;
  });
  if (!brain) return;
  QAction* action = menu.addAction(tr("Radiological (patient's right on the left)"));
  action->setCheckable(true);
  action->setChecked(link().state().radiological);
  QObject::connect(action, &QAction::toggled, this, [this](bool on) {
    link().run("setDisplay", {{"radiological", on}});
  });
}

} // namespace discern::views
