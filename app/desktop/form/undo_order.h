#pragma once
#include "link/link.h"

#include <QElapsedTimer>
#include <QObject>
#include <nlohmann/json.hpp>
#include <vector>

namespace discern::desktop {

/// A change in the form of an analysis: what it had before and after, of the values that changed alone.
struct FormChange {
  std::string analysis;
  QString name; ///< for a person, after "Undo": "change of Sigma"
  nlohmann::json before, after;
};

/// What Undo takes back: the last change of a form or the last step of the session, whichever is newer. The steps of
/// the session stay the session's; a change of a form remembers after which of them it came.
class UndoOrder final : public QObject {
  Q_OBJECT
public:
  explicit UndoOrder(link::Link& link, QObject* parent = nullptr);
  /// The person changed a form. What is typed or dragged in one go (the same values, a moment later) is one change;
  /// one that ends where it began is none.
  void add(FormChange change);
  [[nodiscard]] bool canUndo() const;
  [[nodiscard]] bool canRedo() const;
  void undo();
  void redo();
  /// Of the form's change that undo() takes back; empty: it is a step of the session.
  [[nodiscard]] QString undoName() const;
  [[nodiscard]] QString redoName() const;

Q_SIGNALS:
  void changed(); ///< what can be undone or redone
  /// The form of an analysis is to show these values again.
  void restored(const std::string& analysis, const nlohmann::json& values);

private:
  struct Entry {
    FormChange change;
    std::size_t position; ///< of the session when it was made
    qint64 time;          ///< of its last addition, ms
  };
  [[nodiscard]] const Entry* toUndo() const;
  [[nodiscard]] const Entry* toRedo() const;
  void follow();
  link::Link& link_;
  std::vector<Entry> entries_; ///< those up to `done_` can be undone, the others redone
  std::size_t done_ = 0;
  std::size_t position_ = 0; ///< of the session, when last seen
  bool moving_ = false;      ///< undo() or redo() is at it
  QElapsedTimer clock_;
};

} // namespace discern::desktop
