#pragma once
#include "jobs/run_directory.h"

#include <QWidget>

class QLabel;
class QPushButton;

namespace discern::desktop {

/// Below a run on another machine: how things stand there, and what can be done about it.
class RemoteLine final : public QWidget {
  Q_OBJECT
public:
  explicit RemoteLine(QWidget* parent = nullptr);
  /// `activity` and `trouble`: of what is being done with it here (RemoteRuns).
  void show(const jobs::Snapshot& snapshot, bool cancelling, const QString& activity, const QString& trouble);
  [[nodiscard]] QString text() const;

Q_SIGNALS:
  void retryRequested();
  void signInRequested();
  void followRequested();
  void fetchRequested();
  void stopRequested();
  void sendPluginRequested(); ///< once more, with the analysis sent along

private:
  QPushButton* button(const char* name, const QString& text, const QString& tip);
  QLabel* words_;
  QPushButton *retry_, *signIn_, *follow_, *fetch_, *stop_, *send_;
};

/// A quiet word in a frame: the host that a run is on.
class HostBadge final : public QWidget {
public:
  explicit HostBadge(QWidget* parent);
  void setHost(const QString& host);
  [[nodiscard]] QString host() const { return host_; }
  /// What a host's name takes.
  [[nodiscard]] int widthFor(const QString& host) const;
  [[nodiscard]] QSize sizeHint() const override;

protected:
  void paintEvent(QPaintEvent* event) override;

private:
  QString host_;
};

} // namespace discern::desktop
