#include "session/session.h"

namespace discern::session {

bool merges(const Command& before, const Command& after);

void Session::become(State next) {
  const State before = std::move(state_);
  state_ = std::move(next);
  for (const Listener& listener : listeners_)
    listener(before, state_);
}

void Session::run(const Command& command) {
  State next = apply(state_, command);
  if (next == state_) return;
  history_.resize(position_);
  if (!history_.empty() && merges(history_.back().command, command)) {
    history_.back().command = command;
    history_.back().after = next;
  } else {
    history_.push_back({command, state_, next});
    ++position_;
  }
  become(std::move(next));
}

void Session::runQuietly(const Command& command) {
  State next = apply(state_, command);
  if (!(next == state_)) become(std::move(next));
}

void Session::undo() {
  if (canUndo()) goTo(position_ - 1);
}

void Session::redo() {
  if (canRedo()) goTo(position_ + 1);
}

void Session::goTo(std::size_t position) {
  if (position > history_.size() || position == position_) return;
  position_ = position;
  become(position == history_.size() ? history_.back().after : history_[position].before);
}

std::vector<std::string> Session::history() const {
  std::vector<std::string> names;
  names.reserve(history_.size());
  for (const Step& step : history_)
    names.push_back(describe(step.command));
  return names;
}

void Session::reset(State state) {
  history_.clear();
  position_ = 0;
  become(std::move(state));
}

} // namespace discern::session
