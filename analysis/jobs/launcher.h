#pragma once
#include "jobs/run_directory.h"

#include <QObject>
#include <memory>

namespace discern::jobs {

/// Starts runs and watches them, on a thread of its own. Signals come on the thread that owns the object.
/// A run goes on when this object, or the whole program, ends.
class JobMonitor final : public QObject {
  Q_OBJECT
public:
  explicit JobMonitor(QString runnerProgram, QObject* parent = nullptr); ///< path of discern-run
  ~JobMonitor() override;
  /// Makes a run directory for `job` ({plugin, parameters, inputs: {name: {path, field, time}}, threads, seed, title}),
  /// and starts it detached under its own supervisor. `changed` follows at once with state queued. Returns the run
  /// directory's path.
  QString start(const nlohmann::json& job);
  /// Watches a run that exists (recovered, or started by the runner).
  void watch(const QString& runPath);
  void unwatch(const QString& runPath);
  void cancel(const QString& runPath);
  /// Asks for a partial result soon.
  void windUp(const QString& runPath);
  /// The same run as a shell command: "discern-run run ID --input … --set …".
  [[nodiscard]] static QString asCommand(const nlohmann::json& job);

Q_SIGNALS:
  /// Something in the run changed; at most ten times a second a run.
  void changed(const discern::jobs::Snapshot& snapshot);
  // Snapshot is registered with Qt's meta types by the constructor, so that a queued connection may carry it.

private:
  class Private;
  std::unique_ptr<Private> d;
};

} // namespace discern::jobs

Q_DECLARE_METATYPE(discern::jobs::Snapshot)
