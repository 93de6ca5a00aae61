#pragma once
#include "desktop/analyses/analysis.h"
#include "remote/host_profile.h"

#include <QWidget>
#include <map>
#include <optional>

class QCheckBox;
class QComboBox;
class QLabel;
class QLineEdit;
class QSpinBox;

namespace discern::desktop {

class FoldButton;
class ResourceFields;

/// Where an analysis is to run: here, here with several ranks, or on a host, and with what. What was chosen last is
/// remembered for each analysis.
class RunTarget final : public QWidget {
  Q_OBJECT
public:
  explicit RunTarget(const Analysis& analysis, QWidget* parent = nullptr);
  /// As a job says it: {"on", "resources", "sendPlugin": true, "memoryLimitBytes"}; an empty object: here, without
  /// limit.
  [[nodiscard]] nlohmann::json place() const;
  /// As an earlier job had it.
  void setPlace(const nlohmann::json& job);
  [[nodiscard]] QString host() const; ///< empty: this computer
  [[nodiscard]] QStringList problems() const;
  void remember() const;
  void reload(); ///< hosts were added, changed or removed
  /// Where the inputs lie: host → the name of a file there; an empty host: this computer. What lies on a host is worked
  /// on there, which is chosen by itself.
  void setInputs(const std::map<QString, QString>& files);
  [[nodiscard]] ResourceFields& resources() { return *resources_; }

Q_SIGNALS:
  void changed();
  void setupRequested(); ///< of a host

private:
  enum class Kind { Here, Ranks, Host, Setup };
  [[nodiscard]] Kind kind() const;
  [[nodiscard]] std::optional<remote::HostProfile> profile() const;
  void choose(const QString& on);
  void followInputs();
  void showHint();
  [[nodiscard]] QString on() const;
  [[nodiscard]] bool usable(const QString& host) const;
  [[nodiscard]] nlohmann::json limited() const;
  void refresh();

  std::string id_;
  bool mpi_, folder_;
  std::vector<remote::ListedProfile> hosts_;
  QComboBox* box_;
  QWidget* ranksLine_;
  QSpinBox* ranks_;
  QWidget* limitLine_;
  QLineEdit* memory_; ///< at most, of a run on this computer
  QLabel* hint_;
  FoldButton* fold_;
  ResourceFields* resources_;
  QCheckBox* send_;
  QLabel* limitMessage_; ///< what is wrong with it
  std::map<QString, QString> inputs_;
  std::optional<QString> own_; ///< what was chosen before the inputs' host was chosen by itself
  int before_ = 0;
  bool filling_ = false;
};

} // namespace discern::desktop
