#include "style/even_digits.h"

#include <QApplication>
#include <QFontMetricsF>
#include <QPainter>
#include <algorithm>
#include <cmath>

namespace discern::views {
namespace {

qreal cellOf(const QFontMetricsF& metrics) {
  qreal widest = 0;
  for (char digit = '0'; digit <= '9'; ++digit)
    widest = std::max(widest, metrics.horizontalAdvance(QLatin1Char(digit)));
  return widest;
}

/// Calls `run(text, isDigit)` for each digit, and for each stretch without digits.
template <typename Run>
void split(const QString& words, Run run) {
  qsizetype from = 0;
  for (qsizetype i = 0; i < words.size(); ++i) {
    if (words[i] < QLatin1Char('0') || words[i] > QLatin1Char('9')) continue;
    if (i > from) run(words.mid(from, i - from), false);
    run(words.mid(i, 1), true);
    from = i + 1;
  }
  if (from < words.size()) run(words.mid(from), false);
}

} // namespace

qreal evenWidth(const QFont& font, const QString& words) {
  const QFontMetricsF metrics(font);
  const qreal cell = cellOf(metrics);
  qreal width = 0;
  split(words, [&](const QString& part, bool digit) { width += digit ? cell : metrics.horizontalAdvance(part); });
  return width;
}

void drawEven(QPainter& painter, const QRectF& box, Qt::Alignment alignment, const QString& words) {
  const QFontMetricsF metrics(painter.font());
  QString shown = words;
  for (QString kept = words; !kept.isEmpty() && evenWidth(painter.font(), shown) > box.width() + 0.5;) {
    kept.chop(1);
    shown = kept.trimmed() + QChar(0x2026);
  }
  const qreal cell = cellOf(metrics), width = evenWidth(painter.font(), shown);
  qreal x = box.left();
  if (alignment & Qt::AlignRight) x = box.right() - width;
  if (alignment & Qt::AlignHCenter) x = box.center().x() - width / 2;
  const qreal baseline = box.center().y() + (metrics.ascent() - metrics.descent()) / 2;
  split(shown, [&](const QString& part, bool digit) {
    const qreal own = metrics.horizontalAdvance(part);
    painter.drawText(QPointF(digit ? x + (cell - own) / 2 : x, baseline), part);
    x += digit ? cell : own;
  });
}

QSize EvenLabel::sizeHint() const {
  const QMargins margins = contentsMargins();
  return {static_cast<int>(std::ceil(evenWidth(font(), text()))) + margins.left() + margins.right() + 2 * margin(),
          QLabel::sizeHint().height()};
}

void EvenLabel::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  painter.setFont(font());
  painter.setPen(palette().color(isEnabled() ? QPalette::Active : QPalette::Disabled, foregroundRole()));
  drawEven(painter, contentsRect().adjusted(margin(), margin(), -margin(), -margin()), alignment(), text());
}

void EvenDigitsDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  QStyleOptionViewItem styled(option);
  initStyleOption(&styled, index);
  const QString words = std::exchange(styled.text, QString());
  const QStyle* style = styled.widget ? styled.widget->style() : QApplication::style();
  style->drawControl(QStyle::CE_ItemViewItem, &styled, painter, styled.widget); // ground, focus and picture
  styled.text = words;
  const QRect box = style->subElementRect(QStyle::SE_ItemViewItemText, &styled, styled.widget);
  painter->save();
  painter->setFont(styled.font);
  const bool chosen = styled.state & QStyle::State_Selected;
  painter->setPen(styled.palette.color(QPalette::Active, chosen ? QPalette::HighlightedText : QPalette::Text));
  constexpr int side = 8; // as far from the edge as the headings of the theme
  const bool right = styled.displayAlignment & Qt::AlignRight;
  drawEven(*painter,
           QRectF(box.left(), box.top(), (right ? option.rect.right() + 1 - side : box.right() + 1) - box.left(),
                  box.height()),
           styled.displayAlignment, words);
  painter->restore();
}

} // namespace discern::views
