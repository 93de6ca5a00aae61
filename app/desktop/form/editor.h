#pragma once
#include "desktop/analyses/analysis.h"
#include "desktop/form/surroundings.h"

#include <QPointer>
#include <QWidget>
#include <memory>

namespace discern::desktop {

/// What a parameter is edited with. It owns no widget: those belong to their parent widget.
class Editor : public QObject {
  Q_OBJECT
public:
  explicit Editor(Parameter parameter) : parameter_(std::move(parameter)) {}
  [[nodiscard]] const Parameter& parameter() const { return parameter_; }
  /// Takes the focus, and has the parameter's name.
  [[nodiscard]] virtual QWidget* widget() const = 0;
  /// Of the parameter's type; what was typed, as text, where it can't be read.
  [[nodiscard]] virtual nlohmann::json value() const = 0;
  /// Takes any value: what doesn't fit is told by problem().
  virtual void setValue(const nlohmann::json& value) = 0;
  /// A sentence that says what is expected; empty: the value is good.
  [[nodiscard]] virtual QString problem() const;
  /// A few words about the value, below it.
  [[nodiscard]] virtual QString note() const { return {}; }
  /// Stands below its label, not beside it.
  [[nodiscard]] virtual bool wide() const { return false; }
  /// The fields whose border says that the value is wrong.
  [[nodiscard]] virtual QList<QWidget*> fields() const { return {widget()}; }

Q_SIGNALS:
  void changed();

private:
  Parameter parameter_;
};

/// The editor of a parameter; `around` may be null: then what it would offer has to be typed.
[[nodiscard]] std::unique_ptr<Editor> makeEditor(const Parameter& parameter, Surroundings* around, QWidget* owner);

/// "1 label", "3 labels"; `one` and `many` hold %1.
[[nodiscard]] QString counted(std::int64_t count, const QString& one, const QString& many);
/// Title, help, range with unit, and default, for a tooltip.
[[nodiscard]] QString helpText(const Parameter& parameter);
/// A value for a person: labels of choices, "on", "all", numbers with their unit.
[[nodiscard]] QString spoken(const Parameter& parameter, const nlohmann::json& value);

} // namespace discern::desktop
