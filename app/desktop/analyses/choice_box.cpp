#include "desktop/analyses/choice_box.h"

#include <QAbstractItemView>
#include <QStylePainter>
#include <QWheelEvent>

namespace discern::desktop {

ChoiceBox::ChoiceBox(QWidget* parent) : QComboBox(parent) {
  setFocusPolicy(Qt::StrongFocus);
  setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
  setMinimumContentsLength(8);
  view()->setTextElideMode(Qt::ElideMiddle);
}

void ChoiceBox::wheelEvent(QWheelEvent* event) {
  event->ignore(); // it scrolls the form, and is not to change it
}

void ChoiceBox::paintEvent(QPaintEvent*) {
  QStylePainter painter(this);
  painter.setPen(palette().color(QPalette::Text));
  QStyleOptionComboBox option;
  initStyleOption(&option);
  painter.drawComplexControl(QStyle::CC_ComboBox, option);
  const int room =
      style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this).width() - 4;
  option.currentText = fontMetrics().elidedText(option.currentText, Qt::ElideRight, room);
  painter.drawControl(QStyle::CE_ComboBoxLabel, option);
}

} // namespace discern::desktop
