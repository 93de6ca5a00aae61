#include "desktop/jobs/job_row.h"

#include "desktop/analyses/fold_button.h"
#include "desktop/analyses/job_controller.h"
#include "desktop/hosts/remote_line.h"
#include "desktop/jobs/job_words.h"
#include "desktop/jobs/state_badge.h"
#include "desktop/theme/icons.h"
#include "jobs/launcher.h"

#include <QClipboard>
#include <QDateTime>
#include <QDesktopServices>
#include <QFontDatabase>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QPainter>
#include <QPlainTextEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QScrollBar>
#include <QStyle>
#include <QToolButton>
#include <QUrl>
#include <QVBoxLayout>
#include <algorithm>
#include <cmath>

namespace discern::desktop {

using jobs::RunState;

namespace {

QString str(const std::string& s) { return QString::fromStdString(s); }

/// A line of text that says with dots where it had to stop.
class ElidedLabel final : public QLabel {
public:
  explicit ElidedLabel(QWidget* parent) : QLabel(parent) {
    setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  }

protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(contentsRect(), Qt::AlignVCenter | Qt::AlignLeft,
                     fontMetrics().elidedText(text(), Qt::ElideRight, contentsRect().width()));
  }
};

int widthOf(QWidget* widget, const QString& text) {
  widget->ensurePolished(); // the style sheet's font, not the application's
  return widget->fontMetrics().horizontalAdvance(text) + 4;
}

} // namespace

JobRow::JobRow(QWidget* parent) : QFrame(parent) {
  setObjectName(QStringLiteral("jobRow"));
  setFrameShape(QFrame::NoFrame);
  setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred); // it leaves out what has no room
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(8, 4, 8, 4);
  column->setSpacing(4);
  column->addWidget(headLine());
  remote_ = new RemoteLine(this);
  column->addWidget(remote_);
  column->addWidget(details());
}

