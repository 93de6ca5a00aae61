#pragma once
#include "desktop/analyses/input_form.h"
#include "desktop/analyses/parameter_form.h"

class QPushButton;
class QToolButton;

namespace discern::desktop {

class RunTarget;

/// One analysis: what it does, its inputs, its parameters, and Run.
class AnalysisPage final : public QWidget {
  Q_OBJECT
public:
  AnalysisPage(const Analysis& analysis, link::Link& link, data::FieldProvider& provider, QWidget* parent = nullptr);
  [[nodiscard]] const Analysis& analysis() const { return analysis_; }
  [[nodiscard]] ParameterForm& parameters() { return *parameters_; }
  [[nodiscard]] InputForm& inputs() { return *inputs_; }
  [[nodiscard]] RunTarget& target() { return *target_; }
  /// Asks for the run, or takes the focus to what is wrong.
  void run();
  void focusFirst();

Q_SIGNALS:
  void runRequested(const std::string& id, const nlohmann::json& parameters,
                    const std::map<std::string, std::string>& inputs, const nlohmann::json& place);
  void hostsRequested(); ///< to be set up
  void backRequested();

private:
  QWidget* header();
  QWidget* body();
  QWidget* footer();
  void refresh();

  Analysis analysis_;
  InputForm* inputs_ = nullptr;
  ParameterForm* parameters_ = nullptr;
  RunTarget* target_ = nullptr;
  QPushButton* run_ = nullptr;
  QLabel* status_ = nullptr;
};

} // namespace discern::desktop
