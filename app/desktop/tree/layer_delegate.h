#pragma once
#include <QStyledItemDelegate>

namespace discern::desktop {

class Appearance;

/// A row of the data tree: eye, name over what it is, role. A click on the eye shows or hides; a click on the role asks
/// for another.
class LayerDelegate final : public QStyledItemDelegate {
  Q_OBJECT
public:
  LayerDelegate(const Appearance& appearance, QObject* parent);
  QSize sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
  bool editorEvent(QEvent* event, QAbstractItemModel* model, const QStyleOptionViewItem& option,
                   const QModelIndex& index) override;
  void updateEditorGeometry(QWidget* editor, const QStyleOptionViewItem& option,
                            const QModelIndex& index) const override;
  bool helpEvent(QHelpEvent* event, QAbstractItemView* view, const QStyleOptionViewItem& option,
                 const QModelIndex& index) override;

Q_SIGNALS:
  void roleMenuRequested(const QModelIndex& index, const QPoint& global);

private:
  [[nodiscard]] QRect eyeRect(const QRect& row) const;
  [[nodiscard]] QRect chipRect(const QRect& row, const QModelIndex& index) const;
  const Appearance& appearance_;
};

} // namespace discern::desktop
