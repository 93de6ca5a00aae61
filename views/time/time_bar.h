#pragma once
#include "data/block.h"
#include "link/link.h"
#include "style/style.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>
#include <functional>

class QComboBox;
class QLabel;
class QSlider;
class QSpinBox;
class QToolButton;

namespace discern::views {

/// The session's time: slider, step entry, physical time or calendar date, play, loop and rate. When no layer has time
/// it is disabled and says so. Playing never runs ahead of the screen: the next step waits until `ready` says that the
/// last one is on it.
class TimeBar final : public QWidget {
  Q_OBJECT
public:
  TimeBar(link::Link& link, data::FieldProvider& provider, const Style& style, QWidget* parent = nullptr);
  void setStyle(const Style& style);
  /// True when the step last asked for is on the screen; for example [&grid] { return grid.settled(); }.
  void setReady(std::function<bool()> ready) { ready_ = std::move(ready); }
  [[nodiscard]] bool playing() const { return timer_.isActive(); }
  [[nodiscard]] std::int64_t steps() const { return steps_; }

public Q_SLOTS:
  void setPlaying(bool on);
  void togglePlay() { setPlaying(!playing()); }
  void step(int by); ///< wraps round when loop is on
  void refresh();    ///< after the provider has learnt of a new dataset

private:
  void tick();
  void prefetch(std::int64_t step);
  link::Link& link_;
  data::FieldProvider& provider_;
  Style style_;
  std::function<bool()> ready_;
  std::int64_t steps_ = 1;
  QTimer timer_;
  QElapsedTimer waiting_; ///< since the last step
  QToolButton *back_, *play_, *forward_, *loop_;
  QSlider* slider_;
  QSpinBox* entry_;
  QComboBox* rate_;
  QLabel *of_, *label_;
};

} // namespace discern::views
