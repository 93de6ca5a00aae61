#include "jobs/content_hash.h"

#include "data/error.h"

#include <QCryptographicHash>
#include <QFile>

namespace discern::jobs {

std::string sha256OfFile(const std::string& path, const std::atomic<bool>* stop) {
  QFile file(QString::fromStdString(path));
  if (!file.open(QIODevice::ReadOnly))
    throw data::ReadError(path, "can't be opened: " + file.errorString().toStdString());
  QCryptographicHash hash(QCryptographicHash::Sha256);
  QByteArray buffer(1 << 20, Qt::Uninitialized);
  for (;;) {
    if (stop && *stop) return {};
    const qint64 got = file.read(buffer.data(), buffer.size());
    if (got < 0) throw data::ReadError(path, "reading fails: " + file.errorString().toStdString());
    if (got == 0) return hash.result().toHex().toStdString();
    hash.addData(QByteArrayView(buffer.constData(), got));
  }
}

} // namespace discern::jobs
