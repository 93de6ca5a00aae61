#pragma once
#include "desktop/form/editor.h"

class QComboBox;

namespace discern::desktop {

/// Which axis, of those on offer; says how long each is in the input.
class AxisEditor final : public Editor {
  Q_OBJECT
public:
  AxisEditor(const Parameter& parameter, Surroundings* around, QWidget* owner);
  [[nodiscard]] QWidget* widget() const override;
  [[nodiscard]] nlohmann::json value() const override;
  void setValue(const nlohmann::json& value) override;
  [[nodiscard]] QString problem() const override;

private:
  void refill();
  [[nodiscard]] const data::FieldInfo* field() const;
  QPointer<Surroundings> around_;
  QComboBox* box_;
};

/// Which field: of the file of an input, or of everything that is open.
class FieldEditor final : public Editor {
  Q_OBJECT
public:
  FieldEditor(const Parameter& parameter, Surroundings& around, QWidget* owner);
  [[nodiscard]] QWidget* widget() const override;
  [[nodiscard]] nlohmann::json value() const override;
  void setValue(const nlohmann::json& value) override;
  [[nodiscard]] QString problem() const override;
  [[nodiscard]] QString note() const override;

private:
  void refill();
  [[nodiscard]] bool fits(const data::FieldInfo& field) const;
  Surroundings& around_;
  QComboBox* box_;
};

} // namespace discern::desktop
