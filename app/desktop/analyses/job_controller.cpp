#include "desktop/analyses/job_controller.h"

#include "analyses/role_doubt.h"
#include "data/address.h"
#include "desktop/analyses/live_previews.h"
#include "scene/open_state.h"

#include <QPointer>
#include <QThread>
#include <algorithm>
#include <cstring>

namespace discern::desktop {

using nlohmann::json;

namespace {

QString str(const std::string& s) { return QString::fromStdString(s); }

constexpr const char* comparer = "org.discern.compare-instances";
constexpr int shownLogLines = 8;

/// The name, with a number where another layer has it already: results of several runs are told apart.
std::string ofItsOwn(const std::string& name, const session::State& state) {
  const auto taken = [&state](const std::string& wanted) {
    return std::ranges::any_of(state.layers, [&](const session::Layer& layer) { return layer.name == wanted; });
  };
  std::string own = name;
  for (int count = 2; taken(own); ++count)
    own = name + " (" + std::to_string(count) + ")";
  return own;
}

std::string withoutEnding(std::string name) {
  for (const char* ending : {".nii.gz", ".nii", ".tiff", ".tif", ".npy", ".nc", ".h5"})
    if (const std::size_t n = std::strlen(ending); name.size() > n && name.compare(name.size() - n, n, ending) == 0)
      return name.substr(0, name.size() - n);
  return name;
}

} // namespace

std::string runTitle(const Analysis& analysis, const std::string& layerName) {
  return layerName.empty() ? analysis.name : analysis.name + " · " + withoutEnding(layerName);
}

QString failureText(const jobs::Snapshot& snapshot) {
  // The log stands below the sentence: its last lines are not said twice.
  if (!snapshot.message.empty())
    return str(snapshot.message)
        .section(QStringLiteral("\nLast lines"), 0, 0)
        // an option of discern-run has a button of that meaning here
        .replace(QStringLiteral("(--send-plugin; \"Send the analysis along\" in the window)"),
                 JobController::tr("with the run"));
  if (snapshot.signal > 0) {
    const char* name = sigabbrev_np(snapshot.signal);
    return JobController::tr("The worker was ended by signal %1%2.")
        .arg(snapshot.signal)
        .arg(name ? QStringLiteral(" (SIG%1)").arg(QLatin1String(name)) : QString());
  }
  if (snapshot.exitCode > 0) return JobController::tr("The worker ended with code %1.").arg(snapshot.exitCode);
  return JobController::tr("The worker ended without a result.");
}

JobController::JobController(link::Link& link, data::FieldProvider& provider, jobs::JobMonitor& monitor,
                             Catalogue& catalogue, QObject* parent)
    : QObject(parent), link_(link), provider_(provider), monitor_(monitor), catalogue_(catalogue) {
  connect(&monitor_, &jobs::JobMonitor::changed, this, &JobController::take);
  connect(&link_, &link::Link::stateChanged, this, [this](const session::State& before, const session::State& after) {
    if (before.runs != after.runs) follow();
    if (before.layers != after.layers || before.comparison.result != after.comparison.result)
      for (const std::string& path : order_)
        if (entries_[path].snapshot.state == jobs::RunState::Succeeded) Q_EMIT jobChanged(str(path));
  });
  follow();
}

void JobController::follow() {
  const auto& runs = link_.state().runs;
  for (const std::string& path : runs) {
    Entry& entry = entries_[path];
    entry.listed = true;
    entry.watched = false;
    if (std::find(order_.begin(), order_.end(), path) != order_.end()) continue;
    order_.push_back(path);
    entry.snapshot.path = path;
    monitor_.watch(str(path));
    Q_EMIT jobChanged(str(path));
  }
  // A run that still goes on is not lost to an undo.
  for (const std::string& path : std::vector<std::string>(order_)) {
    const Entry& entry = entries_[path];
    const bool gone = std::find(runs.begin(), runs.end(), path) == runs.end();
    if (!gone || !entry.listed || (entry.startedHere && !jobs::isFinal(entry.snapshot.state))) continue;
    monitor_.unwatch(str(path));
    std::erase(order_, path);
    entries_.erase(path);
    Q_EMIT jobRemoved(str(path));
  }
}

QString JobController::run(const std::string& id, const json& parameters,
                           const std::map<std::string, std::string>& inputs, const json& place) {
  const Analysis* analysis = catalogue_.find(id);
  if (!analysis) {
    Q_EMIT refused(catalogue_.loaded() ? tr("There is no analysis “%1”.").arg(str(id))
                                       : tr("The analyses are still being looked up; try again in a moment."));
    return {};
  }
  json job = {{"plugin", id}, {"pluginVersion", analysis->version}, {"inputs", json::object()}};
  job["parameters"] = analysis->defaults();
  if (parameters.is_object()) job["parameters"].update(parameters);
  job["threads"] = std::max(1, QThread::idealThreadCount());
  job["seed"] = 0;
  std::string first;
  for (const Input& input : analysis->inputs) {
    const auto it = inputs.find(input.name);
    const session::Layer* layer = it == inputs.end() ? nullptr : link_.state().layer(it->second);
    if (!layer && input.optional) continue;
    if (!layer) {
      Q_EMIT refused(tr("%1 needs a layer for “%2”.").arg(str(analysis->name), str(input.label)));
      return {};
    }
    std::int64_t time = link_.state().time;
    if (const data::DatasetInfo* dataset = provider_.info(layer->path))
      if (const data::FieldInfo* info = dataset->field(layer->field)) time = std::min(time, info->time.size - 1);
    job["inputs"][input.name] = {{"path", layer->path}, {"field", layer->field}, {"time", time}};
    if (first.empty()) first = layer->name;
  }
  job["title"] = runTitle(*analysis, first);
  if (place.is_object()) job.update(place);
  if (job.contains("sendPlugin")) job["sendPlugin"] = analysis->folder;
  if (!jobs::hostOf(job).empty()) {
    job["threads"] = 0; // as many as it is given there
    job["files"] = analysis->fileParameters();
  } else {
    for (const auto& [name, input] : job["inputs"].items())
      if (const std::string host = data::hostOf(input.at("path").get<std::string>()); !host.empty()) {
        Q_EMIT refused(tr("%1 is on %2: choose that host as the place to run, or copy the file here first.")
                           .arg(str(data::fileNameOf(input.at("path").get<std::string>())), str(host)));
        return {};
      }
  }
  return start(std::move(job));
}

QString JobController::start(json job) {
  QString path;
  try {
    path = monitor_.start(job);
  } catch (const std::exception& error) {
    Q_EMIT refused(tr("The run could not be started. %1").arg(QString::fromUtf8(error.what())));
    return {};
  }
  const std::string key = path.toStdString();
  Entry& entry = entries_[key];
  entry.startedHere = true;
  entry.seenAlive = true;
  if (!entry.known) {
    entry.snapshot.path = key;
    entry.snapshot.job = job;
    entry.snapshot.title = job.value("title", "");
    entry.snapshot.plugin = job.value("plugin", "");
  }
  if (std::find(order_.begin(), order_.end(), key) == order_.end()) order_.push_back(key);
  link_.run("addRun", {{"path", key}});
  Q_EMIT jobChanged(path);
  Q_EMIT started(path);
  return path;
}

QString JobController::runAgain(const QString& runPath, bool sendPlugin) {
  const jobs::Snapshot* before = job(runPath);
  if (!before) return {};
  json again = before->job;
  if (const Analysis* analysis = catalogue_.find(before->plugin); analysis && sendPlugin)
    again["sendPlugin"] = analysis->folder;
  return runAnew(std::move(again));
}

QString JobController::runAnew(json job) {
  if (!job.is_object() || !job.contains("plugin")) return {};
  for (const char* own : {"uuid", "created", "format"})
    job.erase(own);
  return start(std::move(job));
}

void JobController::windUp(const QString& runPath) {
  const jobs::Snapshot* known = job(runPath);
  if (known && !jobs::isFinal(known->state)) monitor_.windUp(runPath);
}

void JobController::openRun(const QString& runPath) {
  const std::string path = runPath.toStdString();
  const jobs::Snapshot* known = job(runPath);
  if (known && known->state == jobs::RunState::Succeeded) {
    if (resultWaits(runPath)) return openResult(runPath);
    for (const session::Layer& layer : link_.state().layers)
      if (layer.path == known->result) return link_.run("setActive", {{"id", layer.id}});
    return;
  }
  wanted_.insert(path);
  if (!known) link_.session().runQuietly({"addRun", {{"path", path}}}); // what it brings is the step
}

bool JobController::isShown(const QString& runPath) const {
  const std::string path = runPath.toStdString();
  const session::State& state = link_.state();
  return state.comparison.result == path || std::ranges::any_of(state.layers, [&](const session::Layer& layer) {
           return layer.path.starts_with(path + "/");
         });
}

void JobController::moveLayers(const std::string& from, const std::string& to) {
  const auto layers = link_.state().layers;
  for (const session::Layer& layer : layers)
    if (!from.empty() && layer.path == from) link_.run("setLayer", {{"id", layer.id}, {"path", to}});
}

void JobController::join(const QString& runPath) {
  const std::string key = runPath.toStdString();
  Entry& entry = entries_[key];
  entry.startedHere = true;
  entry.seenAlive = true;
  entry.watched = false;
  if (!entry.known) entry.snapshot = jobs::RunDirectory(key).snapshot(0);
  if (std::find(order_.begin(), order_.end(), key) == order_.end()) order_.push_back(key);
  monitor_.watch(runPath);
  link_.run("addRun", {{"path", key}});
  Q_EMIT jobChanged(runPath);
}

void JobController::watch(const jobs::Snapshot& run) {
  if (std::find(order_.begin(), order_.end(), run.path) != order_.end()) return;
  Entry& entry = entries_[run.path];
  entry.watched = true;
  entry.snapshot = run;
  order_.push_back(run.path);
  monitor_.watch(str(run.path));
  Q_EMIT jobChanged(str(run.path));
}

void JobController::cancel(const QString& runPath) {
  const auto it = entries_.find(runPath.toStdString());
  if (it == entries_.end() || jobs::isFinal(it->second.snapshot.state) || it->second.cancelling) return;
  it->second.cancelling = true;
  Q_EMIT jobChanged(runPath);
  monitor_.cancel(runPath);
}

std::string JobController::topmost(session::Role role) const {
  const auto& layers = link_.state().layers;
  for (const bool visible : {true, false})
    for (auto it = layers.rbegin(); it != layers.rend(); ++it)
      if (it->role == role && it->visible == visible && !isLivePreview(link_.state(), *it)) return it->id;
  return {};
}

bool JobController::canCompare() const {
  return !topmost(session::Role::Prediction).empty() && !topmost(session::Role::Truth).empty();
}

QString JobController::compare(const std::string& prediction, const std::string& truth) {
  const std::string left = prediction.empty() ? topmost(session::Role::Prediction) : prediction;
  const std::string right = truth.empty() ? topmost(session::Role::Truth) : truth;
  if (left.empty() || right.empty()) {
    Q_EMIT refused(left.empty()
                       ? tr("There is no prediction yet: run an analysis that makes labels, or give a layer that role.")
                       : tr("There is no truth yet: load one with “Load truth”."));
    return {};
  }
  const session::Layer *one = link_.state().layer(right), *other = link_.state().layer(left);
  if (const QString why = one && other ? comparisonDoubt(provider_, *one, *other) : QString(); !why.isEmpty()) {
    Q_EMIT refused(why);
    return {};
  }
  return run(comparer, json::object(), {{"prediction", left}, {"truth", right}});
}

std::string JobController::layerOf(const json& job, const std::string& input) const {
  if (!job.contains("inputs") || !job["inputs"].contains(input)) return {};
  const json& wanted = job["inputs"][input];
  std::string field = wanted.value("field", "");
  if (const data::DatasetInfo* dataset = field.empty() ? provider_.info(wanted.value("path", "")) : nullptr)
    if (const data::FieldInfo* first = dataset->field({})) field = first->name;
  const auto& layers = link_.state().layers;
  for (auto it = layers.rbegin(); it != layers.rend(); ++it)
    if (it->path == wanted.value("path", "") && it->field == field) return it->id;
  return {};
}

bool JobController::made(const std::string& plugin, const session::Layer& layer) const {
  return std::ranges::any_of(entries_, [&](const auto& entry) {
    const auto& [path, known] = entry;
    return known.snapshot.plugin == plugin &&
           (layer.path == known.snapshot.result || layer.path.starts_with(path + "/"));
  });
}

void JobController::take(const jobs::Snapshot& snapshot) {
  const auto it = entries_.find(snapshot.path);
  if (it == entries_.end()) return;
  Entry& entry = it->second;
  const bool first = !entry.known;
  const bool wasFinal = entry.known && jobs::isFinal(entry.snapshot.state);
  entry.known = true;
  entry.snapshot = snapshot;
  if (!jobs::isFinal(snapshot.state))
    entry.seenAlive = true;
  else
    entry.cancelling = false;
  Q_EMIT jobChanged(str(snapshot.path));
  if (!jobs::isFinal(snapshot.state) || (wasFinal && !first)) return;
  finished(snapshot.path, entry);
}

void JobController::finished(const std::string& path, Entry& entry) {
  const jobs::Snapshot snapshot = entry.snapshot;
  const QString title = str(snapshot.title);
  const bool wanted = wanted_.erase(path) > 0;
  if (entry.watched && !wanted) return;
  if (snapshot.state == jobs::RunState::Succeeded) {
    if (wanted) {
      openResult(str(path));
    } else if (entry.seenAlive) {
      Q_EMIT jobSucceeded(str(path), title);
      openResult(str(path));
    } else if (resultWaits(str(path))) {
      Q_EMIT resultWaiting(str(path), title);
    }
  } else if (snapshot.state == jobs::RunState::Failed && entry.seenAlive) {
    QStringList lines;
    const std::size_t count = snapshot.log.size();
    for (std::size_t i = count > shownLogLines ? count - shownLogLines : 0; i < count; ++i)
      lines << str(snapshot.log[i]);
    Q_EMIT jobFailed(str(path), title, failureText(snapshot), lines.join(QLatin1Char('\n')));
  }
}

bool JobController::resultWaits(const QString& runPath) const {
  const auto it = entries_.find(runPath.toStdString());
  if (it == entries_.end() || it->second.snapshot.state != jobs::RunState::Succeeded || it->second.opening)
    return false;
  const jobs::Snapshot& snapshot = it->second.snapshot;
  const Analysis* analysis = catalogue_.find(snapshot.plugin);
  if (analysis ? analysis->isComparison() : snapshot.plugin == comparer)
    return link_.state().comparison.result != snapshot.path;
  const auto& layers = link_.state().layers;
  return std::none_of(layers.begin(), layers.end(),
                      [&](const session::Layer& layer) { return layer.path == snapshot.result; });
}

void JobController::openResult(const QString& runPath) {
  const auto it = entries_.find(runPath.toStdString());
  if (it == entries_.end() || !resultWaits(runPath)) return;
  const jobs::Snapshot& snapshot = it->second.snapshot;
  const Analysis* analysis = catalogue_.find(snapshot.plugin);
  if (analysis ? analysis->isComparison() : snapshot.plugin == comparer) {
    link_.run("setComparison", {{"result", snapshot.path},
                                {"prediction", layerOf(snapshot.job, "prediction")},
                                {"truth", layerOf(snapshot.job, "truth")}});
    return;
  }
  it->second.opening = true;
  provider_.open(snapshot.result, [self = QPointer<JobController>(this),
                                   path = snapshot.path](data::FieldProvider::Reply<data::DatasetInfo> reply) {
    if (!self) return;
    const auto entry = self->entries_.find(path);
    if (entry == self->entries_.end()) return;
    entry->second.opening = false;
    if (reply.error.empty())
      self->addLayers(entry->second.snapshot, reply.value);
    else
      Q_EMIT self->refused(self->tr("The result of “%1” could not be opened. %2")
                               .arg(str(entry->second.snapshot.title), str(reply.error)));
    Q_EMIT self->jobChanged(str(path));
  });
}

void JobController::addLayers(const jobs::Snapshot& snapshot, const data::DatasetInfo& result) {
  for (const data::FieldInfo& field : result.fields) {
    session::Layer layer = scene::layerFor(result, field.name);
    layer.path = snapshot.result;
    layer.name = snapshot.title;
    if (result.fields.size() > 1) layer.name += " · " + (field.quantity.empty() ? field.name : field.quantity);
    layer.name = ofItsOwn(layer.name, link_.state());
    layer.role = field.labels ? session::Role::Prediction : session::Role::Image;
    link_.run("addLayer", {{"layer", layer}});
  }
}

void JobController::forget(const QString& runPath) {
  const jobs::Snapshot* known = job(runPath);
  if (!known || !jobs::isFinal(known->state)) return;
  const std::string path = runPath.toStdString();
  if (!entries_[path].watched) {
    link_.run("removeRun", {{"path", path}});
    return;
  }
  monitor_.unwatch(runPath);
  std::erase(order_, path);
  entries_.erase(path);
  Q_EMIT jobRemoved(runPath);
}

std::vector<jobs::Snapshot> JobController::jobs() const {
  std::vector<jobs::Snapshot> out;
  for (const std::string& path : order_)
    out.push_back(entries_.at(path).snapshot);
  return out;
}

const jobs::Snapshot* JobController::job(const QString& runPath) const {
  const auto it = entries_.find(runPath.toStdString());
  return it == entries_.end() ? nullptr : &it->second.snapshot;
}

bool JobController::onlyWatched(const QString& runPath) const {
  const auto it = entries_.find(runPath.toStdString());
  return it != entries_.end() && it->second.watched;
}

bool JobController::cancelling(const QString& runPath) const {
  const auto it = entries_.find(runPath.toStdString());
  return it != entries_.end() && it->second.cancelling;
}

} // namespace discern::desktop
