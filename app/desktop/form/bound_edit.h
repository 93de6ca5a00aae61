#pragma once
#include <QSpinBox>

namespace discern::desktop {

/// A whole number, at least 0, of any size that fits: what is out of range is told elsewhere, not swallowed. The wheel
/// turns it only while it has the focus.
class BoundEdit final : public QSpinBox {
  Q_OBJECT
public:
  explicit BoundEdit(QWidget* parent = nullptr);
  [[nodiscard]] QSize sizeHint() const override;
  [[nodiscard]] QSize minimumSizeHint() const override;

protected:
  void wheelEvent(QWheelEvent* event) override;
};

} // namespace discern::desktop
