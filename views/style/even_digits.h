#pragma once
#include <QFont>
#include <QLabel>
#include <QString>
#include <QStyledItemDelegate>

class QPainter;

namespace discern::views {

/// Text whose digits all take the width of the widest one, in any font: numbers that change do not jitter, and columns
/// align. (Qt 6.4 can't switch on a font's own tabular figures.)
[[nodiscard]] qreal evenWidth(const QFont& font, const QString& words);
/// Draws `words` with the painter's font and pen, in `box`, on one line; too long a text loses its end to "…".
void drawEven(QPainter& painter, const QRectF& box, Qt::Alignment alignment, const QString& words);

/// A label with even digits.
class EvenLabel final : public QLabel {
public:
  using QLabel::QLabel;
  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override { return sizeHint(); }

protected:
  void paintEvent(QPaintEvent* event) override;
};

/// Paints the cells of a table with even digits.
class EvenDigitsDelegate : public QStyledItemDelegate {
public:
  using QStyledItemDelegate::QStyledItemDelegate;
  void paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const override;
};

} // namespace discern::views
