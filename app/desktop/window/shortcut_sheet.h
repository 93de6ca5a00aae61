#pragma once
#include <QDialog>
#include <QString>
#include <vector>

namespace discern::desktop {

/// One line of the sheet.
struct ShortcutLine {
  QString group, words, keys;
};

/// Every shortcut of the window, by group, in columns. Opened with `?`; any key closes it.
class ShortcutSheet final : public QDialog {
  Q_OBJECT
public:
  ShortcutSheet(const std::vector<ShortcutLine>& lines, QWidget* parent);
};

} // namespace discern::desktop
