#pragma once
#include "desktop/analyses/analysis.h"

#include <QWidget>
#include <memory>

class QLabel;

namespace discern::desktop {

class FoldButton;
class FormRow;
class Surroundings;

/// The form of an analysis, made from its parameters. Each field is checked as it is typed, with the message below the
/// field.
class ParameterForm final : public QWidget {
  Q_OBJECT
public:
  explicit ParameterForm(std::vector<Parameter> parameters, QWidget* parent = nullptr);
  /// `around`: what is open; null: what would be chosen among it has to be typed. It outlives the form.
  ParameterForm(std::vector<Parameter> parameters, std::vector<form::Group> groups, Surroundings* around,
                QWidget* parent = nullptr);
  ~ParameterForm() override;
  /// Every parameter, the hidden ones too.
  [[nodiscard]] nlohmann::json values() const;
  /// Sets those that are named and known; leaves the others.
  void setValues(const nlohmann::json& values);
  void resetAll();
  /// Any differs from its default.
  [[nodiscard]] bool differs() const;
  [[nodiscard]] bool valid() const { return problems().isEmpty(); }
  /// One sentence a wrong field that is shown.
  [[nodiscard]] QStringList problems() const;
  /// The editor of a parameter (its objectName is "parameter." + name); nullptr: no such parameter.
  [[nodiscard]] QWidget* editor(const std::string& name) const;
  [[nodiscard]] QWidget* firstEditor() const;

Q_SIGNALS:
  void changed();

private:
  void fill(QWidget* box, bool advanced);
  void refresh();
  void react();
  [[nodiscard]] bool shown(const Parameter& parameter) const;

  std::vector<Parameter> parameters_;
  std::vector<form::Group> groups_;
  Surroundings* around_;
  std::vector<FormRow*> rows_;
  struct Heading {
    QWidget* box;
    std::string group;
    bool advanced;
  };
  std::vector<Heading> headings_;
  FoldButton* fold_ = nullptr;
  QWidget* advanced_ = nullptr;
  bool setting_ = false; ///< many at once: told when all are set
};

} // namespace discern::desktop
