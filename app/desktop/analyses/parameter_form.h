#pragma once
#include "desktop/analyses/analysis.h"

#include <QWidget>
#include <memory>

class QLabel;

namespace discern::desktop {

class FoldButton;

/// The form of an analysis, made from its parameters. Each field is checked as it is typed, with the message below the
/// field.
class ParameterForm final : public QWidget {
  Q_OBJECT
public:
  explicit ParameterForm(std::vector<Parameter> parameters, QWidget* parent = nullptr);
  ~ParameterForm() override;
  /// Every parameter, the hidden ones too.
  [[nodiscard]] nlohmann::json values() const;
  /// Sets those that are named and known; leaves the others.
  void setValues(const nlohmann::json& values);
  void resetAll();
  [[nodiscard]] bool valid() const { return problems().isEmpty(); }
  /// One sentence a wrong field that is shown.
  [[nodiscard]] QStringList problems() const;
  /// The editor of a parameter (its objectName is "parameter." + name); nullptr: no such parameter.
  [[nodiscard]] QWidget* editor(const std::string& name) const;
  [[nodiscard]] QWidget* firstEditor() const;

Q_SIGNALS:
  void changed();

private:
  class Row;
  QWidget* addRow(const Parameter& parameter, QWidget* box);
  void refresh();
  [[nodiscard]] bool shown(const Parameter& parameter) const;

  std::vector<Parameter> parameters_;
  std::vector<std::unique_ptr<Row>> rows_;
  struct Heading {
    QLabel* label;
    std::string group;
    bool advanced;
  };
  std::vector<Heading> headings_;
  FoldButton* fold_ = nullptr;
  QWidget* advanced_ = nullptr;
};

} // namespace discern::desktop
