#pragma once
#include <QWidget>

class QLabel;
class QProgressBar;
class QToolButton;

namespace discern::desktop {

/// The figure that is being drawn, in the status line: which, how far, and a button that ends it.
class FigureBar final : public QWidget {
  Q_OBJECT
public:
  explicit FigureBar(QWidget* parent = nullptr);
  void begin(const QString& file);
  void setProgress(double share);
  void end();
  [[nodiscard]] QString words() const; ///< as they are shown; empty: nothing is

Q_SIGNALS:
  void cancelled();

private:
  QString file_;
  QLabel* words_;
  QProgressBar* progress_;
  QToolButton* cancel_;
};

} // namespace discern::desktop
