#pragma once
#include <QDialog>
#include <QSize>

class QComboBox;
class QDoubleSpinBox;
class QLabel;
class QSpinBox;

namespace discern::desktop {

/// How large a figure is wanted, in millimetres and dots per inch, and where it goes.
class FigureDialog final : public QDialog {
  Q_OBJECT
public:
  /// `aspect`: height over width of the views on the screen.
  FigureDialog(double aspect, QWidget* parent);
  [[nodiscard]] QSize pixels() const;
  [[nodiscard]] double scale() const;   ///< how much larger text and lines are drawn than on a screen of 96 dpi
  [[nodiscard]] QString format() const; ///< "png", "svg", "pdf"

private:
  void refresh();
  QDoubleSpinBox *width_, *height_;
  QSpinBox* dpi_;
  QComboBox* format_;
  QLabel* pixels_;
};

} // namespace discern::desktop
