#include "desktop/analyses/catalogue.h"

#include "channel/client/client.h"
#include "data/error.h"

#include <QPointer>
#include <algorithm>

namespace discern::desktop {

using nlohmann::json;

void Catalogue::load(channel::Client& client) {
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
  analyses_.clear();
  problems_.clear();
  for (const json& entry : *list) {
    const json& manifest = entry.is_object() && entry.contains("manifest") ? entry["manifest"] : entry;
    try {
      analyses_.push_back(analysisFromManifest(manifest));
    } catch (const std::exception& error) {
      problems_.emplace_back(error.what());
    }
  }
  std::sort(analyses_.begin(), analyses_.end(), [](const Analysis& a, const Analysis& b) { return a.name < b.name; });
  loaded_ = true;
  Q_EMIT changed();
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
