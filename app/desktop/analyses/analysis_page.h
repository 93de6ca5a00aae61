#pragma once
#include "desktop/analyses/input_form.h"
#include "desktop/analyses/parameter_form.h"

class QLabel;
class QPushButton;
class QScrollArea;
class QToolButton;

namespace discern::desktop {

class PresetBar;
class RunTarget;

/// One analysis: what it does, its inputs, its presets and parameters, and Run. Enter in a field runs; Esc goes back.
class AnalysisPage final : public QWidget {
  Q_OBJECT
public:
  AnalysisPage(const Analysis& analysis, link::Link& link, data::FieldProvider& provider, QWidget* parent = nullptr);
  [[nodiscard]] const Analysis& analysis() const { return analysis_; }
  [[nodiscard]] ParameterForm& parameters() { return *parameters_; }
  [[nodiscard]] InputForm& inputs() { return *inputs_; }
  [[nodiscard]] RunTarget& target() { return *target_; }
  [[nodiscard]] PresetBar* presets() { return presets_; } ///< nullptr: there is nothing to set
  /// Asks for the run, or takes the focus to what is wrong.
  void run();
  /// The keyboard to the form; Tab goes to its first field. No field has it, lest a key changes one unseen.
  void focusForm();
  /// Shows what a job had, as one change; `layers`: input → layer id.
  void fill(const nlohmann::json& job, const std::map<std::string, std::string>& layers);
  /// Shows values of a change that is undone or redone, and scrolls to them.
  void restore(const nlohmann::json& values);
  /// Takes over what the person had in the form of an earlier manifest: inputs, place, and each parameter that was
  /// changed and still fits.
  void adopt(const AnalysisPage& before);
  void reloadHosts(); ///< hosts were added, changed or removed
  /// Says above the form why it can't be run as it is; empty: it can.
  void setNotice(const QString& why);

Q_SIGNALS:
  void runRequested(const std::string& id, const nlohmann::json& parameters,
                    const std::map<std::string, std::string>& inputs, const nlohmann::json& place);
  void hostsRequested(); ///< to be set up
  void backRequested();
  /// The person changed something: {"parameters", "inputs", "place"}, each with what changed alone. `name` says what,
  /// after "Undo".
  void edited(const QString& name, const nlohmann::json& before, const nlohmann::json& after);

protected:
  void keyPressEvent(QKeyEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

private:
  QWidget* header();
  QWidget* body();
  QWidget* footer();
  void refresh();
  void followInputs();
  void note();
  void keepInSight();
  [[nodiscard]] nlohmann::json snapshot() const;

  Analysis analysis_;
  InputForm* inputs_ = nullptr;
  link::Link& link_;
  Surroundings* around_ = nullptr;
  ParameterForm* parameters_ = nullptr;
  RunTarget* target_ = nullptr;
  PresetBar* presets_ = nullptr;
  QToolButton* reset_ = nullptr;
  QPushButton* run_ = nullptr;
  QLabel* status_ = nullptr;
  QLabel* notice_ = nullptr;
  QScrollArea* scroll_ = nullptr;
  nlohmann::json seen_; ///< values when the last change was noted
  bool quiet_ = false;  ///< what changes is no act of the person
  QString act_;         ///< what the person does, where it isn't the change of one value
};

} // namespace discern::desktop
