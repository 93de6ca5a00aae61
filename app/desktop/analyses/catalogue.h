#pragma once
#include "desktop/analyses/analysis.h"

#include <QFileSystemWatcher>
#include <QObject>
#include <QPointer>
#include <QTimer>
#include <map>

namespace discern::channel {
class Client;
}

namespace discern::desktop {

/// Every analysis that can be run here, by name.
class Catalogue final : public QObject {
  Q_OBJECT
public:
  explicit Catalogue(QObject* parent = nullptr);
  /// Asks the data service for the manifests; `changed` or `failed` follows. From then on the folders of plugins are
  /// watched, and what changes in them is asked for again.
  void load(channel::Client& client);
  /// Takes manifests: an array of them, or of {"manifest", "folder"}, or an object with such an array under "plugins".
  void setManifests(const nlohmann::json& manifests);
  [[nodiscard]] const std::vector<Analysis>& analyses() const { return analyses_; }
  [[nodiscard]] const Analysis* find(const std::string& id) const;
  /// Those that fit `query`, best first; all by name when it is empty.
  [[nodiscard]] std::vector<const Analysis*> search(const std::string& query) const;
  [[nodiscard]] bool loaded() const { return loaded_; }
  /// What could not be read, one sentence a plugin: file, place, what was expected and found.
  [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }
  /// The one of the plugin in a folder; empty: it can be read, or it isn't there.
  [[nodiscard]] std::string problemOf(const std::string& folder) const;

Q_SIGNALS:
  void changed();
  void failed(const QString& why);

private:
  void watch(const nlohmann::json& list);
  QPointer<channel::Client> client_;
  QFileSystemWatcher watcher_;
  QTimer settling_; ///< an editor writes a file in several steps
  nlohmann::json manifests_;
  std::vector<Analysis> analyses_;
  std::vector<std::string> problems_;
  std::map<std::string, std::string> problemsByFolder_;
  bool loaded_ = false;
};

} // namespace discern::desktop
