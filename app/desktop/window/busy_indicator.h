#pragma once
#include <QTimer>
#include <QWidget>

namespace discern::desktop {

class Appearance;

/// A turning arc while the data service owes answers. It waits a moment before it appears, so that quick work doesn't
/// flicker.
class BusyIndicator final : public QWidget {
  Q_OBJECT
public:
  BusyIndicator(const Appearance& appearance, QWidget* parent = nullptr);
  void setPending(int requests);
  [[nodiscard]] int pending() const { return pending_; }
  [[nodiscard]] QSize sizeHint() const override { return {24, 20}; }

protected:
  void paintEvent(QPaintEvent* event) override;

private:
  const Appearance& appearance_;
  QTimer wait_, turn_;
  int pending_ = 0, angle_ = 0;
  bool shown_ = false;
};

} // namespace discern::desktop
