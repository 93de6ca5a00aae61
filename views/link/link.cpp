#include "link/link.h"

#include "data/error.h"

namespace discern::link {

Link::Link(QObject* parent) : QObject(parent) {
  session_.addListener([this](const session::State& before, const session::State& after) {
    Q_EMIT stateChanged(before, after);
    if (before.layers != after.layers || before.tables != after.tables || before.active != after.active)
      Q_EMIT layersChanged();
    if (before.cursor != after.cursor) Q_EMIT cursorMoved();
    if (before.time != after.time) Q_EMIT timeChanged();
    if (before.selection != after.selection) Q_EMIT selectionChanged();
    if (before.comparison != after.comparison) Q_EMIT comparisonChanged();
    if (before.layout != after.layout || before.maximised != after.maximised || before.panels != after.panels)
      Q_EMIT layoutChanged();
    Q_EMIT historyChanged();
  });
}

void Link::run(const std::string& name, nlohmann::json args) {
  try {
    session_.run(name, std::move(args));
  } catch (const data::UsageError& error) {
    Q_EMIT refused(QString::fromUtf8(error.what()));
  }
}

void Link::setCursor(const data::Vec3& world) { run("setCursor", {{"world", world}}); }

void Link::setTime(std::int64_t step) { run("setTime", {{"step", step}}); }

void Link::select(const std::string& layer, const std::set<std::int64_t>& labels) {
  auto selection = state().selection;
  selection[layer] = labels;
  run("select", {{"selection", selection}});
}

} // namespace discern::link
