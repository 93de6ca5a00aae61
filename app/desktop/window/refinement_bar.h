#pragma once
#include "channel/client/refinement.h"

#include <QTimer>
#include <QWidget>
#include <vector>

class QLabel;
class QProgressBar;
class QToolButton;

namespace discern::desktop {

/// What the data service prepares by itself, in the status line: what, how far, how long, and a button that ends it.
/// Work that is over in a moment is not shown.
class RefinementBar final : public QWidget {
  Q_OBJECT
public:
  explicit RefinementBar(QWidget* parent = nullptr);
  /// What is worked on now; empty: nothing.
  void show(const std::vector<channel::Refinement>& running);
  [[nodiscard]] QString words() const; ///< as they are shown; empty: nothing is

Q_SIGNALS:
  void stopRequested(const QString& path, const QString& field);

private:
  void refresh();
  std::vector<channel::Refinement> running_;
  QTimer wait_;
  QLabel* words_;
  QProgressBar* progress_;
  QToolButton* stop_;
};

} // namespace discern::desktop
