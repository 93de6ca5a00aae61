#pragma once
#include "desktop/hosts/host_thread.h"
#include "remote/host_test.h"

#include <QWidget>
#include <vector>

class QLabel;
class QPushButton;
class QTimer;

namespace discern::desktop {

/// The test of a host, step by step: what is being done, how long it took, what was found, and what may help.
class HostTestView final : public QWidget {
  Q_OBJECT
public:
  explicit HostTestView(QWidget* parent = nullptr);
  /// Forgets what was found before, and begins. Signing in is asked for with dialogs.
  void start(const remote::HostProfile& profile);
  void stop();
  void clear(); ///< stops, and shows nothing of an earlier test
  [[nodiscard]] bool running() const { return thread_->busy(); }
  /// "running", "passed", "failed", or "" for a step (1 to 6) that has not begun.
  [[nodiscard]] QString stateOf(int step) const;
  [[nodiscard]] QString detailOf(int step) const;

Q_SIGNALS:
  void finished(bool passed);

private:
  class Sign;
  struct Row {
    Sign* sign;
    QLabel *name, *time, *detail;
    QString state;
  };
  void show(const remote::TestStep& step);
  void ended(bool passed, const QString& trouble);

  std::vector<Row> rows_;
  QLabel* outcome_;
  QPushButton* stop_;
  HostThread* thread_;
  QTimer* clock_;
  int current_ = 0;
  double startedAt_ = 0;
};

/// What may help when a step of the test failed; empty: nothing more than its own words.
[[nodiscard]] QString adviceFor(int step, const QString& detail);

} // namespace discern::desktop
