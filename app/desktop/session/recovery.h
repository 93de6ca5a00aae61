#pragma once
#include "link/link.h"

#include <QDateTime>
#include <QObject>
#include <QStringList>
#include <QTimer>
#include <functional>
#include <vector>

class QThreadPool;

namespace discern::desktop {

/// What a window left behind when its program ended without closing it.
struct Recovered {
  QString path;        ///< the recovery file
  QString sessionFile; ///< the session it belonged to; empty: never saved
  QDateTime time;      ///< last written
  session::State state;
  QStringList running; ///< titles of jobs that were running then
  /// "nuclei.tif, nuclei_truth.tif and 1 running job"
  [[nodiscard]] QString contents() const;
};

/// Keeps the session of one window in $XDG_STATE_HOME/discern/recovery/<uuid>.json, written on a thread of its own
/// within a second of a change and removed when the window is closed. A file whose process is gone is what a crash left
/// behind.
class Recovery final : public QObject {
  Q_OBJECT
public:
  explicit Recovery(link::Link& link, QObject* parent = nullptr);
  ~Recovery() override;
  void setSessionFile(const QString& file);
  void setRunning(const QStringList& titles);
  [[nodiscard]] const QString& path() const { return path_; }
  /// Writes what is due now and waits for it (tests, and before something risky).
  void flush();
  /// A clean end: the file is removed, and nothing is written any more.
  void finish();

  /// Looks for what crashed windows left, on another thread; each is found only once, and not after seven days.
  static void find(QObject* context, std::function<void(std::vector<Recovered>)> done);
  /// Removes a recovery file, on another thread.
  static void discard(const QString& path);
  [[nodiscard]] static QString folder();

private:
  void write();
  link::Link& link_;
  QString path_, sessionFile_;
  QStringList running_;
  QTimer timer_;
  std::unique_ptr<QThreadPool> writer_;
  bool finished_ = false;
};

} // namespace discern::desktop
