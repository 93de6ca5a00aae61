#include "desktop/session/place.h"

#include "data/address.h"
#include "data/error.h"

#include <QDir>
#include <QFileInfo>
#include <optional>

namespace discern::desktop {

namespace {

std::optional<data::Address> addressOf(const QString& path) {
  if (!isElsewhere(path)) return std::nullopt;
  try {
    return data::Address::from(path.toStdString());
  } catch (const data::UsageError&) {
    return std::nullopt;
  }
}

} // namespace

bool isElsewhere(const QString& path) { return path.startsWith(QLatin1String("ssh://")); }

QString hostName(const QString& path) { return QString::fromStdString(data::hostOf(path.toStdString())); }

QString shortName(const QString& path) { return QString::fromStdString(data::fileNameOf(path.toStdString())); }

QString folderText(const QString& path) {
  if (const auto address = addressOf(path))
    return QString::fromStdString(address->host) + QStringLiteral(": ") +
           QFileInfo(QString::fromStdString(address->path)).path();
  QString folder = QFileInfo(path).path();
  if (folder.startsWith(QDir::homePath())) folder.replace(0, QDir::homePath().size(), QStringLiteral("~"));
  return folder;
}

QString wholePath(const QString& path) {
  if (const auto address = addressOf(path)) return QString::fromStdString(address->text());
  return isElsewhere(path) ? path : QFileInfo(path).absoluteFilePath();
}

} // namespace discern::desktop
