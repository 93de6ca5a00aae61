#pragma once
#include <QComboBox>

namespace discern::desktop {

/// A choice for a narrow form: what does not fit ends in dots and is whole in the list, and a scroll over the form
/// leaves it alone.
class ChoiceBox final : public QComboBox {
  Q_OBJECT
public:
  explicit ChoiceBox(QWidget* parent);

protected:
  void wheelEvent(QWheelEvent* event) override;
  void paintEvent(QPaintEvent* event) override;
};

} // namespace discern::desktop
