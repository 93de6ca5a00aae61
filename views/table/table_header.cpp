#include "table/table_header.h"

#include "style/even_digits.h"
#include "table/table_model.h"

#include <QPainter>

namespace discern::views {
namespace {

constexpr int side = 8, arrow = 14, top = 6;

QFont smaller(QFont font) {
  if (font.pixelSize() > 0)
    font.setPixelSize(font.pixelSize() - 2);
  else
    font.setPointSizeF(font.pointSizeF() * 0.85);
  return font;
}

QString wordsOf(const QAbstractItemModel* model, int column, int role) {
  return model ? model->headerData(column, Qt::Horizontal, role).toString() : QString();
}

} // namespace

TableHeader::TableHeader(const Style& style, QWidget* parent) : QHeaderView(Qt::Horizontal, parent), style_(style) {
  setSectionsClickable(true);
  setHighlightSections(false);
  setSectionResizeMode(QHeaderView::Interactive);
  setSectionsMovable(false);
  setMinimumSectionSize(40);
  setStretchLastSection(false);
  setContextMenuPolicy(Qt::CustomContextMenu);
}

void TableHeader::setStyle(const Style& style) {
  style_ = style;
  viewport()->update();
}

void TableHeader::setSorted(int column, bool descending) {
  sorted_ = column;
  descending_ = descending;
  viewport()->update();
}

QFont TableHeader::nameFont() const {
  QFont font = parentWidget() ? parentWidget()->font() : this->font();
  font.setWeight(QFont::DemiBold);
  return font;
}

QFont TableHeader::detailFont() const { return smaller(parentWidget() ? parentWidget()->font() : font()); }

int TableHeader::neededWidth(int column) const {
  const int name = QFontMetrics(nameFont()).horizontalAdvance(wordsOf(model(), column, Qt::DisplayRole)) + arrow;
  const int detail = QFontMetrics(detailFont()).horizontalAdvance(wordsOf(model(), column, TableModel::DetailRole));
  return std::max(name, detail) + 2 * side + 2;
}

QSize TableHeader::sectionSizeFromContents(int column) const {
  return {neededWidth(column), 2 * top + QFontMetrics(nameFont()).height() + QFontMetrics(detailFont()).height()};
}

void TableHeader::paintSection(QPainter* painter, const QRect& rect, int column) const {
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  const QColor ground = colour(style_.theme.surface), ink = colour(style_.theme.text),
               faint = colour(style_.theme.muted);
  painter->fillRect(rect, ground);
  QColor line = faint;
  line.setAlphaF(0.35F);
  painter->fillRect(QRect(rect.left(), rect.bottom(), rect.width(), 1), line);
  const auto alignment =
      Qt::Alignment(model() ? model()->headerData(column, Qt::Horizontal, Qt::TextAlignmentRole).toInt() : 0);
  const bool right = alignment & Qt::AlignRight;
  const bool sorted = column == sorted_;
  const QFont name = nameFont(), detail = detailFont();
  const QFontMetrics nameMetrics(name), detailMetrics(detail);
  QRect row(rect.left() + side, rect.top() + top, rect.width() - 2 * side, nameMetrics.height());
  painter->setFont(name);
  painter->setPen(sorted ? colour(style_.theme.accent) : ink);
  QRect words = row;
  if (sorted) { // the arrow stands where the words don't begin
    const int x = right ? row.left() : row.right() - arrow + 4;
    words.adjust(right ? arrow : 0, 0, right ? 0 : -arrow, 0);
    const double middle = row.center().y() + 1, half = 3.5;
    const double tip = descending_ ? middle + 2.5 : middle - 2.5, foot = descending_ ? middle - 2.5 : middle + 2.5;
    const QPointF points[] = {{x + 0.0, foot}, {x + half, tip}, {x + 2 * half, foot}};
    painter->setPen(QPen(colour(style_.theme.accent), 1.6, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin));
    painter->drawPolyline(points, 3);
  }
  painter->drawText(words, static_cast<int>(alignment | Qt::AlignVCenter),
                    nameMetrics.elidedText(wordsOf(model(), column, Qt::DisplayRole), Qt::ElideRight, words.width()));
  painter->setFont(detail);
  painter->setPen(faint);
  row.moveTop(row.bottom() + 1);
  row.setHeight(detailMetrics.height());
  painter->drawText(
      row, static_cast<int>(alignment | Qt::AlignVCenter),
      detailMetrics.elidedText(wordsOf(model(), column, TableModel::DetailRole), Qt::ElideRight, row.width()));
  painter->restore();
}

RowHeader::RowHeader(const Style& style, QWidget* parent) : QHeaderView(Qt::Vertical, parent), style_(style) {
  setSectionResizeMode(QHeaderView::Fixed);
  setDefaultSectionSize(26);
  setHighlightSections(false);
  setSectionsClickable(true);
}

void RowHeader::setStyle(const Style& style) {
  style_ = style;
  viewport()->update();
}

void RowHeader::paintSection(QPainter* painter, const QRect& rect, int row) const {
  painter->save();
  painter->fillRect(rect, colour(style_.theme.surface));
  painter->setPen(colour(style_.theme.muted));
  painter->setFont(smaller(parentWidget() ? parentWidget()->font() : font()));
  const QString number = model() ? model()->headerData(row, Qt::Vertical, Qt::DisplayRole).toString() : QString();
  drawEven(*painter, QRectF(rect).adjusted(4, 0, -side, 0), Qt::AlignRight | Qt::AlignVCenter, number);
  painter->restore();
}

} // namespace discern::views
