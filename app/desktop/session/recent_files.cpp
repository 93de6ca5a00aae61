#include "desktop/session/recent_files.h"

#include <QSettings>

namespace discern::desktop {

namespace {
const QString key = QStringLiteral("recent/files");
}

bool isSessionFile(const QString& path) { return path.endsWith(QLatin1String(".discern"), Qt::CaseInsensitive); }

RecentFiles::RecentFiles(QObject* parent) : QObject(parent), files_(QSettings().value(key).toStringList()) {}

void RecentFiles::add(const QString& path) {
  files_.removeAll(path);
  files_.prepend(path);
  while (files_.size() > limit)
    files_.removeLast();
  keep();
}

void RecentFiles::remove(const QString& path) {
  if (files_.removeAll(path) > 0) keep();
}

void RecentFiles::clear() {
  files_.clear();
  keep();
}

void RecentFiles::keep() {
  QSettings().setValue(key, files_);
  Q_EMIT changed();
}

} // namespace discern::desktop
