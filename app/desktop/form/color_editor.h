#pragma once
#include "desktop/form/editor.h"

class QLineEdit;
class QToolButton;

namespace discern::desktop {

/// "#rrggbb", typed or chosen, with the colour beside it.
class ColorEditor final : public Editor {
  Q_OBJECT
public:
  ColorEditor(const Parameter& parameter, QWidget* owner);
  [[nodiscard]] QWidget* widget() const override { return box_; }
  [[nodiscard]] nlohmann::json value() const override;
  void setValue(const nlohmann::json& value) override;
  [[nodiscard]] QList<QWidget*> fields() const override;

private:
  void choose();
  void showColour();
  QWidget* box_;
  QLineEdit* line_; // before the button, as Tab goes
  QToolButton* swatch_;
};

/// A rounded square of one colour, for lists and buttons.
[[nodiscard]] QIcon swatch(const QColor& colour, int side = 16);

} // namespace discern::desktop
