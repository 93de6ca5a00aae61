#include "desktop/session/file_dialog.h"

#include <QDir>
#include <QFileDialog>
#include <QSettings>

namespace discern::desktop {

QFileDialog* fileDialog(QWidget* parent, const QString& title, const QStringList& filters) {
  const QString folderKey = QStringLiteral("files/folder");
  auto* dialog = new QFileDialog(parent, title, QSettings().value(folderKey, QDir::homePath()).toString());
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setOption(QFileDialog::DontUseNativeDialog);
  dialog->setNameFilters(filters);
  dialog->resize(800, 520);
  QObject::connect(dialog, &QFileDialog::accepted, dialog,
                   [dialog, folderKey] { QSettings().setValue(folderKey, dialog->directory().absolutePath()); });
  return dialog;
}

} // namespace discern::desktop
