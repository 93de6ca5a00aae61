#pragma once
#include <QStringList>

class QFileDialog;
class QWidget;

namespace discern::desktop {

/// A file dialog of our own look, that remembers its folder and doesn't block. It deletes itself.
[[nodiscard]] QFileDialog* fileDialog(QWidget* parent, const QString& title, const QStringList& filters);

} // namespace discern::desktop
