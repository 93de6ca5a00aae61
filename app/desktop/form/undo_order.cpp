#include "desktop/form/undo_order.h"

#include <QScopedValueRollback>

namespace discern::desktop {

namespace {
constexpr qint64 pauseMs = 1000; ///< after which another change of the same value is a change of its own
constexpr std::size_t most = 500;

/// The names of what changed, whatever the values.
bool sameKeys(const nlohmann::json& a, const nlohmann::json& b) {
  if (!a.is_object() || !b.is_object()) return true;
  return a.size() == b.size() && std::equal(a.items().begin(), a.items().end(), b.items().begin(),
                                            [](const auto& x, const auto& y) { return x.key() == y.key(); });
}

/// One value of one part of the form.
bool single(const nlohmann::json& values) { return values.size() == 1 && values.begin()->size() == 1; }
} // namespace

UndoOrder::UndoOrder(link::Link& link, QObject* parent)
    : QObject(parent), link_(link), position_(link.session().position()) {
  clock_.start();
  connect(&link_, &link::Link::stateChanged, this, &UndoOrder::follow);
}

/// A new step ends what could be redone, as in any history; a session that begins anew ends all.
void UndoOrder::follow() {
  const std::size_t before = std::exchange(position_, link_.session().position());
  if (moving_ || position_ == before || link_.session().canRedo()) return;
  if (position_ == 0)
    entries_.clear();
  else
    entries_.resize(done_);
  done_ = std::min(done_, entries_.size());
  Q_EMIT changed();
}

void UndoOrder::add(FormChange change) {
  if (change.before == change.after) return;
  entries_.resize(done_);
  const qint64 now = clock_.elapsed();
  Entry* last = entries_.empty() ? nullptr : &entries_.back();
  if (last && last->position == link_.session().position() && now - last->time < pauseMs &&
      last->change.analysis == change.analysis && last->change.name == change.name && single(change.before) &&
      sameKeys(last->change.before, change.before) && sameKeys(last->change.before.front(), change.before.front())) {
    last->change.after = std::move(change.after);
    last->time = now;
    if (last->change.before == last->change.after) entries_.pop_back();
  } else {
    entries_.push_back({std::move(change), link_.session().position(), now});
    if (entries_.size() > most) entries_.erase(entries_.begin());
  }
  done_ = entries_.size();
  Q_EMIT changed();
}

const UndoOrder::Entry* UndoOrder::toUndo() const {
  if (done_ == 0) return nullptr;
  const Entry& last = entries_[done_ - 1];
  return last.position >= link_.session().position() ? &last : nullptr;
}

const UndoOrder::Entry* UndoOrder::toRedo() const {
  if (done_ == entries_.size()) return nullptr;
  const Entry& next = entries_[done_];
  return next.position <= link_.session().position() ? &next : nullptr;
}

bool UndoOrder::canUndo() const { return toUndo() || link_.session().canUndo(); }
bool UndoOrder::canRedo() const { return toRedo() || link_.session().canRedo(); }

QString UndoOrder::undoName() const {
  const Entry* entry = toUndo();
  return entry ? entry->change.name : QString();
}

QString UndoOrder::redoName() const {
  const Entry* entry = toRedo();
  return entry ? entry->change.name : QString();
}

void UndoOrder::undo() {
  const QScopedValueRollback guard(moving_, true);
  if (const Entry* entry = toUndo()) {
    --done_;
    const FormChange change = entry->change;
    Q_EMIT restored(change.analysis, change.before);
  } else {
    link_.session().undo();
  }
  Q_EMIT changed();
}

void UndoOrder::redo() {
  const QScopedValueRollback guard(moving_, true);
  if (const Entry* entry = toRedo()) {
    ++done_;
    const FormChange change = entry->change;
    Q_EMIT restored(change.analysis, change.after);
  } else {
    link_.session().redo();
  }
  Q_EMIT changed();
}

} // namespace discern::desktop
