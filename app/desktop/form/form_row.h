#pragma once
#include "desktop/form/editor.h"

class QGridLayout;
class QLabel;
class QToolButton;

namespace discern::desktop {

/// One parameter of a form: label, editor, the way back to the default, and below it what its value means or what is
/// wrong with it. A bar at its left says that it differs from the default. Where there is little room the editor stands
/// below the label.
class FormRow final : public QWidget {
  Q_OBJECT
public:
  FormRow(const Parameter& parameter, Surroundings* around, QWidget* parent);
  ~FormRow() override;
  [[nodiscard]] const Parameter& parameter() const { return editor_->parameter(); }
  [[nodiscard]] Editor& editor() const { return *editor_; }
  [[nodiscard]] bool differs() const; ///< from the default
  void reset();
  /// Shows or hides the row, and brings marks and messages up to date.
  void refresh(bool shown);

Q_SIGNALS:
  void edited();

protected:
  void paintEvent(QPaintEvent* event) override;
  void resizeEvent(QResizeEvent* event) override;

private:
  void layOut(bool stacked);
  std::unique_ptr<Editor> editor_;
  QGridLayout* grid_;
  QLabel* label_;
  QToolButton* reset_;
  QLabel* note_;
  QLabel* message_;
  bool stacked_ = false, differs_ = false;
};

} // namespace discern::desktop
