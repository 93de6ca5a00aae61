#include "desktop/hosts/host_test_view.h"

#include "desktop/theme/icons.h"

#include <QDateTime>
#include <QGridLayout>
#include <QLabel>
#include <QPainter>
#include <QPushButton>
#include <QStyle>
#include <QTimer>
#include <QVBoxLayout>

namespace discern::desktop {

namespace {

double now() { return static_cast<double>(QDateTime::currentMSecsSinceEpoch()) / 1000.0; }

void setTone(QWidget* widget, const QString& tone) {
  if (widget->property("tone").toString() == tone) return;
  widget->setProperty("tone", tone);
  widget->style()->unpolish(widget);
  widget->style()->polish(widget);
  widget->update();
}

struct Planned {
  const char *name, *what;
};

constexpr Planned steps[] = {
    {QT_TRANSLATE_NOOP("discern::desktop::HostTestView", "Connect"),
     QT_TRANSLATE_NOOP("discern::desktop::HostTestView", "ssh reaches the machine and signs you in")},
    {QT_TRANSLATE_NOOP("discern::desktop::HostTestView", "Remote discern-run"),
     QT_TRANSLATE_NOOP("discern::desktop::HostTestView", "the program is there and of a version that fits")},
    {QT_TRANSLATE_NOOP("discern::desktop::HostTestView", "Scratch folder"),
     QT_TRANSLATE_NOOP("discern::desktop::HostTestView", "it can be written, and has room")},
    {QT_TRANSLATE_NOOP("discern::desktop::HostTestView", "Scheduler"),
     QT_TRANSLATE_NOOP("discern::desktop::HostTestView", "it answers")},
    {QT_TRANSLATE_NOOP("discern::desktop::HostTestView", "One-second job"),
     QT_TRANSLATE_NOOP("discern::desktop::HostTestView", "a small analysis is started and ends well")},
    {QT_TRANSLATE_NOOP("discern::desktop::HostTestView", "Result"),
     QT_TRANSLATE_NOOP("discern::desktop::HostTestView", "it comes back whole")},
};
static_assert(std::size(steps) == remote::testSteps);

} // namespace

/// A ring that waits, turns, or holds a tick or a cross.
class HostTestView::Sign final : public QWidget {
public:
  explicit Sign(QWidget* parent) : QWidget(parent) {
    setFixedSize(20, 20);
    setProperty("tone", QStringLiteral("muted"));
  }
  void setState(const QString& state) {
    state_ = state;
    setTone(this, state == QLatin1String("passed")    ? QStringLiteral("good")
                  : state == QLatin1String("failed")  ? QStringLiteral("bad")
                  : state == QLatin1String("running") ? QStringLiteral("accent")
                                                      : QStringLiteral("muted"));
    update();
  }
  void turn() {
    angle_ = (angle_ + 30) % 360;
    update();
  }

protected:
  void paintEvent(QPaintEvent*) override {
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing);
    const QColor colour = palette().color(QPalette::WindowText);
    painter.setPen(QPen(colour, 1.75, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    const QRectF disc(3, 3, 14, 14);
    if (state_ == QLatin1String("running")) {
      QColor faint = colour;
      faint.setAlphaF(0.25F);
      painter.setPen(QPen(faint, 1.75));
      painter.drawEllipse(disc);
      painter.setPen(QPen(colour, 1.75, Qt::SolidLine, Qt::RoundCap));
      painter.drawArc(disc, -angle_ * 16, 100 * 16);
    } else if (state_ == QLatin1String("passed")) {
      painter.drawEllipse(disc);
      painter.drawPolyline(QPolygonF{{6.8, 10.2}, {9, 12.4}, {13.2, 7.8}});
    } else if (state_ == QLatin1String("failed")) {
      painter.drawEllipse(disc);
      painter.drawLine(QPointF(7.6, 7.6), QPointF(12.4, 12.4));
      painter.drawLine(QPointF(12.4, 7.6), QPointF(7.6, 12.4));
    } else {
      QColor faint = colour;
      faint.setAlphaF(0.6F);
      painter.setPen(QPen(faint, 1.5, Qt::DotLine));
      painter.drawEllipse(disc);
    }
  }

private:
  QString state_;
  int angle_ = 0;
};

HostTestView::HostTestView(QWidget* parent)
    : QWidget(parent), outcome_(new QLabel(this)), stop_(new QPushButton(tr("Stop"), this)),
      thread_(new HostThread(this)), clock_(new QTimer(this)) {
  setObjectName(QStringLiteral("hostTest"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(24, 16, 24, 16);
  column->setSpacing(16);
  auto* head = new QHBoxLayout;
  outcome_->setObjectName(QStringLiteral("testOutcome"));
  outcome_->setProperty("textSize", QStringLiteral("strong"));
  outcome_->setWordWrap(true);
  stop_->setObjectName(QStringLiteral("testStop"));
  stop_->setToolTip(tr("End the test; a job that it has started is cancelled"));
  head->addWidget(outcome_, 1);
  head->addWidget(stop_);
  column->addLayout(head);
  auto* grid = new QGridLayout;
  grid->setHorizontalSpacing(12);
  grid->setVerticalSpacing(2);
  grid->setColumnStretch(1, 1);
  for (int i = 0; i < remote::testSteps; ++i) {
    Row row{new Sign(this), new QLabel(tr(steps[i].name), this), new QLabel(this), new QLabel(this), {}};
    row.name->setObjectName(QStringLiteral("step%1").arg(i + 1));
    row.time->setProperty("tone", QStringLiteral("muted"));
    row.time->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
    row.time->setMinimumWidth(56);
    row.detail->setObjectName(QStringLiteral("detail%1").arg(i + 1));
    row.detail->setProperty("tone", QStringLiteral("muted"));
    row.detail->setProperty("textSize", QStringLiteral("small"));
    row.detail->setWordWrap(true);
    row.detail->setTextFormat(Qt::PlainText);
    row.detail->setTextInteractionFlags(Qt::TextSelectableByMouse);
    grid->addWidget(row.sign, 3 * i, 0);
    grid->addWidget(row.name, 3 * i, 1);
    grid->addWidget(row.time, 3 * i, 2);
    grid->addWidget(row.detail, 3 * i + 1, 1, 1, 2);
    grid->setRowMinimumHeight(3 * i + 2, 10);
    rows_.push_back(row);
  }
  column->addLayout(grid);
  column->addStretch(1);
  clock_->setInterval(80);
  connect(clock_, &QTimer::timeout, this, [this] {
    if (current_ < 1) return;
    Row& row = rows_[static_cast<std::size_t>(current_ - 1)];
    row.sign->turn();
    row.time->setText(tr("%1 s").arg(now() - startedAt_, 0, 'f', 1));
  });
  connect(stop_, &QPushButton::clicked, this, &HostTestView::stop);
  clear();
}

void HostTestView::clear() {
  if (running()) { // it winds up by itself, and nobody hears of it
    delete thread_;
    thread_ = new HostThread(this);
  }
  clock_->stop();
  current_ = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i) {
    rows_[i].state.clear();
    rows_[i].sign->setState({});
    rows_[i].time->clear();
    rows_[i].detail->setText(tr(steps[i].what));
    setTone(rows_[i].detail, QStringLiteral("muted"));
  }
  outcome_->setText(tr("A test walks the whole way, from signing in to a result that comes back."));
  setTone(outcome_, {});
  stop_->hide();
}

void HostTestView::start(const remote::HostProfile& profile) {
  clear();
  outcome_->setText(tr("Testing %1…").arg(QString::fromStdString(profile.name)));
  stop_->show();
  stop_->setEnabled(true);
  clock_->start();
  auto told = thread_->teller<remote::TestStep>([this](const remote::TestStep& step) { show(step); });
  thread_->start(
      [profile, told](const std::atomic<bool>& stop) {
        std::pair<bool, QString> outcome;
        const HostProblem problem =
            problemOf([&] { outcome.first = remote::testHost(profile, remote::Prompts::Dialog, told, &stop); });
        outcome.second = problem.text;
        return outcome;
      },
      [this](const std::pair<bool, QString>& outcome) { ended(outcome.first, outcome.second); });
}

void HostTestView::stop() {
  if (!running()) return;
  thread_->stop();
  stop_->setEnabled(false);
  outcome_->setText(tr("Stopping…"));
}

void HostTestView::show(const remote::TestStep& step) {
  if (step.number < 1 || step.number > remote::testSteps) return;
  Row& row = rows_[static_cast<std::size_t>(step.number - 1)];
  const bool first = step.number != current_;
  switch (step.state) {
  case remote::TestStep::State::Running:
    row.state = QStringLiteral("running");
    break;
  case remote::TestStep::State::Passed:
    row.state = QStringLiteral("passed");
    break;
  case remote::TestStep::State::Failed:
    row.state = QStringLiteral("failed");
    break;
  }
  if (first) startedAt_ = now();
  current_ = row.state == QLatin1String("running") ? step.number : 0;
  row.sign->setState(row.state);
  QString detail = QString::fromStdString(step.detail).trimmed();
  const bool failed = row.state == QLatin1String("failed");
  if (failed)
    if (const QString advice = adviceFor(step.number, detail); !advice.isEmpty()) detail += QLatin1Char('\n') + advice;
  if (!detail.isEmpty()) row.detail->setText(detail);
  setTone(row.detail, failed ? QStringLiteral("bad") : QStringLiteral("muted"));
  if (row.state != QLatin1String("running")) row.time->setText(tr("%1 s").arg(step.seconds, 0, 'f', 1));
}

void HostTestView::ended(bool passed, const QString& trouble) {
  clock_->stop();
  stop_->hide();
  int failed = 0;
  for (std::size_t i = 0; i < rows_.size(); ++i)
    if (rows_[i].state == QLatin1String("failed")) failed = static_cast<int>(i) + 1;
  if (passed) {
    outcome_->setText(tr("All is well: analyses can run there."));
    setTone(outcome_, QStringLiteral("good"));
  } else {
    outcome_->setText(failed > 0 ? tr("It ends at step %1 of %2, “%3”.")
                                       .arg(failed)
                                       .arg(remote::testSteps)
                                       .arg(rows_[static_cast<std::size_t>(failed - 1)].name->text())
                                 : trouble);
    setTone(outcome_, QStringLiteral("bad"));
  }
  Q_EMIT finished(passed);
}

QString HostTestView::stateOf(int step) const { return rows_[static_cast<std::size_t>(step - 1)].state; }
QString HostTestView::detailOf(int step) const { return rows_[static_cast<std::size_t>(step - 1)].detail->text(); }

QString adviceFor(int step, const QString& detail) {
  const auto says = [&detail](const char* words) { return detail.contains(QLatin1String(words), Qt::CaseInsensitive); };
  if (says("stopped")) return {};
  switch (step) {
  case 1:
    if (says("Could not resolve"))
      return HostTestView::tr(
          "No machine of this name is known: look at the destination, and whether a VPN is needed.");
    if (says("Connection refused"))
      return HostTestView::tr("The machine is there, but no ssh listens: look at the port.");
    if (says("timed out") || says("didn't answer"))
      return HostTestView::tr("Nothing answers: is a VPN or a jump host (ProxyJump) needed?");
    if (says("sign in") || says("Permission denied"))
      return HostTestView::tr(
          "The same destination should work with “ssh” in a terminal; see docs/hosts.md, signing in.");
    break;
  case 2:
    if (says("there is no"))
      return HostTestView::tr("Where it needs modules, give “module load …” under “Before it starts”.");
    break;
  case 3:
    return HostTestView::tr("Choose a folder there that you can write to, and that the compute nodes see.");
  case 4:
    return HostTestView::tr("Does “sinfo” work there in a terminal? Modules may be needed under “Before it starts”.");
  case 5:
    if (says("partition") || says("account"))
      return HostTestView::tr("Look at partition and account under “What a job asks for”.");
    return HostTestView::tr("Does a compute node see discern-run and the scratch folder?");
  default:
    break;
  }
  return {};
}

} // namespace discern::desktop
