#pragma once
#include <QBasicTimer>
#include <QObject>
#include <QString>
#include <deque>
#include <functional>

namespace discern::desktop {

/// Work on the GUI thread in small pieces, each in a turn of the event loop of its own, so that painting and input come
/// in between. A piece that is asked for again before its turn has come runs once.
class TurnQueue final : public QObject {
public:
  using QObject::QObject;

  void ask(const QString& name, std::function<void()> piece);
  [[nodiscard]] bool empty() const { return pieces_.empty(); }

protected:
  void timerEvent(QTimerEvent* event) override;

private:
  struct Piece {
    QString name;
    std::function<void()> run;
  };
  std::deque<Piece> pieces_;
  QBasicTimer turn_;
};

} // namespace discern::desktop
