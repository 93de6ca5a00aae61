#include "desktop/window/busy_indicator.h"

#include "desktop/theme/appearance.h"

#include <QPainter>

namespace discern::desktop {

BusyIndicator::BusyIndicator(const Appearance& appearance, QWidget* parent) : QWidget(parent), appearance_(appearance) {
  setFixedSize(sizeHint());
  setAccessibleName(tr("Data service"));
  wait_.setSingleShot(true);
  wait_.setInterval(250);
  turn_.setInterval(60);
  connect(&wait_, &QTimer::timeout, this, [this] {
    shown_ = true;
    turn_.start();
    update();
  });
  connect(&turn_, &QTimer::timeout, this, [this] {
    angle_ = (angle_ + 24) % 360;
    update();
  });
  setPending(0);
}

void BusyIndicator::setPending(int requests) {
  pending_ = requests;
  setToolTip(requests > 0 ? tr("Reading data: %n request(s) under way", nullptr, requests)
                                .replace(QStringLiteral("(s)"), requests == 1 ? QString() : QStringLiteral("s"))
                          : tr("The data service is idle"));
  if (requests > 0) {
    if (!shown_ && !wait_.isActive()) wait_.start();
    return;
  }
  wait_.stop();
  turn_.stop();
  if (std::exchange(shown_, false)) update();
}

void BusyIndicator::paintEvent(QPaintEvent*) {
  if (!shown_) return;
  QPainter painter(this);
  painter.setRenderHint(QPainter::Antialiasing);
  QRectF circle(0, 0, 12, 12);
  circle.moveCenter(QRectF(rect()).center());
  painter.setPen(QPen(appearance_.tokens().mixed("surface", "text", 0.2), 1.5));
  painter.drawEllipse(circle);
  painter.setPen(QPen(appearance_.tokens()["accent"], 1.5, Qt::SolidLine, Qt::RoundCap));
  painter.drawArc(circle, -angle_ * 16, 100 * 16);
}

} // namespace discern::desktop
