#pragma once
#include <QElapsedTimer>
#include <QObject>
#include <QTimer>

namespace discern::desktop {

class MainWindow;

/// Waits until the window has shown all it was asked to, writes it as a PNG, and says so.
class Screenshot final : public QObject {
  Q_OBJECT
public:
  Screenshot(MainWindow& window, QString file, QObject* parent = nullptr);
  /// Starts to wait.
  void take();
  static constexpr int limit = 60000; ///< ms until the picture is taken as it is, and called incomplete

Q_SIGNALS:
  /// `problem` is empty when the picture is whole and written.
  void taken(const QString& problem);

private:
  void look();
  MainWindow& window_;
  QString file_;
  QTimer timer_;
  QElapsedTimer since_, quiet_;
};

} // namespace discern::desktop
