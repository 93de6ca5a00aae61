#pragma once
#include "desktop/figure/figure_options.h"
#include "session/state.h"

#include <QDialog>
#include <QTemporaryDir>
#include <QTimer>
#include <vector>

class QCheckBox;
class QComboBox;
class QDoubleSpinBox;
class QFormLayout;
class QLabel;
class QPushButton;
class QSpinBox;

namespace discern::desktop {

class FigureRun;

/// Size on paper, dots per inch, format and look of a figure or an animation, with a preview that the runner draws as
/// it will draw the figure. It remembers what was chosen last.
class FigureDialog final : public QDialog {
  Q_OBJECT
public:
  struct View {
    QString panel, title;
  };
  struct Subject {
    session::State state;
    std::vector<View> views; ///< those that are in sight
    bool time = false;       ///< there are steps to go through
    bool space = false;      ///< there is a view to go round in
    double aspect = 0.75;    ///< height over width of the views on the screen
    QString runner;
    bool remember = true;
  };
  FigureDialog(Subject subject, QWidget* parent);
  [[nodiscard]] FigureOptions options() const;
  void setOptions(const FigureOptions& options);
  [[nodiscard]] bool previewed() const { return previewed_; } ///< the preview shows what is chosen

Q_SIGNALS:
  void exportAsked(const discern::desktop::FigureOptions& options);
  void copyAsked(const discern::desktop::FigureOptions& options);

private:
  void fillFormats();
  void changed();
  void preview();
  void finish(bool copy);
  Subject subject_;
  bool previewed_ = false, filling_ = false;
  QTimer wait_;
  QTemporaryDir folder_;
  int previews_ = 0;
  FigureRun* run_ = nullptr;
  QFormLayout* form_;
  QComboBox *motion_, *view_, *format_, *look_;
  QDoubleSpinBox *width_, *height_, *rate_;
  QSpinBox *dpi_, *frames_;
  QCheckBox *transparent_, *crosshair_, *embed_;
  QLabel *pixels_, *picture_, *note_;
  QPushButton *copy_, *export_;
};

} // namespace discern::desktop
