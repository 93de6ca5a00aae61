#include "desktop/browse/path_bar.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QStackedLayout>
#include <QToolButton>

namespace discern::desktop {

PathBar::PathBar(QWidget* parent)
    : QWidget(parent), crumbs_(new QWidget(this)), row_(new QHBoxLayout(crumbs_)), text_(new QLineEdit(this)),
      stack_(new QStackedLayout(this)) {
  row_->setContentsMargins(0, 0, 0, 0);
  row_->setSpacing(0);
  text_->setAccessibleName(tr("Folder"));
  text_->installEventFilter(this);
  stack_->setContentsMargins(0, 0, 0, 0);
  stack_->addWidget(crumbs_);
  stack_->addWidget(text_);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
  setCursor(Qt::IBeamCursor);
}

void PathBar::setPath(const QString& path) {
  path_ = path;
  if (!text_->hasFocus()) stack_->setCurrentWidget(crumbs_); // what is being typed stays
  while (QLayoutItem* item = row_->takeAt(0)) {
    delete item->widget();
    delete item;
  }
  if (path.isEmpty()) return;
  // The root, and the last parts: what is above them is in the root's tip.
  constexpr int most = 4;
  const QStringList parts = path.split(QLatin1Char('/'), Qt::SkipEmptyParts);
  const auto add = [this](const QString& text, const QString& target) {
    auto* button = new QToolButton(crumbs_);
    button->setText(text);
    button->setToolTip(target);
    button->setCursor(Qt::ArrowCursor);
    button->setFocusPolicy(Qt::TabFocus);
    button->setAccessibleName(tr("Go to %1").arg(target));
    connect(button, &QToolButton::clicked, this, [this, target] { Q_EMIT requested(target); });
    row_->addWidget(button);
  };
  add(QStringLiteral("/"), QStringLiteral("/"));
  QString target;
  for (qsizetype i = 0; i < parts.size(); ++i) {
    target += QLatin1Char('/') + parts[i];
    if (parts.size() - i > most) continue;
    if (i > 0) {
      auto* between =
          new QLabel(i > 0 && parts.size() - i == most ? QStringLiteral("… /") : QStringLiteral("/"), crumbs_);
      between->setProperty("tone", "muted");
      row_->addWidget(between);
    }
    add(fontMetrics().elidedText(parts[i], Qt::ElideMiddle, 160), target);
  }
  row_->addStretch(1);
}

void PathBar::edit() {
  text_->setText(path_);
  stack_->setCurrentWidget(text_);
  text_->setFocus(Qt::ShortcutFocusReason);
  text_->selectAll();
}

void PathBar::mousePressEvent(QMouseEvent*) { edit(); }

/// Enter and Escape are for the typed folder alone: the dialog around it must not take them for its button.
bool PathBar::eventFilter(QObject* watched, QEvent* event) {
  if (watched != text_) return QWidget::eventFilter(watched, event);
  const int key = event->type() == QEvent::KeyPress ? static_cast<QKeyEvent*>(event)->key() : 0;
  const bool entered = key == Qt::Key_Return || key == Qt::Key_Enter, escaped = key == Qt::Key_Escape;
  if (event->type() != QEvent::FocusOut && !entered && !escaped) return QWidget::eventFilter(watched, event);
  const QString typed = text_->text().trimmed();
  stack_->setCurrentWidget(crumbs_);
  if (entered && !typed.isEmpty()) Q_EMIT requested(typed);
  return entered || escaped;
}

} // namespace discern::desktop
