#include "desktop/form/check_list.h"

#include <QMouseEvent>
#include <QScrollBar>
#include <QStyle>
#include <algorithm>

namespace discern::desktop {

namespace {
constexpr int mostRows = 6;
}

CheckList::CheckList(QWidget* parent) : QListWidget(parent) {
  setObjectName(QStringLiteral("checkList"));
  setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  setVerticalScrollMode(QAbstractItemView::ScrollPerPixel);
  setTextElideMode(Qt::ElideMiddle);
  setUniformItemSizes(true);
  setSelectionMode(QAbstractItemView::SingleSelection);
  setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
  setTabKeyNavigation(false);
  connect(this, &QListWidget::itemChanged, this, [this] {
    if (!quiet_) Q_EMIT changed();
  });
}

void CheckList::setItems(const std::vector<Item>& items) {
  const std::set<std::int64_t> before = checked();
  quiet_ = true;
  clear();
  for (const Item& item : items) {
    auto* row = new QListWidgetItem(item.picture, item.text, this);
    row->setData(Qt::UserRole, static_cast<qlonglong>(item.value));
    row->setFlags(Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsUserCheckable);
    row->setCheckState(before.contains(item.value) ? Qt::Checked : Qt::Unchecked);
    row->setToolTip(item.text);
  }
  quiet_ = false;
  updateGeometry();
}

std::set<std::int64_t> CheckList::checked() const {
  std::set<std::int64_t> values;
  for (int row = 0; row < count(); ++row)
    if (item(row)->checkState() == Qt::Checked) values.insert(item(row)->data(Qt::UserRole).toLongLong());
  return values;
}

void CheckList::setChecked(const std::set<std::int64_t>& values) {
  if (checked() == values) return;
  quiet_ = true;
  for (int row = 0; row < count(); ++row)
    item(row)->setCheckState(values.contains(item(row)->data(Qt::UserRole).toLongLong()) ? Qt::Checked : Qt::Unchecked);
  quiet_ = false;
  Q_EMIT changed();
}

void CheckList::filter(const QString& words) {
  for (int row = 0; row < count(); ++row)
    item(row)->setHidden(!item(row)->text().contains(words, Qt::CaseInsensitive));
}

QSize CheckList::sizeHint() const {
  const int row = count() > 0 ? sizeHintForRow(0) : fontMetrics().height() + 6;
  return {160, std::clamp(count(), 1, mostRows) * row + 2 * frameWidth() + 10};
}

void CheckList::mousePressEvent(QMouseEvent* event) {
  pressed_ = itemAt(event->position().toPoint());
  QListWidget::mousePressEvent(event);
}

/// A click on the words ticks as one on the box does.
void CheckList::mouseReleaseEvent(QMouseEvent* event) {
  QListWidgetItem* here = itemAt(event->position().toPoint());
  const auto before = here ? here->checkState() : Qt::Unchecked;
  QListWidget::mouseReleaseEvent(event);
  if (here && here == pressed_ && event->button() == Qt::LeftButton && here->checkState() == before)
    here->setCheckState(before == Qt::Checked ? Qt::Unchecked : Qt::Checked);
  pressed_ = nullptr;
}

} // namespace discern::desktop