QWidget* JobRow::headLine() {
  auto* line = new QWidget(this);
  auto* row = new QHBoxLayout(line);
  row->setContentsMargins(0, 0, 0, 0);
  row->setSpacing(8);
  fold_ = new FoldButton(QString(), line);
  fold_->setObjectName(QStringLiteral("log"));
  fold_->setToolTip(tr("Show the log"));
  fold_->setAccessibleName(tr("Log"));
  badge_ = new StateBadge(line);
  state_ = new QLabel(line);
  state_->setObjectName(QStringLiteral("state"));
  state_->setFixedWidth(widthOf(state_, QStringLiteral("Unreachable")));
  title_ = new ElidedLabel(line);
  title_->setObjectName(QStringLiteral("title"));
  QFont bold = title_->font();
  bold.setWeight(QFont::DemiBold);
  title_->setFont(bold);
  title_->setMinimumWidth(48);
  hostRoom_ = new QWidget(line);
  auto* hostLine = new QHBoxLayout(hostRoom_);
  hostLine->setContentsMargins(0, 0, 0, 0);
  host_ = new HostBadge(hostRoom_);
  hostLine->addWidget(host_, 0, Qt::AlignLeft | Qt::AlignVCenter);
  hostRoom_->hide();
  middle_ = new QWidget(line);
  middle_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
  phase_ = new ElidedLabel(line);
  phase_->setObjectName(QStringLiteral("phase"));
  phase_->setProperty("tone", QStringLiteral("muted"));
  progress_ = new QProgressBar(line);
  progress_->setObjectName(QStringLiteral("progress"));
  progress_->setRange(0, 1000);
  progress_->setMinimumWidth(48);
  progress_->setMaximumWidth(160);
  progress_->setAccessibleName(tr("Progress"));
  percent_ = new QLabel(line);
  percent_->setObjectName(QStringLiteral("percent"));
  percent_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  percent_->setFixedWidth(widthOf(percent_, QStringLiteral("100 %")));
  elapsed_ = new QLabel(line);
  elapsed_->setObjectName(QStringLiteral("elapsed"));
  elapsed_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  elapsed_->setFixedWidth(widthOf(elapsed_, QStringLiteral("00:00:00")));
  elapsed_->setToolTip(tr("Elapsed time"));
  cancel_ = new QPushButton(tr("Cancel"), line);
  cancel_->setObjectName(QStringLiteral("cancel"));
  cancel_->setToolTip(tr("End this run. It has 5 s to finish what it is at, then it is stopped."));
  again_ = new QPushButton(tr("Run Again"), line);
  again_->setObjectName(QStringLiteral("runAgain"));
  again_->setToolTip(tr("The same analysis, inputs and parameters, in a new run"));
  open_ = new QPushButton(tr("Open Result"), line);
  open_->setObjectName(QStringLiteral("openResult"));
  open_->setToolTip(tr("Bring the result of this run into the session"));
  more_ = new QToolButton(line);
  more_->setObjectName(QStringLiteral("more"));
  more_->setIcon(icon(QStringLiteral("more")));
  more_->setAutoRaise(true);
  more_->setToolTip(tr("More for this run"));
  more_->setAccessibleName(tr("More for this run"));
  auto* menu = new QMenu(more_);
  menu->setToolTipsVisible(true);
  menu->addAction(tr("Run Again"), this, &JobRow::runAgainRequested);
  menu->addAction(tr("Change and Run…"), this, &JobRow::editRequested);
  windUp_ = menu->addAction(tr("Finish Early"), this, &JobRow::windUpRequested);
  windUp_->setObjectName(QStringLiteral("windUp"));
  windUp_->setToolTip(tr("Ask for a result of what there is so far, where the analysis can give one"));
  menu->addSeparator();
  menu->addAction(tr("Copy as Command"), this,
                  [this] { QGuiApplication::clipboard()->setText(jobs::JobMonitor::asCommand(snapshot_.job)); })
      ->setObjectName(QStringLiteral("copyCommand"));
  menu->addAction(tr("Copy Path of the Run's Folder"), this,
                  [this] { QGuiApplication::clipboard()->setText(str(snapshot_.path)); })
      ->setObjectName(QStringLiteral("copyPath"));
  menu->addAction(tr("Show Folder"), this,
                  [this] { QDesktopServices::openUrl(QUrl::fromLocalFile(str(snapshot_.path))); });
  menu->addAction(tr("Copy Log"), this, [this] { QGuiApplication::clipboard()->setText(logText()); });
  menu->addSeparator();
  detach_ = menu->addAction(tr("Leave to Itself"), this, &JobRow::detachRequested);
  detach_->setObjectName(QStringLiteral("detach"));
  detach_->setToolTip(tr("It goes on where it is; nobody here follows it"));
  forget_ = menu->addAction(tr("Take off the List"), this, &JobRow::forgetRequested);
  connect(more_, &QToolButton::clicked, menu,
          [this, menu] { menu->popup(more_->mapToGlobal(QPoint(0, more_->height()))); });
  for (QWidget* widget : std::initializer_list<QWidget*>{fold_, badge_, state_})
    row->addWidget(widget);
  row->addWidget(title_, 5);
  row->addWidget(hostRoom_);
  auto* middle = new QHBoxLayout(middle_);
  middle->setContentsMargins(0, 0, 0, 0);
  middle->setSpacing(8);
  middle->addWidget(phase_, 1);
  middle->addWidget(progress_, 1);
  middle->addWidget(percent_);
  row->addWidget(middle_, 5);
  row->addWidget(elapsed_);
  // At most one of the buttons shows. All rows leave the same room for it, so that their columns stand below one
  // another.
  int widest = 0;
  for (QPushButton* button : {cancel_, again_, open_}) {
    button->ensurePolished();
    widest = std::max(widest, button->sizeHint().width());
  }
  for (QPushButton* button : {cancel_, again_, open_}) {
    button->setFixedWidth(widest);
    row->addWidget(button);
  }
  noAction_ = new QWidget(line);
  noAction_->setFixedWidth(widest);
  row->addWidget(noAction_);
  row->addWidget(more_);
  connect(fold_, &FoldButton::folded, this, &JobRow::setExpanded);
  connect(cancel_, &QPushButton::clicked, this, &JobRow::cancelRequested);
  connect(again_, &QPushButton::clicked, this, &JobRow::runAgainRequested);
  connect(open_, &QPushButton::clicked, this, &JobRow::openResultRequested);
  return line;
}

