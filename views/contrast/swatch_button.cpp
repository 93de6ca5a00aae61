#include "contrast/swatch_button.h"

#include <QColorDialog>
#include <QMenu>
#include <QPainter>
#include <array>

namespace discern::views {
namespace {

/// A square of the colour; automatic ones have a dot, clear ones a stroke across.
QIcon square(const QColor& colour, bool automatic, bool clear) {
  constexpr int side = 16;
  QPixmap picture(2 * side, 2 * side);
  picture.setDevicePixelRatio(2);
  picture.fill(Qt::transparent);
  QPainter painter(&picture);
  painter.setRenderHint(QPainter::Antialiasing);
  painter.setPen(QPen(QColor(128, 128, 128, 160), 1));
  painter.setBrush(clear ? QBrush(Qt::NoBrush) : QBrush(colour));
  painter.drawRoundedRect(QRectF(1.5, 1.5, side - 3, side - 3), 3, 3);
  if (clear) painter.drawLine(QPointF(3, side - 3), QPointF(side - 3, 3));
  if (automatic) {
    painter.setPen(Qt::NoPen);
    painter.setBrush(colour.lightnessF() > 0.5F ? Qt::black : Qt::white);
    painter.drawEllipse(QPointF(side / 2.0, side / 2.0), 1.5, 1.5);
  }
  return QIcon(picture);
}

} // namespace

SwatchButton::SwatchButton(const QString& name, const QString& automatic, bool mayBeClear, QWidget* parent)
    : QToolButton(parent) {
  setAccessibleName(name);
  setToolTip(name);
  setIconSize({16, 16});
  setPopupMode(QToolButton::InstantPopup);
  auto* menu = new QMenu(this);
  const auto add = [&](const QString& words, const QString& colour) {
    QAction* action = menu->addAction(words, this, [this, colour] { Q_EMIT picked(colour); });
    action->setData(colour);
    if (colour.startsWith(QLatin1Char('#')) || colour == QLatin1String("clear"))
      action->setIcon(square(QColor(colour), false, colour == QLatin1String("clear")));
  };
  add(automatic, {});
  if (mayBeClear) add(tr("Not drawn"), QStringLiteral("clear"));
  menu->addSeparator();
  const std::array colours{std::pair{tr("Black"), "#000000"},     std::pair{tr("White"), "#ffffff"},
                           std::pair{tr("Grey"), "#808080"},      std::pair{tr("Blue"), "#0072b2"},
                           std::pair{tr("Vermilion"), "#d55e00"}, std::pair{tr("Magenta"), "#cc79a7"}};
  for (const auto& [words, colour] : colours)
    add(words, QString::fromLatin1(colour));
  menu->addSeparator();
  menu->addAction(tr("Other…"), this, &SwatchButton::choose);
  setMenu(menu);
}

void SwatchButton::show(const QString& chosen, const QColor& shown) {
  if (chosen == chosen_ && shown == shown_ && !icon().isNull()) return;
  chosen_ = chosen;
  shown_ = shown;
  const bool clear = chosen == QLatin1String("clear");
  setIcon(square(chosen.isEmpty() || clear ? shown : QColor(chosen), chosen.isEmpty(), clear));
}

void SwatchButton::choose() {
  auto* dialog = new QColorDialog(QColor(chosen_).isValid() ? QColor(chosen_) : shown_, window());
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setOption(QColorDialog::DontUseNativeDialog);
  dialog->setWindowTitle(accessibleName());
  connect(dialog, &QColorDialog::colorSelected, this, [this](const QColor& colour) { Q_EMIT picked(colour.name()); });
  dialog->open();
}

} // namespace discern::views
