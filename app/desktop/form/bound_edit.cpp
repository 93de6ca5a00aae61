#include "desktop/form/bound_edit.h"

#include <QLocale>
#include <QWheelEvent>

namespace discern::desktop {

BoundEdit::BoundEdit(QWidget* parent) : QSpinBox(parent) {
  setLocale(QLocale::c());
  setRange(0, 999'999'999);
  setFocusPolicy(Qt::StrongFocus);
  setKeyboardTracking(true);
}

// The style counts with the widest number that could be; six digits are room enough.
QSize BoundEdit::sizeHint() const {
  return {fontMetrics().horizontalAdvance(QStringLiteral("000000")) + 44, QSpinBox::sizeHint().height()};
}

QSize BoundEdit::minimumSizeHint() const {
  return {fontMetrics().horizontalAdvance(QStringLiteral("00")) + 36, QSpinBox::minimumSizeHint().height()};
}

void BoundEdit::wheelEvent(QWheelEvent* event) {
  event->ignore(); // it scrolls the form, and is not to change it
}

} // namespace discern::desktop
