#pragma once
#include "jobs/run_directory.h"

#include <QWidget>

namespace discern::desktop {

/// The sign of a run's state: a shape of its own for each, so that colour is never the only cue.
class StateBadge final : public QWidget {
  Q_OBJECT
public:
  explicit StateBadge(QWidget* parent = nullptr);
  void setState(jobs::RunState state, bool cancelling);
  [[nodiscard]] QSize sizeHint() const override { return {18, 18}; }
  /// Draws the sign of a state, 18 pixels wide and high, at the painter's origin.
  static void paint(QPainter& painter, jobs::RunState state, bool cancelling, const QColor& colour);

protected:
  void paintEvent(QPaintEvent* event) override;

private:
  jobs::RunState state_ = jobs::RunState::Queued;
  bool cancelling_ = false;
};

} // namespace discern::desktop
