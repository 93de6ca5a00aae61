#pragma once
#include "session/state.h"

#include <QObject>
#include <QStringList>
#include <atomic>
#include <memory>

namespace discern::desktop {

/// The runner at work on one figure, off the GUI thread. Deleted while it works, it ends the runner.
class FigureRun final : public QObject {
  Q_OBJECT
public:
  enum class End { Whole, Cancelled, Failed };
  Q_ENUM(End)
  /// `arguments`: see FigureOptions::arguments. Starts at once.
  FigureRun(const session::State& state, const QString& runner, const QStringList& arguments, const QString& output,
            QObject* parent);
  ~FigureRun() override;
  void cancel();
  [[nodiscard]] const QString& output() const { return output_; }

Q_SIGNALS:
  void progressed(double share);                                          ///< 0…1
  void ended(discern::desktop::FigureRun::End end, const QString& words); ///< what the runner said

private:
  QString output_;
  std::shared_ptr<std::atomic<bool>> stop_; ///< shared with the thread that watches the runner
};

} // namespace discern::desktop
