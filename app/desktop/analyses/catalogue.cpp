#include "desktop/analyses/catalogue.h"

#include "channel/client/client.h"
#include "data/error.h"

#include <QDir>
#include <QFileInfo>
#include <algorithm>

namespace discern::desktop {

using nlohmann::json;

namespace {

/// Where a plugin may come to be, as analysis/sdk/registry.h has it.
QStringList pluginFolders() {
  QStringList folders = qEnvironmentVariable("DISCERN_PLUGIN_PATH").split(QLatin1Char(':'), Qt::SkipEmptyParts);
  QString data = qEnvironmentVariable("XDG_DATA_HOME");
  if (data.isEmpty()) data = QDir::homePath() + QStringLiteral("/.local/share");
  folders << data + QStringLiteral("/discern/plugins");
  return folders;
}

} // namespace

Catalogue::Catalogue(QObject* parent) : QObject(parent) {
  constexpr int settled = 300; // milliseconds
  settling_.setSingleShot(true);
  settling_.setInterval(settled);
  connect(&watcher_, &QFileSystemWatcher::directoryChanged, &settling_, qOverload<>(&QTimer::start));
  connect(&watcher_, &QFileSystemWatcher::fileChanged, &settling_, qOverload<>(&QTimer::start));
  connect(&settling_, &QTimer::timeout, this, [this] {
    if (client_) load(*client_);
  });
}

/// The folders of all plugins and those above them, and every manifest. A folder that isn't there yet is watched by the
/// nearest one above it that is.
void Catalogue::watch(const json& list) {
  QStringList paths;
  for (const QString& folder : pluginFolders()) {
    QDir there(folder);
    while (!there.exists() && there.cdUp()) {
    }
    paths << there.absolutePath();
  }
  for (const json& entry : list)
    if (entry.is_object() && entry.contains("folder")) {
      const QString folder = QString::fromStdString(entry.value("folder", ""));
      paths << folder << folder + QStringLiteral("/manifest.json") << QFileInfo(folder).path();
    }
  paths.removeDuplicates();
  const QStringList before = watcher_.files() + watcher_.directories();
  for (const QString& path : before)
    if (!paths.contains(path)) watcher_.removePath(path);
  for (const QString& path : paths)
    if (!before.contains(path) && QFileInfo::exists(path)) watcher_.addPath(path);
}

void Catalogue::load(channel::Client& client) {
  client_ = &client;
  client.call("plugins", json::object(), [self = QPointer<Catalogue>(this)](channel::Client::Reply<json> reply) {
    if (!self) return;
    if (!reply.error.empty())
      Q_EMIT self->failed(QString::fromStdString(reply.error));
    else
      self->setManifests(reply.value);
  });
}

void Catalogue::setManifests(const json& manifests) {
  const json* list = &manifests;
  if (manifests.is_object() && manifests.contains("plugins")) list = &manifests["plugins"];
  watch(*list);
  if (loaded_ && *list == manifests_) return; // pages that are open stay as they are
  manifests_ = *list;
  analyses_.clear();
  problems_.clear();
  problemsByFolder_.clear();
  for (const json& entry : *list) {
    const std::string folder = entry.is_object() ? entry.value("folder", "") : "";
    const auto cannot = [&](const std::string& why) {
      problems_.push_back(why);
      if (!folder.empty()) problemsByFolder_[folder] = why;
    };
    if (const std::string error = entry.is_object() ? entry.value("error", "") : ""; !error.empty()) {
      cannot(error);
      continue;
    }
    const json& manifest = entry.is_object() && entry.contains("manifest") ? entry["manifest"] : entry;
    try {
      analyses_.push_back(analysisFromManifest(manifest));
      analyses_.back().folder = folder;
      analyses_.back().manifest = manifest;
    } catch (const std::exception& error) {
      cannot(error.what());
    }
  }
  std::sort(analyses_.begin(), analyses_.end(), [](const Analysis& a, const Analysis& b) { return a.name < b.name; });
  loaded_ = true;
  Q_EMIT changed();
}

std::string Catalogue::problemOf(const std::string& folder) const {
  const auto it = problemsByFolder_.find(folder);
  return it == problemsByFolder_.end() ? std::string() : it->second;
}

const Analysis* Catalogue::find(const std::string& id) const {
  const auto it = std::find_if(analyses_.begin(), analyses_.end(), [&](const Analysis& a) { return a.id == id; });
  return it == analyses_.end() ? nullptr : &*it;
}

std::vector<const Analysis*> Catalogue::search(const std::string& query) const {
  std::vector<std::pair<double, const Analysis*>> found;
  for (const Analysis& analysis : analyses_)
    if (const double score = relevance(analysis, query); score > 0) found.emplace_back(score, &analysis);
  std::stable_sort(found.begin(), found.end(), [](const auto& a, const auto& b) { return a.first > b.first; });
  std::vector<const Analysis*> out;
  out.reserve(found.size());
  for (const auto& [score, analysis] : found)
    out.push_back(analysis);
  return out;
}

} // namespace discern::desktop
