#include "desktop/window/dock_panel.h"

#include "desktop/theme/icons.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QMainWindow>
#include <QTimer>
#include <QToolButton>

namespace discern::desktop {

DockPanel::DockPanel(const QString& id, const QString& title, QWidget* content, QMainWindow* window)
    : QDockWidget(title, window), window_(window), bar_(new QWidget(this)), none_(new QWidget(this)) {
  setObjectName(id);
  setAccessibleName(title);
  bar_->setObjectName(QStringLiteral("dockTitle"));
  auto* row = new QHBoxLayout(bar_);
  row->setContentsMargins(12, 4, 6, 4);
  row->setSpacing(2);
  auto* name = new QLabel(title, bar_);
  row->addWidget(name, 1);
  const auto add = [&](const QString& sign, const QString& tip, auto run) {
    auto* button = new QToolButton(bar_);
    button->setIcon(icon(sign));
    button->setIconSize({14, 14});
    button->setToolTip(tip);
    button->setAccessibleName(tip);
    button->setFocusPolicy(Qt::TabFocus);
    connect(button, &QToolButton::clicked, this, run);
    row->addWidget(button);
  };
  add(QStringLiteral("float"), tr("Float or dock this panel"), [this] { setFloating(!isFloating()); });
  add(QStringLiteral("close"), tr("Hide this panel (View ▸ Panels shows it again)"), [this] { close(); });
  setTitleBarWidget(bar_);
  none_->hide();
  setWidget(content);
  // Now, and once the dock area has come to rest.
  const auto later = [this] {
    for (const int wait : {0, 300})
      QTimer::singleShot(wait, this, &DockPanel::settleTitle);
  };
  connect(this, &QDockWidget::topLevelChanged, this, later);
  connect(this, &QDockWidget::dockLocationChanged, this, later);
  connect(this, &QDockWidget::visibilityChanged, this, later);
}

void DockPanel::present(bool focus) {
  show();
  raise();
  if (focus && widget()) {
    QWidget* target = widget()->focusProxy() ? widget()->focusProxy() : widget();
    target->setFocus(Qt::ShortcutFocusReason);
  }
}

void DockPanel::settleTitle() {
  bool tabbed = false;
  if (!isFloating())
    for (const QDockWidget* other : window_->tabifiedDockWidgets(this))
      tabbed |= !other->isFloating() && !other->isHidden();
  QWidget* wanted = tabbed ? none_ : bar_;
  if (titleBarWidget() != wanted) {
    titleBarWidget()->hide();
    setTitleBarWidget(wanted);
    wanted->setVisible(true);
  }
}

} // namespace discern::desktop
