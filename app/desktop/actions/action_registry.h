#pragma once
#include <QHash>
#include <QKeySequence>
#include <QObject>
#include <QString>
#include <functional>
#include <vector>

class QAction;
class QWidget;

namespace discern::desktop {

/// What an action is before it is made.
struct ActionSpec {
  QString id;                         ///< "file.open": group and verb
  QString text;                       ///< "Open…": in menus and the palette
  QString tip;                        ///< one sentence
  QString icon;                       ///< name in resources/icons, or empty
  QList<QKeySequence> shortcuts = {}; ///< the first is shown
  bool checkable = false;
  QString viewKey = {}; ///< a key that the views themselves listen to: shown like a shortcut, not bound again
};

/// Every action of the window, by id: menus, tool bar, palette and shortcut sheet are made from it.
/// A person's own shortcuts ("shortcuts/<id>" in the settings) replace the built-in ones.
class ActionRegistry final : public QObject {
  Q_OBJECT
public:
  explicit ActionRegistry(QWidget* window);
  /// Makes the action, adds it to the window, and calls `trigger` when it is triggered (with its checked state).
  QAction* add(const ActionSpec& spec, std::function<void(bool)> trigger);
  /// nullptr when there is none of that id.
  [[nodiscard]] QAction* find(const QString& id) const;
  /// In the order they were added.
  [[nodiscard]] const std::vector<QAction*>& all() const { return actions_; }
  [[nodiscard]] static QString idOf(const QAction* action);
  /// "File", "View"…: the group a person knows, from the id.
  [[nodiscard]] static QString groupOf(const QAction* action);
  /// What a person presses, as text; empty when there is nothing.
  [[nodiscard]] static QString keysOf(const QAction* action);
  /// Sets, and keeps, another shortcut; an empty one removes it.
  void setShortcut(QAction* action, const QKeySequence& shortcut);
  /// Another text in menus, tooltip and palette.
  void setText(QAction* action, const QString& text);
  /// Icons anew, in the colours of the palette; tooltips with shortcuts.
  void refresh();

private:
  QWidget* window_;
  std::vector<QAction*> actions_;
  QHash<QString, QAction*> byId_;
};

} // namespace discern::desktop
