#include "desktop/window/refinement_bar.h"
#include "desktop/session/place.h"

#include "desktop/theme/icons.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLocale>
#include <QProgressBar>
#include <QToolButton>
#include <algorithm>
#include <cmath>

namespace discern::desktop {

namespace {

constexpr int shownAfter = 600; ///< milliseconds

QString sizeText(std::int64_t bytes) {
  return QLocale::c().formattedDataSize(static_cast<qint64>(bytes), 1, QLocale::DataSizeSIFormat);
}

/// "0:07", "12:30".
QString clockText(double seconds) {
  const auto whole = static_cast<int>(std::lround(seconds));
  return QStringLiteral("%1:%2").arg(whole / 60).arg(whole % 60, 2, 10, QLatin1Char('0'));
}

} // namespace

RefinementBar::RefinementBar(QWidget* parent)
    : QWidget(parent), words_(new QLabel(this)), progress_(new QProgressBar(this)), stop_(new QToolButton(this)) {
  setObjectName(QStringLiteral("refinementBar"));
  words_->setProperty("tone", QStringLiteral("muted"));
  words_->setTextFormat(Qt::PlainText);
  progress_->setRange(0, 1000);
  progress_->setFixedWidth(72);
  progress_->setTextVisible(false);
  stop_->setIcon(icon(QStringLiteral("close")));
  stop_->setIconSize({12, 12});
  stop_->setAutoRaise(true);
  stop_->setAccessibleName(tr("Stop preparing levels"));
  stop_->setToolTip(tr("Stop. Views then read coarse levels from the file itself."));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 4, 0);
  row->setSpacing(8);
  row->addWidget(words_);
  row->addWidget(progress_);
  row->addWidget(stop_);
  connect(stop_, &QToolButton::clicked, this, [this] {
    if (!running_.empty())
      Q_EMIT stopRequested(QString::fromStdString(running_.front().path),
                           QString::fromStdString(running_.front().field));
  });
  wait_.setSingleShot(true);
  wait_.setInterval(shownAfter);
  connect(&wait_, &QTimer::timeout, this, &RefinementBar::refresh);
  setVisible(false);
}

void RefinementBar::show(const std::vector<channel::Refinement>& running) {
  running_ = running;
  if (running_.empty()) {
    wait_.stop();
    setVisible(false);
  } else if (isVisibleTo(parentWidget())) {
    refresh();
  } else if (!wait_.isActive()) {
    wait_.start();
  }
}

QString RefinementBar::words() const { return isHidden() ? QString() : words_->text(); }

void RefinementBar::refresh() {
  if (running_.empty()) return;
  const channel::Refinement& now = running_.front();
  const double share =
      now.total > 0 ? std::clamp(static_cast<double>(now.done) / static_cast<double>(now.total), 0.0, 1.0) : 0;
  const QString file = shortName(QString::fromStdString(now.path));
  const QString what = now.levels ? tr("Preparing levels of %1") : tr("Counting values of %1");
  words_->setText(what.arg(fontMetrics().elidedText(file, Qt::ElideMiddle, 160)) +
                  QStringLiteral(" · %1 % · %2").arg(static_cast<int>(share * 100)).arg(clockText(now.seconds)));
  progress_->setValue(static_cast<int>(share * 1000));
  const QString why =
      now.levels ? tr("Coarser levels and exact statistics of “%1” are made in the background and kept, so that "
                      "large data shows at once.")
                 : tr("Exact statistics of “%1” are made in the background; until then they are sampled.");
  setToolTip(why.arg(QString::fromStdString(now.field)) + QLatin1Char('\n') +
             tr("%1 of %2 read").arg(sizeText(now.done), sizeText(now.total)));
  setVisible(true);
}

} // namespace discern::desktop
