#pragma once
#include <QStyledItemDelegate>

namespace discern::desktop {

/// A host in a list: its name, below it how it is reached, and a word about its scheduler.
class HostListDelegate final : public QStyledItemDelegate {
public:
  enum Roles { Line = Qt::UserRole, Tag, Broken, Unsaved };
  using QStyledItemDelegate::QStyledItemDelegate;
  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace discern::desktop
