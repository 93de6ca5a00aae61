#pragma once
#include "desktop/analyses/analysis.h"

#include <QDoubleSpinBox>

namespace discern::desktop {

/// A number with its unit. Any number can be typed; what is out of range is said by problem(), not swallowed. Arrows
/// stay in range.
class NumberEdit final : public QDoubleSpinBox {
  Q_OBJECT
public:
  explicit NumberEdit(const Parameter& parameter, QWidget* parent = nullptr);
  /// Why the text is not a value of the parameter; empty: it is.
  [[nodiscard]] QString problem() const;
  /// An integer or a double, as the parameter wants.
  [[nodiscard]] nlohmann::json json() const;
  void setJson(const nlohmann::json& value);
  [[nodiscard]] QString textFromValue(double value) const override;
  [[nodiscard]] double valueFromText(const QString& text) const override;
  [[nodiscard]] QValidator::State validate(QString& text, int& position) const override;
  void stepBy(int steps) override;

protected:
  void wheelEvent(QWheelEvent* event) override;

private:
  [[nodiscard]] QString bare(QString text) const;
  Parameter parameter_;
  bool readable_ = true;
};

} // namespace discern::desktop
