#include "desktop/browse/host_memory.h"

#include <QSettings>

namespace discern::desktop {

namespace {

constexpr int mostHosts = 12, mostFolders = 8;

QString hostsKey() { return QStringLiteral("hosts/recent"); }

QString foldersKey(const QString& host) {
  return QStringLiteral("hosts/folders/") + QString::fromLatin1(host.toUtf8().toPercentEncoding());
}

void addTo(const QString& key, const QString& value, int most) {
  QSettings settings;
  QStringList list = settings.value(key).toStringList();
  list.removeAll(value);
  list.prepend(value);
  settings.setValue(key, QStringList(list.mid(0, most)));
}

} // namespace

QStringList HostMemory::hosts() { return QSettings().value(hostsKey()).toStringList(); }

QStringList HostMemory::folders(const QString& host) { return QSettings().value(foldersKey(host)).toStringList(); }

void HostMemory::add(const QString& host, const QString& folder) const {
  if (!remember_) return;
  addTo(hostsKey(), host, mostHosts);
  addTo(foldersKey(host), folder, mostFolders);
}

} // namespace discern::desktop
