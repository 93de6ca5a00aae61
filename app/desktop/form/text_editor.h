#pragma once
#include "desktop/form/editor.h"

class QLineEdit;

namespace discern::desktop {

/// Text; and any value in its text form: "1, 2.5, 4".
class TextEditor final : public Editor {
  Q_OBJECT
public:
  TextEditor(const Parameter& parameter, QWidget* owner);
  [[nodiscard]] QWidget* widget() const override;
  [[nodiscard]] nlohmann::json value() const override;
  void setValue(const nlohmann::json& value) override;
  [[nodiscard]] QString note() const override;

private:
  QLineEdit* line_;
};

/// What was typed as a value of a parameter, allowed or not; the text itself where it can't be read.
[[nodiscard]] nlohmann::json typed(const Parameter& parameter, const QString& text);

} // namespace discern::desktop
