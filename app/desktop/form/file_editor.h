#pragma once
#include "desktop/form/editor.h"

class QLineEdit;
class QToolButton;

namespace discern::desktop {

/// A path that is typed, or chosen in a dialog: a file to read, a file to write, a folder.
class FileEditor final : public Editor {
  Q_OBJECT
public:
  FileEditor(const Parameter& parameter, QWidget* owner);
  [[nodiscard]] QWidget* widget() const override { return box_; }
  [[nodiscard]] nlohmann::json value() const override;
  void setValue(const nlohmann::json& value) override;
  [[nodiscard]] QString problem() const override;
  [[nodiscard]] QString note() const override;
  [[nodiscard]] QList<QWidget*> fields() const override;

private:
  void browse();
  QWidget* box_;
  QLineEdit* line_;
};

} // namespace discern::desktop
