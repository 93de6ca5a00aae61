#pragma once
#include "desktop/jobs/job_words.h"
#include "jobs/run_directory.h"

#include <QFrame>

class QLabel;
class QPlainTextEdit;
class QProgressBar;
class QPushButton;
class QToolButton;

namespace discern::desktop {

class FoldButton;
class HostBadge;
class RemoteLine;
class StateBadge;

/// One run in the strip.
class JobRow final : public QFrame {
  Q_OBJECT
public:
  explicit JobRow(QWidget* parent = nullptr);
  void show(const jobs::Snapshot& snapshot, bool cancelling, bool resultWaits);
  /// Of a run on another machine: how things stand, and what can be done.
  [[nodiscard]] RemoteLine& remote() { return *remote_; }
  /// Leaves room for the names of these hosts, so that rows beside this one have the same columns; none: no room.
  void reserveHost(const QStringList& hosts);
  /// Brings the elapsed time up to date.
  void tick();
  void setExpanded(bool expanded);
  [[nodiscard]] bool expanded() const;
  [[nodiscard]] QString stateText() const;
  [[nodiscard]] QString messageText() const;
  [[nodiscard]] QString logText() const;

Q_SIGNALS:
  void cancelRequested();
  void runAgainRequested();
  void editRequested();
  void openResultRequested();
  void forgetRequested();
  void detachRequested();
  void windUpRequested();

protected:
  void resizeEvent(QResizeEvent* event) override;

private:
  QWidget* headLine();
  void fit();
  QWidget* details();
  void fitLog();
  void setTone(const QString& tone);

  jobs::Snapshot snapshot_;
  bool cancelling_ = false;
  bool everExpanded_ = false;
  StateBadge* badge_ = nullptr;
  QLabel *state_ = nullptr, *title_ = nullptr, *phase_ = nullptr, *percent_ = nullptr, *elapsed_ = nullptr,
         *message_ = nullptr;
  QProgressBar* progress_ = nullptr;
  QPushButton *cancel_ = nullptr, *again_ = nullptr, *open_ = nullptr;
  FoldButton* fold_ = nullptr;
  QToolButton* more_ = nullptr;
  QAction *forget_ = nullptr, *detach_ = nullptr, *windUp_ = nullptr;
  HostBadge* host_ = nullptr;
  QWidget *hostRoom_ = nullptr, *middle_ = nullptr; ///< columns: the host; how far it is
  QWidget* noAction_ = nullptr;                     ///< the room of a button where there is none
  bool hasHosts_ = false;
  RemoteLine* remote_ = nullptr;
  QWidget* details_ = nullptr;
  QPlainTextEdit* log_ = nullptr;
};

} // namespace discern::desktop
