#include "desktop/session/recovery.h"

#include "desktop/session/off_thread.h"

#include <QCoreApplication>
#include <QDir>
#include <QFile>
#include <QFileInfo>
#include <QSaveFile>
#include <QThreadPool>
#include <QUuid>
#include <nlohmann/json.hpp>
#include <signal.h>

namespace discern::desktop {

namespace {

constexpr int delay = 700; // ms after the first change
constexpr int expiresAfterDays = 7;

/// The kernel's start time of a process, so that a number given to another process is not taken for ours; 0: no such
/// process.
qint64 startTimeOf(qint64 pid) {
  QFile file(QStringLiteral("/proc/%1/stat").arg(pid));
  if (!file.open(QIODevice::ReadOnly)) return 0;
  const QByteArray line = file.readAll();
  // Fields count from after the program's name, which is in parentheses and may hold anything.
  const QList<QByteArray> fields = line.mid(line.lastIndexOf(')') + 2).split(' ');
  if (fields.size() <= 19 || fields[0] == "Z" || fields[0] == "X") return 0; // dead, but not yet waited for
  return fields[19].toLongLong();
}

std::optional<Recovered> read(const QString& path) {
  QFile file(path);
  if (!file.open(QIODevice::ReadOnly)) return std::nullopt;
  const auto json = nlohmann::json::parse(file.readAll().toStdString(), nullptr, false);
  try {
    const qint64 pid = json.at("pid").get<qint64>();
    if (startTimeOf(pid) == json.at("start").get<qint64>()) return std::nullopt;
    Recovered found;
    found.path = path;
    found.sessionFile = QString::fromStdString(json.value("sessionFile", ""));
    found.time = QFileInfo(path).lastModified();
    found.state = json.at("state").get<session::State>();
    for (const auto& title : json.value("running", nlohmann::json::array()))
      found.running << QString::fromStdString(title.get<std::string>());
    return found;
  } catch (const std::exception&) {
    QFile::remove(path); // half written or of another program: nothing to offer
    return std::nullopt;
  }
}

std::vector<Recovered> lookFor() {
  std::vector<Recovered> found;
  const QDir folder(Recovery::folder());
  const QDateTime oldest = QDateTime::currentDateTime().addDays(-expiresAfterDays);
  for (const QFileInfo& file :
       folder.entryInfoList({QStringLiteral("*.json"), QStringLiteral("*.offered")}, QDir::Files, QDir::Time)) {
    if (file.lastModified() < oldest) {
      QFile::remove(file.filePath());
      continue;
    }
    if (file.suffix() == QLatin1String("offered")) continue;
    auto recovered = read(file.filePath());
    if (!recovered) continue;
    if (recovered->state.empty()) {
      QFile::remove(file.filePath());
      continue;
    }
    // Offered once: whoever starts next does not see it again.
    const QString offered = file.path() + QLatin1Char('/') + file.completeBaseName() + QStringLiteral(".offered");
    if (!QFile::rename(file.filePath(), offered)) continue;
    recovered->path = offered;
    found.push_back(std::move(*recovered));
  }
  return found;
}

} // namespace

QString Recovered::contents() const {
  QStringList names;
  for (const session::Layer& layer : state.layers)
    names << QString::fromStdString(layer.name);
  if (names.size() > 3) names = names.mid(0, 3) << QObject::tr("%1 more").arg(names.size() - 3);
  if (!running.isEmpty())
    names << QObject::tr("%n running job(s)", nullptr, static_cast<int>(running.size()))
                 .replace(QStringLiteral("(s)"), running.size() == 1 ? QString() : QStringLiteral("s"));
  if (names.isEmpty()) return {};
  const QString last = names.takeLast();
  return names.isEmpty() ? last : QObject::tr("%1 and %2").arg(names.join(QStringLiteral(", ")), last);
}

QString Recovery::folder() {
  QString state = qEnvironmentVariable("XDG_STATE_HOME");
  if (state.isEmpty()) state = QDir::homePath() + QStringLiteral("/.local/state");
  return state + QStringLiteral("/discern/recovery");
}

Recovery::Recovery(link::Link& link, QObject* parent)
    : QObject(parent), link_(link),
      path_(folder() + QLatin1Char('/') + QUuid::createUuid().toString(QUuid::WithoutBraces) + QStringLiteral(".json")),
      writer_(std::make_unique<QThreadPool>()) {
  writer_->setMaxThreadCount(1); // one after the other: the last written is the newest
  timer_.setSingleShot(true);
  timer_.setInterval(delay);
  connect(&timer_, &QTimer::timeout, this, &Recovery::write);
  connect(&link_, &link::Link::stateChanged, this, [this] {
    if (!timer_.isActive()) timer_.start();
  });
}

Recovery::~Recovery() { writer_->waitForDone(); }

void Recovery::setSessionFile(const QString& file) {
  sessionFile_ = file;
  if (!timer_.isActive()) timer_.start();
}

void Recovery::setRunning(const QStringList& titles) {
  if (titles == running_) return;
  running_ = titles;
  if (!timer_.isActive()) timer_.start();
}

void Recovery::write() {
  if (finished_) return;
  writer_->start([path = path_, file = sessionFile_, running = running_, state = link_.state()] {
    if (state.empty()) {
      QFile::remove(path);
      return;
    }
    nlohmann::json titles = nlohmann::json::array();
    for (const QString& title : running)
      titles.push_back(title.toStdString());
    const qint64 pid = QCoreApplication::applicationPid();
    const nlohmann::json json{
        {"format", 1},       {"pid", pid},    {"start", startTimeOf(pid)}, {"sessionFile", file.toStdString()},
        {"running", titles}, {"state", state}};
    QDir().mkpath(QFileInfo(path).path());
    QSaveFile out(path);
    if (!out.open(QIODevice::WriteOnly)) return;
    out.write(QByteArray::fromStdString(json.dump()));
    out.commit();
  });
}

void Recovery::flush() {
  timer_.stop();
  write();
  writer_->waitForDone();
}

void Recovery::finish() {
  timer_.stop();
  finished_ = true;
  writer_->start([path = path_] { QFile::remove(path); });
}

void Recovery::find(QObject* context, std::function<void(std::vector<Recovered>)> done) {
  offThread(context, lookFor, std::move(done));
}

void Recovery::discard(const QString& path) {
  QThreadPool::globalInstance()->start([path] { QFile::remove(path); });
}

} // namespace discern::desktop
