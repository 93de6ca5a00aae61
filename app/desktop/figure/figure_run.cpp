#include "desktop/figure/figure_run.h"

#include "desktop/session/off_thread.h"
#include "session/session.h"

#include <QProcess>
#include <QTemporaryDir>
#include <exception>

namespace discern::desktop {
namespace {

constexpr int grace = 5000; ///< milliseconds that the runner has to end by itself
constexpr int cancelledCode = 4;

struct Outcome {
  FigureRun::End end = FigureRun::End::Failed;
  QString words;
};

Outcome run(const session::State& state, const QString& runner, const QStringList& arguments,
            const std::atomic<bool>& stop, const std::function<void(double)>& tell) {
  const QTemporaryDir folder;
  const QString file = folder.filePath(QStringLiteral("figure.discern"));
  try {
    session::save(state, file.toStdString());
  } catch (const std::exception& error) {
    return {FigureRun::End::Failed, QString::fromUtf8(error.what())};
  }
  QProcess process;
  process.start(runner, QStringList{QStringLiteral("replay"), file} + arguments);
  if (!process.waitForStarted(-1)) return {FigureRun::End::Failed, process.errorString()};
  bool asked = false;
  while (process.state() != QProcess::NotRunning) {
    if (process.waitForReadyRead(100))
      while (process.canReadLine()) {
        const QByteArray line = process.readLine().trimmed();
        if (line.startsWith("progress ")) tell(line.mid(9).toDouble());
      }
    if (stop && !std::exchange(asked, true)) {
      process.terminate();
      if (!process.waitForFinished(grace)) {
        process.kill();
        process.waitForFinished(-1);
      }
    }
  }
  const QString words = QString::fromUtf8(process.readAllStandardError()).trimmed();
  if (stop || (process.exitStatus() == QProcess::NormalExit && process.exitCode() == cancelledCode))
    return {FigureRun::End::Cancelled, words};
  const bool whole = process.exitStatus() == QProcess::NormalExit && process.exitCode() == 0;
  return {whole ? FigureRun::End::Whole : FigureRun::End::Failed,
          words.isEmpty() && !whole ? FigureRun::tr("The runner ended by itself.") : words};
}

} // namespace

FigureRun::FigureRun(const session::State& state, const QString& runner, const QStringList& arguments,
                     const QString& output, QObject* parent)
    : QObject(parent), output_(output), stop_(std::make_shared<std::atomic<bool>>(false)) {
  const QStringList words = arguments + QStringList{QStringLiteral("--export"), output, QStringLiteral("--progress")};
  const auto tell = [self = QPointer<FigureRun>(this)](double share) {
    QMetaObject::invokeMethod(
        QCoreApplication::instance(),
        [self, share] {
          if (self) Q_EMIT self->progressed(share);
        },
        Qt::QueuedConnection);
  };
  offThread(
      this,
      [state, runner, words, stop = stop_, tell] {
        QThreadPool::globalInstance()->releaseThread(); // it waits for the runner: others may work meanwhile
        const Outcome outcome = run(state, runner, words, *stop, tell);
        QThreadPool::globalInstance()->reserveThread();
        return outcome;
      },
      [this](const Outcome& outcome) { Q_EMIT ended(outcome.end, outcome.words); });
}

FigureRun::~FigureRun() { *stop_ = true; }

void FigureRun::cancel() { *stop_ = true; }

} // namespace discern::desktop
