#pragma once
#include "desktop/analyses/analysis.h"

#include <QAbstractListModel>
#include <QStyledItemDelegate>

namespace discern::desktop {

/// The analyses that fit a search, in its order.
class AnalysisListModel final : public QAbstractListModel {
  Q_OBJECT
public:
  enum Roles { Id = Qt::UserRole, Summary, Category };
  using QAbstractListModel::QAbstractListModel;
  void show(const std::vector<const Analysis*>& analyses);
  [[nodiscard]] int rowCount(const QModelIndex& parent = {}) const override;
  [[nodiscard]] QVariant data(const QModelIndex& index, int role) const override;

private:
  std::vector<Analysis> analyses_;
};

/// Name in one line with the category, and the one-line help below.
class AnalysisDelegate final : public QStyledItemDelegate {
  Q_OBJECT
public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  [[nodiscard]] QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace discern::desktop
