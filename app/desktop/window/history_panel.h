#pragma once
#include "link/link.h"

#include <QTimer>
#include <QWidget>

class QListWidget;

namespace discern::desktop {

/// The steps of the session by name, oldest first; a click goes to the state just after a step. Steps that are undone
/// are muted.
class HistoryPanel final : public QWidget {
  Q_OBJECT
public:
  explicit HistoryPanel(link::Link& link, QWidget* parent = nullptr);
  [[nodiscard]] QListWidget& list() const { return *list_; }

protected:
  void showEvent(QShowEvent* event) override;

private:
  void refresh();
  link::Link& link_;
  QListWidget* list_;
  QTimer later_;
};

} // namespace discern::desktop