void JobRow::reserveHost(const QStringList& hosts) {
  int width = 0;
  for (const QString& host : hosts)
    width = std::max(width, host_->widthFor(host));
  hasHosts_ = width > 0;
  hostRoom_->setFixedWidth(std::max(width, 1));
  fit();
}

void JobRow::resizeEvent(QResizeEvent* event) {
  QFrame::resizeEvent(event);
  fit();
}

/// The title gives way first. What else has no room in a narrow panel is left out, so that the buttons stay in reach;
/// tooltips have it.
void JobRow::fit() {
  constexpr int forHost = 560, forState = 480, forMiddle = 400, forTime = 320;
  hostRoom_->setVisible(hasHosts_ && width() >= forHost);
  state_->setVisible(width() >= forState);
  middle_->setVisible(width() >= forMiddle);
  elapsed_->setVisible(width() >= forTime);
}

QWidget* JobRow::details() {
  details_ = new QWidget(this);
  auto* column = new QVBoxLayout(details_);
  column->setContentsMargins(63, 0, 8, 4);
  column->setSpacing(4);
  message_ = new QLabel(details_);
  message_->setObjectName(QStringLiteral("message"));
  message_->setWordWrap(true);
  message_->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
  log_ = new QPlainTextEdit(details_);
  log_->setObjectName(QStringLiteral("logText"));
  log_->setReadOnly(true);
  log_->setStyleSheet(QStringLiteral("QPlainTextEdit { font-family: \"%1\"; }")
                          .arg(QFontDatabase::systemFont(QFontDatabase::FixedFont).family()));
  log_->setLineWrapMode(QPlainTextEdit::NoWrap);
  log_->setAccessibleName(tr("Log"));
  log_->setPlaceholderText(tr("Nothing in the log yet."));
  column->addWidget(message_);
  column->addWidget(log_);
  details_->hide();
  return details_;
}

