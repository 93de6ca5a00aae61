#include "desktop/jobs/state_badge.h"

#include <QPainter>
#include <QPainterPath>

namespace discern::desktop {

using jobs::RunState;

StateBadge::StateBadge(QWidget* parent) : QWidget(parent) { setFixedSize(sizeHint()); }

void StateBadge::setState(RunState state, bool cancelling) {
  if (state == state_ && cancelling == cancelling_) return;
  state_ = state;
  cancelling_ = cancelling;
  update();
}

void StateBadge::paintEvent(QPaintEvent*) {
  QPainter painter(this);
  paint(painter, state_, cancelling_, palette().color(QPalette::WindowText));
}

void StateBadge::paint(QPainter& painter, RunState state, bool cancelling, const QColor& colour) {
  painter.setRenderHint(QPainter::Antialiasing);
  QPen pen(colour, 1.75, Qt::SolidLine, Qt::RoundCap, Qt::RoundJoin);
  painter.setPen(pen);
  const QRectF disc(2, 2, 14, 14);
  if (cancelling) {
    painter.drawEllipse(disc);
    painter.drawLine(QPointF(6, 9), QPointF(12, 9));
    return;
  }
  switch (state) {
  case RunState::Queued:
  case RunState::Starting: // a clock
    painter.drawEllipse(disc);
    painter.drawPolyline(QPolygonF{{9, 5.5}, {9, 9}, {11.5, 10.5}});
    break;
  case RunState::Running: // a wedge to play
    painter.drawEllipse(disc);
    painter.setBrush(colour);
    painter.drawPolygon(QPolygonF{{7.5, 6.2}, {12, 9}, {7.5, 11.8}});
    break;
  case RunState::Succeeded: // a tick
    painter.drawEllipse(disc);
    painter.drawPolyline(QPolygonF{{5.8, 9.2}, {8, 11.4}, {12.2, 6.8}});
    break;
  case RunState::Failed: // a warning triangle
    painter.drawPolygon(QPolygonF{{9, 2.2}, {16.4, 15.4}, {1.6, 15.4}});
    painter.drawLine(QPointF(9, 7), QPointF(9, 10.6));
    painter.drawPoint(QPointF(9, 13));
    break;
  case RunState::Cancelled: // struck out
    painter.drawEllipse(disc);
    painter.drawLine(QPointF(4.6, 13.4), QPointF(13.4, 4.6));
    break;
  case RunState::Unreachable: // a question
    pen.setStyle(Qt::DotLine);
    painter.setPen(pen);
    painter.drawEllipse(disc);
    painter.drawText(QRectF(0, 0, 18, 18), Qt::AlignCenter, QStringLiteral("?"));
    break;
  }
}

} // namespace discern::desktop
