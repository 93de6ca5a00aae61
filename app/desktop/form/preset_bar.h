#pragma once
#include "desktop/analyses/analysis.h"

#include <QWidget>
#include <functional>

class QAction;
class QComboBox;
class QLabel;
class QLineEdit;

namespace discern::desktop {

/// Which preset is in force, and the person's own: saved, renamed, deleted. They are kept in a file of the analysis.
class PresetBar final : public QWidget {
  Q_OBJECT
public:
  /// `file` as form::presetFile gives it; `now` gives the values of the form.
  PresetBar(const Analysis& analysis, std::string file, std::function<nlohmann::json()> now, QWidget* parent = nullptr);
  /// The form has other values: which preset do they make?
  void follow();
  [[nodiscard]] QComboBox* chooser() const { return chooser_; }

Q_SIGNALS:
  void chosen(const nlohmann::json& values); ///< of every parameter

protected:
  void resizeEvent(QResizeEvent* event) override;
  bool eventFilter(QObject* watched, QEvent* event) override;

private:
  enum class Naming { None, Save, Rename };
  void fill();
  void read();
  void choose(int row);
  void begin(Naming naming);
  void finish();
  void cancel();
  void remove();
  void update();
  bool write(const std::vector<form::Preset>& presets);
  void tell(const QString& problem);
  [[nodiscard]] const form::Preset* own(const std::string& name) const;
  [[nodiscard]] nlohmann::json changedValues() const;
  [[nodiscard]] nlohmann::json whole(const nlohmann::json& values) const;

  const Analysis analysis_;
  const std::string file_;
  const std::function<nlohmann::json()> now_;
  std::vector<form::Preset> own_;
  std::string last_; ///< the preset that was chosen last
  Naming naming_ = Naming::None;
  QLabel* label_;
  QComboBox* chooser_;
  QAction *save_, *update_, *rename_, *delete_;
  QWidget* nameBox_;
  QLineEdit* name_;
  QLabel* message_;
};

} // namespace discern::desktop
