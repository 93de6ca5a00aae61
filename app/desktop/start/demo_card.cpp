#include "desktop/start/demo_card.h"

#include "desktop/start/start_page.h"
#include "desktop/theme/appearance.h"
#include "desktop/theme/icons.h"

#include <QEvent>
#include <QPainter>
#include <QPainterPath>

namespace discern::desktop {

namespace {
constexpr qreal radius = 8;
}

DemoCard::DemoCard(const Demo& demo, const Appearance& appearance, QWidget* parent)
    : QAbstractButton(parent), appearance_(appearance), text_(demo.text), icon_(demo.icon), picture_(demo.picture) {
  setText(demo.title);
  setAccessibleName(tr("Demo: %1").arg(demo.title));
  setAccessibleDescription(demo.text);
  setToolTip(tr("Open the demo: %1").arg(demo.text));
  setCursor(Qt::PointingHandCursor);
  setFocusPolicy(Qt::StrongFocus);
  setAttribute(Qt::WA_Hover);
  setMinimumSize(216, 232);
  setMaximumHeight(264);
  setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
}

bool DemoCard::event(QEvent* event) {
  if (event->type() == QEvent::HoverEnter || event->type() == QEvent::HoverLeave) update();
  return QAbstractButton::event(event);
}

void DemoCard::paintEvent(QPaintEvent*) {
  const Tokens& tokens = appearance_.tokens();
  QPainter painter(this);
  painter.setRenderHints(QPainter::Antialiasing | QPainter::SmoothPixmapTransform);
  const QRectF box = QRectF(rect()).adjusted(1, 1, -1, -1);
  QPainterPath outline;
  outline.addRoundedRect(box, radius, radius);
  painter.fillPath(outline, underMouse() ? tokens.mixed("raised", "text", 0.04) : tokens["raised"]);

  const QRectF frame(box.left(), box.top(), box.width(), box.height() - 84);
  painter.save();
  painter.setClipPath(outline);
  painter.fillRect(frame, QColor(0x0c, 0x0d, 0x0f));
  if (!picture_.isNull()) {
    // Fill the frame, keep the picture's proportions, cut what stands out.
    const QSizeF size = QSizeF(picture_.size()).scaled(frame.size(), Qt::KeepAspectRatioByExpanding);
    QRectF target(QPointF(0, 0), size);
    target.moveCenter(frame.center());
    painter.setClipRect(frame, Qt::IntersectClip);
    painter.drawPixmap(target, picture_, QRectF(picture_.rect()));
  } else {
    QRectF middle(0, 0, 56, 56);
    middle.moveCenter(frame.center());
    desktop::icon(icon_, QColor(0x9a, 0xa3, 0xad)).paint(&painter, middle.toRect());
  }
  painter.restore();

  QFont strong(tokens.family);
  strong.setPixelSize(tokens.body + 1);
  strong.setWeight(QFont::DemiBold);
  painter.setFont(strong);
  painter.setPen(tokens["text"]);
  const QRectF words(box.left() + 16, frame.bottom() + 12, box.width() - 32, 20);
  painter.drawText(words, Qt::AlignLeft | Qt::AlignVCenter, text());
  QFont small(tokens.family);
  small.setPixelSize(tokens.small + 1);
  painter.setFont(small);
  painter.setPen(tokens["muted"]);
  painter.drawText(QRectF(words.left(), words.bottom() + 4, words.width(), 40),
                   Qt::AlignLeft | Qt::AlignTop | Qt::TextWordWrap, text_);

  QPen pen(hasFocus()     ? tokens["accent"]
           : underMouse() ? tokens.mixed("surface", "muted", 0.6)
                          : tokens["border"],
           hasFocus() ? 2 : 1);
  painter.setPen(pen);
  painter.setBrush(Qt::NoBrush);
  painter.drawPath(outline);
}

} // namespace discern::desktop
