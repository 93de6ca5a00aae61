#pragma once
#include <QAbstractButton>
#include <QPixmap>

namespace discern::desktop {

class Appearance;
struct Demo;

/// A demo as a button: picture above, title and sentence below.
class DemoCard final : public QAbstractButton {
  Q_OBJECT
public:
  DemoCard(const Demo& demo, const Appearance& appearance, QWidget* parent);
  [[nodiscard]] QSize sizeHint() const override { return {280, 248}; }

protected:
  void paintEvent(QPaintEvent* event) override;
  bool event(QEvent* event) override;

private:
  const Appearance& appearance_;
  QString text_, icon_;
  QPixmap picture_;
};

} // namespace discern::desktop
