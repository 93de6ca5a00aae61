#pragma once
#include <QFrame>
#include <QIcon>
#include <QPointer>
#include <functional>
#include <vector>

class QLineEdit;
class QListView;

namespace discern::desktop {

/// One thing the palette can do.
struct PaletteEntry {
  QString title;    ///< "Seeded watershed"
  QString group;    ///< "File", "Analysis", "Recent"
  QString shortcut; ///< as shown, may be empty
  QString keywords; ///< also searched, not shown
  QIcon icon;
  bool enabled = true;
  std::function<void()> run;
};

/// A search over everything the window can do, opened above the window with Ctrl+K. Enter runs the chosen entry, Escape
/// closes.
class CommandPalette final : public QFrame {
  Q_OBJECT
public:
  using Source = std::function<std::vector<PaletteEntry>()>;
  /// `source` is asked each time the palette opens.
  CommandPalette(QWidget* window, Source source);

  void open();
  /// Titles shown now, best first.
  [[nodiscard]] QStringList shown() const;
  [[nodiscard]] QLineEdit* field() const { return field_; }

protected:
  bool eventFilter(QObject* watched, QEvent* event) override;
  void hideEvent(QHideEvent* event) override;

private:
  class Model;
  class Delegate;
  void filter(const QString& pattern);
  void runCurrent();
  void place();
  Source source_;
  QLineEdit* field_;
  QListView* list_;
  Model* model_;
  QPointer<QWidget> focusBefore_;
};

} // namespace discern::desktop
