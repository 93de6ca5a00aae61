#pragma once
#include "desktop/form/editor.h"

class QToolButton;

namespace discern::desktop {

class BoundEdit;
class NumberEdit;

/// A first and a last step, or time, of an input; all of it when nothing was chosen. Buttons take the time that the
/// views show.
class TimeRangeEditor final : public Editor {
  Q_OBJECT
public:
  TimeRangeEditor(const Parameter& parameter, Surroundings& around, QWidget* owner);
  [[nodiscard]] QWidget* widget() const override { return box_; }
  [[nodiscard]] nlohmann::json value() const override;
  void setValue(const nlohmann::json& value) override;
  [[nodiscard]] QString problem() const override;
  [[nodiscard]] QString note() const override;
  [[nodiscard]] bool wide() const override { return true; }
  [[nodiscard]] QList<QWidget*> fields() const override;

private:
  /// First and last of the input; nothing while it isn't known.
  [[nodiscard]] std::optional<std::array<double, 2>> whole() const;
  void refresh();
  void take(int end);
  void put();
  [[nodiscard]] std::array<double, 2> shown() const;
  Surroundings& around_;
  QWidget* box_;
  std::array<BoundEdit*, 2> steps_{};  ///< either these
  std::array<NumberEdit*, 2> times_{}; ///< or these
  std::array<QToolButton*, 2> now_{};
  nlohmann::json range_ = nlohmann::json::array(); ///< [] : all
  bool putting_ = false;
};

} // namespace discern::desktop
