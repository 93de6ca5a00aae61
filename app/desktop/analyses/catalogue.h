#pragma once
#include "desktop/analyses/analysis.h"

#include <QObject>

namespace discern::channel {
class Client;
}

namespace discern::desktop {

/// Every analysis that can be run here, by name.
class Catalogue final : public QObject {
  Q_OBJECT
public:
  using QObject::QObject;
  /// Asks the data service for the manifests; `changed` or `failed` follows.
  void load(channel::Client& client);
  /// Takes manifests: an array of them, or of {"manifest", "folder"}, or an object with such an array under "plugins".
  void setManifests(const nlohmann::json& manifests);
  [[nodiscard]] const std::vector<Analysis>& analyses() const { return analyses_; }
  [[nodiscard]] const Analysis* find(const std::string& id) const;
  /// Those that fit `query`, best first; all by name when it is empty.
  [[nodiscard]] std::vector<const Analysis*> search(const std::string& query) const;
  [[nodiscard]] bool loaded() const { return loaded_; }
  /// What could not be read, one sentence a plugin.
  [[nodiscard]] const std::vector<std::string>& problems() const { return problems_; }

Q_SIGNALS:
  void changed();
  void failed(const QString& why);

private:
  std::vector<Analysis> analyses_;
  std::vector<std::string> problems_;
  bool loaded_ = false;
};

} // namespace discern::desktop
