#include "desktop/window/history_panel.h"

#include <QListWidget>
#include <QVBoxLayout>

namespace discern::desktop {

HistoryPanel::HistoryPanel(link::Link& link, QWidget* parent)
    : QWidget(parent), link_(link), list_(new QListWidget(this)) {
  setFocusProxy(list_);
  list_->setAccessibleName(tr("History of steps"));
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(4, 4, 4, 4);
  column->addWidget(list_);
  later_.setSingleShot(true);
  later_.setInterval(50);
  connect(&later_, &QTimer::timeout, this, &HistoryPanel::refresh);
  connect(&link_, &link::Link::historyChanged, this, [this] {
    if (isVisible() && !later_.isActive()) later_.start();
  });
  connect(list_, &QListWidget::itemClicked, this,
          [this](QListWidgetItem* item) { link_.session().goTo(static_cast<std::size_t>(list_->row(item))); });
  connect(list_, &QListWidget::itemActivated, this,
          [this](QListWidgetItem* item) { link_.session().goTo(static_cast<std::size_t>(list_->row(item))); });
}

void HistoryPanel::showEvent(QShowEvent* event) {
  refresh();
  QWidget::showEvent(event);
}

void HistoryPanel::refresh() {
  const auto names = link_.session().history();
  const auto position = static_cast<int>(link_.session().position());
  list_->clear();
  list_->addItem(tr("Start"));
  for (const std::string& name : names)
    list_->addItem(QString::fromStdString(name));
  for (int i = position + 1; i < list_->count(); ++i)
    list_->item(i)->setForeground(palette().color(QPalette::PlaceholderText));
  list_->setCurrentRow(position);
}

} // namespace discern::desktop
