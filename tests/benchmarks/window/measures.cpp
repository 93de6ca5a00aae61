#include "measures.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QEvent>
#include <QEventLoop>
#include <QProcess>
#include <QTimer>
#include <QWidget>
#include <algorithm>
#include <cstdio>

namespace discern::bench {

namespace {

class FirstPaint final : public QObject {
public:
  using QObject::QObject;
  bool eventFilter(QObject* watched, QEvent* event) override {
    if (event->type() == QEvent::Paint && !said_) {
      said_ = true;
      QTimer::singleShot(0, this, [] { // after the picture went to the screen
        std::puts("painted");
        std::fflush(stdout);
        std::_Exit(0);
      });
    }
    return QObject::eventFilter(watched, event);
  }

private:
  bool said_ = false;
};

} // namespace

double quantile(std::vector<double> values, double q) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  return values[static_cast<std::size_t>(q * static_cast<double>(values.size() - 1))];
}

bool waitUntil(const std::function<bool()>& done, int milliseconds) {
  QElapsedTimer clock;
  clock.start();
  QTimer wake; // so that waiting for events ends now and then
  wake.start(20);
  while (!done()) {
    if (clock.elapsed() > milliseconds) return false;
    QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
  }
  return true;
}

void sayWhenPainted(QWidget& window) { window.installEventFilter(new FirstPaint(&window)); }

double startTime(const QString& argument, int rounds) {
  std::vector<double> times;
  for (int round = -1; round < rounds; ++round) { // the first one warms the disk's cache
    QProcess process;
    process.setProcessChannelMode(QProcess::ForwardedErrorChannel);
    QElapsedTimer clock;
    clock.start();
    process.start(QCoreApplication::applicationFilePath(), {argument});
    QByteArray said;
    while (!said.contains("painted") && process.waitForReadyRead(20000))
      said += process.readAllStandardOutput();
    if (round >= 0) times.push_back(static_cast<double>(clock.nsecsElapsed()) * 1e-6);
    process.waitForFinished(5000);
  }
  return quantile(times, 0.5);
}

void TimedApplication::reset() {
  longestDrawing = longestOther = 0;
  other.clear();
}

bool TimedApplication::notify(QObject* receiver, QEvent* event) {
  if (depth_ > 0) return QApplication::notify(receiver, event);
  const QEvent::Type type = event->type();
  const std::string name = receiver->metaObject()->className(); // the receiver may not outlive the event
  const bool drawing = type == QEvent::UpdateRequest || type == QEvent::Paint || type == QEvent::Expose;
  ++depth_;
  drawn_ = 0;
  QElapsedTimer clock;
  clock.start();
  const bool done = QApplication::notify(receiver, event);
  const double took = static_cast<double>(clock.nsecsElapsed()) * 1e-6;
  --depth_;
  if (drawing) {
    longestDrawing = std::max(longestDrawing, took);
    return done;
  }
  longestDrawing = std::max(longestDrawing, drawn_);
  if (took - drawn_ > longestOther) {
    longestOther = took - drawn_;
    other = name + ", event " + std::to_string(type);
  }
  return done;
}

int print(const std::vector<Row>& rows) {
  int missed = 0;
  std::printf("%-58s %10s %10s %8s   %s\n", "", "ms", "target", "ratio", "against");
  for (const Row& row : rows) {
    std::printf("%-58s %10.1f ", row.name.c_str(), row.milliseconds);
    if (row.target > 0)
      std::printf("%8.0f %s ", row.target, row.milliseconds <= row.target ? " " : "✗");
    else
      std::printf("%10s ", "");
    if (row.limit > 0)
      std::printf("%8.1f   %s (%.1f ms)\n", row.milliseconds / row.limit, row.limitName.c_str(), row.limit);
    else
      std::printf("\n");
    missed += row.target > 0 && row.milliseconds > row.target;
  }
  return missed;
}

} // namespace discern::bench
