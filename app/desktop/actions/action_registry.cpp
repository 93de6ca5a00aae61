#include "desktop/actions/action_registry.h"

#include "desktop/theme/icons.h"

#include <QAction>
#include <QSettings>
#include <QWidget>

namespace discern::desktop {

namespace {

void describe(QAction* action) {
  const QString tip = action->property("tip").toString();
  const QString name = action->text().section(QLatin1Char('\t'), 0, 0).remove(QLatin1Char('&')).remove(QChar(0x2026));
  const QString shortcut = ActionRegistry::keysOf(action);
  QString text = shortcut.isEmpty() ? name : name + QStringLiteral("  (") + shortcut + QLatin1Char(')');
  if (!tip.isEmpty()) text += QLatin1Char('\n') + tip;
  action->setToolTip(text);
  action->setStatusTip(QString());
}

} // namespace

ActionRegistry::ActionRegistry(QWidget* window) : QObject(window), window_(window) {}

QAction* ActionRegistry::add(const ActionSpec& spec, std::function<void(bool)> trigger) {
  auto* action = new QAction(spec.viewKey.isEmpty() ? spec.text : spec.text + QLatin1Char('\t') + spec.viewKey, this);
  action->setObjectName(spec.id);
  action->setCheckable(spec.checkable);
  action->setProperty("tip", spec.tip);
  action->setProperty("icon", spec.icon);
  action->setProperty("viewKey", spec.viewKey);
  action->setMenuRole(QAction::NoRole);
  QList<QKeySequence> shortcuts = spec.shortcuts;
  const QVariant own = QSettings().value(QStringLiteral("shortcuts/") + spec.id);
  if (own.isValid()) shortcuts = {QKeySequence(own.toString(), QKeySequence::PortableText)};
  action->setShortcuts(shortcuts);
  if (!spec.icon.isEmpty()) action->setIcon(icon(spec.icon));
  describe(action);
  connect(action, &QAction::triggered, this, std::move(trigger));
  window_->addAction(action);
  actions_.push_back(action);
  byId_.insert(spec.id, action);
  return action;
}

QAction* ActionRegistry::find(const QString& id) const { return byId_.value(id, nullptr); }

QString ActionRegistry::idOf(const QAction* action) { return action->objectName(); }

QString ActionRegistry::groupOf(const QAction* action) {
  QString group = action->objectName().section(QLatin1Char('.'), 0, 0);
  if (!group.isEmpty()) group[0] = group[0].toUpper();
  return group;
}

QString ActionRegistry::keysOf(const QAction* action) {
  const QString viewKey = action->property("viewKey").toString();
  return viewKey.isEmpty() ? action->shortcut().toString(QKeySequence::NativeText) : viewKey;
}

void ActionRegistry::setShortcut(QAction* action, const QKeySequence& shortcut) {
  action->setShortcut(shortcut);
  QSettings().setValue(QStringLiteral("shortcuts/") + idOf(action), shortcut.toString(QKeySequence::PortableText));
  describe(action);
}

void ActionRegistry::setText(QAction* action, const QString& text) {
  action->setText(text);
  describe(action);
}

void ActionRegistry::refresh() {
  for (QAction* action : actions_) {
    const QString name = action->property("icon").toString();
    if (!name.isEmpty()) action->setIcon(icon(name));
    describe(action);
  }
}

} // namespace discern::desktop
