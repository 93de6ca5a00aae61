#include "slice/slice_view.h"
#include "layers/layers.h"

#include <QMenu>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace discern::views {

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
