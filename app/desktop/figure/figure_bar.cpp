#include "desktop/figure/figure_bar.h"

#include "desktop/theme/icons.h"

#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QProgressBar>
#include <QToolButton>

namespace discern::desktop {

FigureBar::FigureBar(QWidget* parent)
    : QWidget(parent), words_(new QLabel(this)), progress_(new QProgressBar(this)), cancel_(new QToolButton(this)) {
  setObjectName(QStringLiteral("figureBar"));
  words_->setProperty("tone", QStringLiteral("muted"));
  words_->setTextFormat(Qt::PlainText);
  progress_->setRange(0, 1000);
  progress_->setFixedWidth(72);
  progress_->setTextVisible(false);
  cancel_->setIcon(icon(QStringLiteral("close")));
  cancel_->setIconSize({12, 12});
  cancel_->setAutoRaise(true);
  cancel_->setAccessibleName(tr("Cancel the export"));
  cancel_->setToolTip(tr("Cancel the export. Nothing is left behind."));
  auto* row = new QHBoxLayout(this);
  row->setContentsMargins(0, 0, 4, 0);
  row->setSpacing(8);
  row->addWidget(words_);
  row->addWidget(progress_);
  row->addWidget(cancel_);
  connect(cancel_, &QToolButton::clicked, this, [this] {
    cancel_->setEnabled(false);
    Q_EMIT cancelled();
  });
  setVisible(false);
}

void FigureBar::begin(const QString& file) {
  file_ = QFileInfo(file).fileName();
  cancel_->setEnabled(true);
  setProgress(0);
  setVisible(true);
}

void FigureBar::setProgress(double share) {
  progress_->setValue(static_cast<int>(share * 1000));
  words_->setText(tr("Drawing %1 · %2 %")
                      .arg(fontMetrics().elidedText(file_, Qt::ElideMiddle, 160))
                      .arg(static_cast<int>(share * 100)));
}

void FigureBar::end() { setVisible(false); }

QString FigureBar::words() const { return isHidden() ? QString() : words_->text(); }

} // namespace discern::desktop
