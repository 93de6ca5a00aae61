#include "desktop/analyses/live_previews.h"

#include "desktop/analyses/job_controller.h"
#include "scene/open_state.h"

#include <QPointer>
#include <QTimer>
#include <algorithm>

namespace discern::desktop {

namespace {

constexpr int patienceMs = 600; ///< a run that ends sooner shows its result alone
constexpr int resultMs = 5000;  ///< for the result to be opened before the preview goes

std::string prefix() { return LivePreviews::tr("So far").toStdString() + " · "; }

bool isPreviewOf(const std::string& runPath, const session::Layer& layer) {
  return layer.path.starts_with(runPath + "/partial/") && layer.name.starts_with(prefix());
}

} // namespace

bool isLivePreview(const session::State& state, const session::Layer& layer) {
  return std::ranges::any_of(state.runs, [&layer](const std::string& run) { return isPreviewOf(run, layer); });
}

LivePreviews::LivePreviews(link::Link& link, data::FieldProvider& provider, JobController& jobs, QObject* parent)
    : QObject(parent), link_(link), provider_(provider), jobs_(jobs) {
  connect(&jobs_, &JobController::jobChanged, this, &LivePreviews::follow);
  connect(&jobs_, &JobController::jobRemoved, this, [this](const QString& runPath) { remove(runPath.toStdString()); });
  connect(&link_, &link::Link::stateChanged, this, [this](const session::State& before, const session::State& after) {
    if (before.layers != after.layers)
      QMetaObject::invokeMethod(this, &LivePreviews::sweep, Qt::QueuedConnection); // a change must not change
  });
}

/// An undo brings the layers of its time back; those of runs that have ended meanwhile are no longer of use.
void LivePreviews::sweep() {
  for (const jobs::Snapshot& run : jobs_.jobs())
    if (jobs::isFinal(run.state) && !runs_.contains(run.path)) remove(run.path);
}

std::vector<std::string> LivePreviews::layersOf(const std::string& runPath) const {
  std::vector<std::string> ids;
  for (const session::Layer& layer : link_.state().layers)
    if (isPreviewOf(runPath, layer)) ids.push_back(layer.id);
  return ids;
}

void LivePreviews::follow(const QString& runPath) {
  const jobs::Snapshot* snapshot = jobs_.job(runPath);
  if (!snapshot) return;
  const std::string path = runPath.toStdString();
  if (jobs::isFinal(snapshot->state)) {
    const auto& layers = link_.state().layers;
    const bool there = snapshot->state != jobs::RunState::Succeeded ||
                       std::ranges::any_of(layers, [&](const auto& layer) { return layer.path == snapshot->result; });
    if (there || !runs_.contains(path))
      remove(path);
    else
      QTimer::singleShot(resultMs, this, [this, path] { remove(path); });
    return;
  }
  if (snapshot->partials.empty() || jobs_.onlyWatched(runPath)) return;
  Run& run = runs_[path];
  if (run.waiting || (snapshot->partialTime == run.seen && run.files.size() >= snapshot->partials.size())) return;
  run.waiting = true;
  QTimer::singleShot(patienceMs, this, [this, path] { show(path); });
}

void LivePreviews::show(const std::string& runPath) {
  const auto found = runs_.find(runPath);
  const jobs::Snapshot* snapshot = jobs_.job(QString::fromStdString(runPath));
  if (found == runs_.end()) return;
  found->second.waiting = false;
  if (!snapshot || jobs::isFinal(snapshot->state)) return;
  found->second.seen = snapshot->partialTime;
  for (const std::string& file : snapshot->partials) {
    const bool shown = !found->second.files.insert(file).second;
    provider_.open(file, [self = QPointer<LivePreviews>(this), runPath, file,
                          shown](const data::FieldProvider::Reply<data::DatasetInfo>& reply) {
      if (!self || !self->runs_.contains(runPath) || !reply.error.empty()) return; // gone, or just being replaced
      if (!shown) self->add(runPath, file, reply.value);
    });
  }
}

void LivePreviews::add(const std::string& runPath, const std::string& file, const data::DatasetInfo& dataset) {
  const jobs::Snapshot* snapshot = jobs_.job(QString::fromStdString(runPath));
  if (!snapshot || jobs::isFinal(snapshot->state)) return;
  const std::string active = link_.state().active;
  const auto there = link_.state().layers; // a session that was taken up again has brought its own
  for (const data::FieldInfo& field : dataset.fields) {
    if (std::ranges::any_of(there, [&](const auto& each) {
          return isPreviewOf(runPath, each) && each.path == file && each.field == field.name;
        }))
      continue;
    session::Layer layer = scene::layerFor(dataset, field.name);
    layer.path = file;
    layer.name = prefix() + snapshot->title;
    layer.role = field.labels ? session::Role::Prediction : session::Role::Image;
    quietly("addLayer", {{"layer", layer}});
  }
  if (!active.empty()) quietly("setActive", {{"id", active}}); // the person chooses, not the run
}

void LivePreviews::remove(const std::string& runPath) {
  runs_.erase(runPath);
  for (const std::string& id : layersOf(runPath))
    quietly("removeLayer", {{"id", id}});
}

void LivePreviews::quietly(const std::string& name, nlohmann::json args) {
  try {
    link_.session().runQuietly({name, std::move(args)});
  } catch (const std::exception&) {
    // the layer, or the one that was active, has gone meanwhile
  }
}

} // namespace discern::desktop
