#include "desktop/analyses/fold_button.h"

#include "desktop/theme/icons.h"

namespace discern::desktop {

FoldButton::FoldButton(const QString& text, QWidget* parent) : QToolButton(parent) {
  setText(text);
  setAutoRaise(true);
  setFocusPolicy(Qt::StrongFocus);
  setToolButtonStyle(text.isEmpty() ? Qt::ToolButtonIconOnly : Qt::ToolButtonTextBesideIcon);
  setIcon(desktop::icon(QStringLiteral("chevron-right")));
  setAccessibleDescription(tr("closed"));
  connect(this, &QToolButton::clicked, this, [this] { setOpen(!open_); });
}

void FoldButton::setOpen(bool open) {
  if (open == open_) return;
  open_ = open;
  setIcon(desktop::icon(open ? QStringLiteral("chevron-down") : QStringLiteral("chevron-right")));
  setAccessibleDescription(open ? tr("open") : tr("closed"));
  Q_EMIT folded(open);
}

} // namespace discern::desktop
