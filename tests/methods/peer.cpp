#include "peer.h"

#include <QFile>
#include <QFileInfo>
#include <QJsonDocument>
#include <QProcess>

#include <stdexcept>

namespace discern::tests {
namespace {

void write(const QString& path, const char* data, std::size_t bytes) {
  QFile file(path);
  if (!file.open(QIODevice::WriteOnly) || file.write(data, static_cast<qint64>(bytes)) != static_cast<qint64>(bytes))
    throw std::runtime_error(qPrintable("can't write " + path));
}

QByteArray contents(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) throw std::runtime_error(qPrintable("can't read " + path));
  return file.readAll();
}

} // namespace

QString Peer::unavailable() {
  static const QString reason = [] {
    try {
      Peer().ask(QStringLiteral("available"));
      return QString();
    } catch (const std::exception& e) {
      return QStringLiteral("SciPy, scikit-image, scikit-learn or tifffile isn't there (Debian: python3-skimage "
                            "python3-sklearn python3-tifffile): ") +
             QString::fromUtf8(e.what());
    }
  }();
  return reason;
}

void Peer::give(const QString& name, const char* type, const void* data, std::size_t bytes, const Shape& shape) {
  write(folder_.filePath(name + ".raw"), static_cast<const char*>(data), bytes);
  arrays_[name] = QJsonArray{type, QJsonArray{qint64(shape[2]), qint64(shape[1]), qint64(shape[0])}};
}

void Peer::give(const QString& name, std::span<const float> values, const Shape& shape) {
  give(name, "float32", values.data(), values.size_bytes(), shape);
}
void Peer::give(const QString& name, std::span<const double> values, const Shape& shape) {
  give(name, "float64", values.data(), values.size_bytes(), shape);
}
void Peer::give(const QString& name, std::span<const std::int32_t> values, const Shape& shape) {
  give(name, "int32", values.data(), values.size_bytes(), shape);
}
void Peer::give(const QString& name, std::span<const std::uint8_t> values, const Shape& shape) {
  give(name, "uint8", values.data(), values.size_bytes(), shape);
}

QJsonObject Peer::ask(const QString& command, QJsonObject parameters) {
  parameters["command"] = command;
  parameters["arrays"] = arrays_;
  const QByteArray job = QJsonDocument(parameters).toJson();
  write(folder_.filePath("job.json"), job.constData(), static_cast<std::size_t>(job.size()));
  QProcess python;
  python.start("/usr/bin/python3", {QStringLiteral(DISCERN_PEER_SCRIPT), folder_.path()});
  if (!python.waitForStarted()) throw std::runtime_error("no /usr/bin/python3");
  if (!python.waitForFinished(100'000) || python.exitStatus() != QProcess::NormalExit || python.exitCode() != 0)
    throw std::runtime_error(python.readAllStandardError().trimmed().split('\n').last().toStdString());
  return QJsonDocument::fromJson(contents(folder_.filePath("answer.json"))).object();
}

QByteArray Peer::read(const QString& name) const { return contents(folder_.filePath(name + ".raw")); }

QJsonObject goldenCase(const QString& command, int n) {
  const QString path = QFileInfo(QStringLiteral(DISCERN_PEER_SCRIPT)).path() + "/golden.json";
  for (const QJsonValue& value : QJsonDocument::fromJson(contents(path)).object()["cases"].toArray())
    if (value["command"].toString() == command && n-- == 0) return value.toObject();
  throw std::runtime_error(qPrintable("golden.json has no such case of " + command));
}

Shape shapeOf(const QJsonObject& goldenCase) {
  const QJsonArray shape = goldenCase["shape"].toArray();
  return {shape[0].toInteger(), shape[1].toInteger(), shape[2].toInteger()};
}

} // namespace discern::tests