void JobRow::show(const jobs::Snapshot& snapshot, bool cancelling, bool resultWaits) {
  const bool logChanged = snapshot.log != snapshot_.log;
  snapshot_ = snapshot;
  const bool over = jobs::isFinal(snapshot.state);
  cancelling_ = (cancelling || (snapshot.cancelRequested && !snapshot.host.empty())) && !over;
  state_->setText(cancelling_ ? tr("Cancelling…") : snapshot.detached ? tr("Detached") : stateWord(snapshot.state));
  badge_->setState(snapshot.state, cancelling_);
  badge_->setAccessibleName(state_->text());
  const QString title = str(snapshot.title.empty() ? snapshot.plugin : snapshot.title);
  title_->setText(title);
  title_->setToolTip(snapshot.host.empty() ? title : tr("%1\nOn %2").arg(title, str(snapshot.host)));
  badge_->setToolTip(state_->text());
  setAccessibleName(QStringLiteral("%1: %2").arg(title, state_->text()));
  const bool queued = snapshot.state == RunState::Queued && !snapshot.note.empty() && snapshot.host.empty();
  if (!over)
    phase_->setText(str(queued ? snapshot.note : snapshot.phase));
  else // where it failed
    phase_->setText(snapshot.state == RunState::Failed && !snapshot.phase.empty()
                        ? tr("in “%1”").arg(str(snapshot.phase))
                        : QString());
  phase_->setToolTip(phase_->text());
  progress_->setVisible(!over && !queued); // the place in the queue needs the room
  if (over) log_->setPlaceholderText(tr("The log is empty."));
  percent_->setVisible(!over && !queued);
  percent_->setText(over ? QString()
                         : tr("%1 %").arg(static_cast<int>(std::floor(std::clamp(snapshot.progress, 0.0, 1.0) * 100))));
  progress_->setUpdatesEnabled(false); // or the bar repaints the whole window at once, its views too
  progress_->setValue(static_cast<int>(std::lround(std::clamp(snapshot.progress, 0.0, 1.0) * 1000)));
  progress_->setUpdatesEnabled(true);
  cancel_->setVisible(!over);
  cancel_->setEnabled(!cancelling_ && (snapshot.state != RunState::Unreachable || !snapshot.host.empty()));
  host_->setHost(str(snapshot.host));
  detach_->setVisible(!snapshot.host.empty() && !over);
  detach_->setEnabled(!snapshot.unwatched);
  open_->setVisible(resultWaits);
  again_->setVisible(over && snapshot.state != RunState::Succeeded);
  noAction_->setVisible(cancel_->isHidden() && open_->isHidden() && again_->isHidden());
  forget_->setEnabled(over);
  const bool bad = snapshot.state == RunState::Failed;
  message_->setText(bad ? failureText(snapshot) : over ? str(snapshot.message) : QString());
  message_->setVisible(!message_->text().isEmpty());
  if (logChanged) {
    QScrollBar* bar = log_->verticalScrollBar();
    const bool following = bar->value() >= bar->maximum() - 1;
    QStringList lines;
    for (const std::string& line : snapshot.log)
      lines << str(line);
    log_->setPlainText(lines.join(QLatin1Char('\n')));
    fitLog();
    if (following) bar->setValue(bar->maximum());
  }
  windUp_->setEnabled(!over && !cancelling_ && !snapshot.windUpRequested);
  if ((bad || snapshot.woundUp) && !everExpanded_) setExpanded(true);
  setTone(stateTone(snapshot.state, cancelling_));
  tick();
}

void JobRow::fitLog() {
  const auto lines = static_cast<int>(std::clamp<std::size_t>(snapshot_.log.size(), 2, 8));
  log_->setFixedHeight(log_->fontMetrics().lineSpacing() * lines + 24);
}

void JobRow::tick() {
  if (snapshot_.started <= 0) {
    elapsed_->clear();
    return;
  }
  const double now = static_cast<double>(QDateTime::currentMSecsSinceEpoch()) / 1000.0;
  const bool over = snapshot_.ended > 0;
  const double seconds = (over ? snapshot_.ended : now) - snapshot_.started;
  elapsed_->setText(over && seconds < 10 ? tr("%1 s").arg(seconds, 0, 'f', 1) : durationText(seconds));
}

void JobRow::setExpanded(bool expanded) {
  everExpanded_ = true;
  fold_->setOpen(expanded);
  fold_->setToolTip(expanded ? tr("Hide the log") : tr("Show the log"));
  details_->setVisible(expanded);
  fitLog();
  if (expanded) log_->verticalScrollBar()->setValue(log_->verticalScrollBar()->maximum());
}

bool JobRow::expanded() const { return fold_->isOpen(); }

void JobRow::setTone(const QString& tone) {
  if (badge_->property("tone").toString() == tone) return;
  for (QWidget* widget : std::initializer_list<QWidget*>{badge_, state_, message_}) {
    widget->setProperty("tone", tone);
    widget->style()->unpolish(widget);
    widget->style()->polish(widget);
    widget->update();
  }
}

QString JobRow::stateText() const { return state_->text(); }
QString JobRow::messageText() const { return message_->text(); }
QString JobRow::logText() const { return log_->toPlainText(); }

} // namespace discern::desktop
