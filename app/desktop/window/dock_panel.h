#pragma once
#include <QDockWidget>

class QLabel;
class QMainWindow;

namespace discern::desktop {

/// A dock with a quiet title bar. Among tabs the tab is the title, and the bar gives its room to the content.
class DockPanel final : public QDockWidget {
  Q_OBJECT
public:
  /// `id` names it in the saved window state.
  DockPanel(const QString& id, const QString& title, QWidget* content, QMainWindow* window);
  /// Shows it, brings its tab to the front and gives its content the keyboard when `focus` is set.
  void present(bool focus = false);
  /// Shows the title bar, or leaves it to the tab.
  void settleTitle();

private:
  QMainWindow* window_;
  QWidget *bar_, *none_;
};

} // namespace discern::desktop
