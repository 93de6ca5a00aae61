#include "desktop/window/turn_queue.h"

#include <algorithm>

namespace discern::desktop {

void TurnQueue::ask(const QString& name, std::function<void()> piece) {
  const auto waiting = std::any_of(pieces_.begin(), pieces_.end(), [&](const Piece& old) { return old.name == name; });
  if (waiting) return;
  pieces_.push_back({name, std::move(piece)});
  if (!turn_.isActive()) turn_.start(0, this);
}

void TurnQueue::timerEvent(QTimerEvent*) {
  Piece piece = std::move(pieces_.front());
  pieces_.pop_front();
  if (pieces_.empty()) turn_.stop();
  piece.run();
}

} // namespace discern::desktop
