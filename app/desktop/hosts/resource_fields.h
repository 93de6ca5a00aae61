#pragma once
#include "remote/host_profile.h"

#include <QWidget>
#include <map>

class QLabel;
class QLineEdit;

namespace discern::desktop {

/// What a job asks Slurm for, a field each; an empty field means what its placeholder says. Memory is typed as "16 GB",
/// wall time as "90", "1:30" (hours and minutes) or "2 h".
class ResourceFields final : public QWidget {
  Q_OBJECT
public:
  /// `columns`: fields beside one another; a narrow form has 1.
  explicit ResourceFields(int columns, QWidget* parent = nullptr);
  /// What an empty field stands for: the profile's own, or the site's default.
  void setDefaults(const remote::Resources& defaults);
  void setResources(const remote::Resources& resources);
  /// The fields that hold something; what is wrong is left out.
  [[nodiscard]] remote::Resources resources() const;
  [[nodiscard]] QStringList problems() const;
  [[nodiscard]] QLineEdit* field(const std::string& name) const; ///< by its name in a profile

Q_SIGNALS:
  void changed();

private:
  struct Field {
    QLineEdit* edit;
    QString label;
  };
  [[nodiscard]] QString problemOf(const std::string& name, remote::Resources& into) const;
  void refresh();
  std::map<std::string, Field> fields_;
  QLabel* problem_;
};

/// "16 GB", "512M", "2000" (MB) in MB; -1: neither. Powers of 1024, as Slurm counts.
[[nodiscard]] int memoryMbFrom(const QString& text);
[[nodiscard]] QString memoryText(int memoryMb);
/// "90", "1:30", "2 h", "1-12:00" in minutes; -1: neither.
[[nodiscard]] int minutesFrom(const QString& text);
[[nodiscard]] QString minutesText(int minutes);

} // namespace discern::desktop
