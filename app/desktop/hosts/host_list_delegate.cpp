#include "desktop/hosts/host_list_delegate.h"

#include "desktop/theme/icons.h"

#include <QFontInfo>
#include <QPainter>

namespace discern::desktop {

QSize HostListDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex&) const {
  return {120, 2 * option.fontMetrics.lineSpacing() + 16};
}

void HostListDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const {
  const QPalette& palette = option.palette;
  painter->save();
  painter->setRenderHint(QPainter::Antialiasing);
  const QRect row = option.rect.adjusted(0, 1, 0, -1);
  if (option.state & (QStyle::State_Selected | QStyle::State_MouseOver)) {
    QColor ground = palette.color(QPalette::Highlight);
    if (!(option.state & QStyle::State_Selected)) ground.setAlphaF(0.4F);
    painter->setPen(Qt::NoPen);
    painter->setBrush(ground);
    painter->drawRoundedRect(row, 6, 6);
  }
  const bool broken = index.data(Broken).toBool();
  const QColor muted = palette.color(QPalette::PlaceholderText), bad = palette.color(QPalette::BrightText);
  const int side = 18, left = row.left() + 10;
  const QString sign = broken ? QStringLiteral("warning") : QStringLiteral("terminal");
  icon(sign, broken ? bad : muted).paint(painter, QRect(left, row.center().y() - side / 2, side, side));
  const QRect text = row.adjusted(38, 7, -10, -7);
  QFont name = option.font;
  name.setWeight(QFont::DemiBold);
  QFont small = option.font;
  small.setPixelSize(qMax(10, QFontInfo(option.font).pixelSize() - 2));
  const QFontMetrics smallMetrics(small);
  int tagWidth = 0;
  if (const QString tag = index.data(Tag).toString(); !tag.isEmpty()) {
    tagWidth = smallMetrics.horizontalAdvance(tag) + 8;
    painter->setFont(small);
    painter->setPen(muted);
    painter->drawText(text, Qt::AlignRight | Qt::AlignTop, tag);
  }
  painter->setFont(name);
  painter->setPen(palette.color(QPalette::WindowText));
  const QString title =
      index.data(Qt::DisplayRole).toString() + (index.data(Unsaved).toBool() ? QStringLiteral(" •") : QString());
  painter->drawText(text, Qt::AlignLeft | Qt::AlignTop,
                    QFontMetrics(name).elidedText(title, Qt::ElideRight, text.width() - tagWidth));
  painter->setFont(small);
  painter->setPen(broken ? bad : muted);
  painter->drawText(text, Qt::AlignLeft | Qt::AlignBottom,
                    smallMetrics.elidedText(index.data(Line).toString(), Qt::ElideMiddle, text.width()));
  painter->restore();
}

} // namespace discern::desktop
