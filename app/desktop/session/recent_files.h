#pragma once
#include <QObject>
#include <QStringList>

namespace discern::desktop {

/// Files and sessions opened lately, newest first, kept in the settings.
class RecentFiles final : public QObject {
  Q_OBJECT
public:
  explicit RecentFiles(QObject* parent = nullptr);
  [[nodiscard]] const QStringList& files() const { return files_; }
  void add(const QString& path);
  void remove(const QString& path);
  void clear();
  static constexpr int limit = 12;

Q_SIGNALS:
  void changed();

private:
  void keep();
  QStringList files_;
};

/// True for a session file, by its name.
[[nodiscard]] bool isSessionFile(const QString& path);

} // namespace discern::desktop
