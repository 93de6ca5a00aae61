#include "desktop/session/file_opener.h"

#include "analyses/role_doubt.h"
#include "data/error.h"
#include "data/memory_estimate.h"
#include "desktop/session/place.h"
#include "scene/open_state.h"

#include <QPointer>
#include <algorithm>
#include <nlohmann/json.hpp>

namespace discern::desktop {

namespace {

/// Of what a layer of the file would show, or of its tables, which come to the front one by one.
double memoryToShow(const data::DatasetInfo& dataset, const QString& field) {
  if (field.isEmpty() && scene::opensAsTables(dataset)) {
    double most = 0;
    for (const data::TableInfo& table : dataset.tables)
      most = std::max(most, data::memoryOf(table));
    return most;
  }
  const session::Layer layer = scene::layerFor(dataset, field.toStdString());
  for (const data::GridInfo& grid : dataset.grids)
    if (!layer.grid.empty() && grid.name == layer.grid) return data::memoryOf(grid);
  const data::FieldInfo* info = dataset.field(layer.field);
  return info ? data::memoryOf(dataset, *info) : 0;
}

} // namespace

FileOpener::FileOpener(link::Link& link, data::FieldProvider& provider, QObject* parent)
    : QObject(parent), link_(link), provider_(provider) {
  connect(&link_, &link::Link::layersChanged, this, &FileOpener::learn);
}

void FileOpener::open(const QString& path, std::optional<session::Role> role, const QString& field, bool anyway) {
  ask(std::make_shared<Turn>(Turn{wholePath(path), role, field, {}, anyway, {}}));
}

void FileOpener::openTable(const QString& path, const QString& table) {
  ask(std::make_shared<Turn>(Turn{wholePath(path), {}, {}, table, true, {}}));
}

void FileOpener::ask(std::shared_ptr<Turn> turn) {
  pending_.append(turn->path);
  asked_.insert(turn->path);
  turns_.push_back(turn);
  Q_EMIT pendingChanged();
  const QPointer<FileOpener> guard(this);
  provider_.open(turn->path.toStdString(), [guard, turn](data::FieldProvider::Reply<data::DatasetInfo> reply) {
    turn->reply = std::move(reply);
    if (guard) guard->takeTurns();
  });
}

void FileOpener::takeTurns() {
  const QPointer<FileOpener> guard(this);
  while (guard && !turns_.empty() && turns_.front()->reply) {
    const std::shared_ptr<Turn> turn = turns_.front();
    turns_.pop_front();
    pending_.removeOne(turn->path);
    Q_EMIT pendingChanged();
    QString why = QString::fromStdString(turn->reply->error);
    if (why.isEmpty()) {
      try {
        const double bytes = memoryToShow(turn->reply->value, turn->field);
        if (!turn->anyway && budget_ > 0 && bytes > budget_) {
          asked_.remove(turn->path);
          Q_EMIT tooLarge(turn->path, turn->role, turn->field, bytes, budget_);
          continue;
        }
        add(turn->reply->value, *turn);
        Q_EMIT known();
        Q_EMIT opened(turn->path);
        continue;
      } catch (const std::exception& error) {
        why = QString::fromUtf8(error.what());
      }
    }
    asked_.remove(turn->path);
    Q_EMIT failed(turn->path, why);
  }
}

void FileOpener::add(const data::DatasetInfo& dataset, const Turn& turn) {
  if (turn.table) return addTables(scene::tablesOf(dataset, turn.table->toStdString()));
  if (!turn.role && turn.field.isEmpty() && scene::opensAsTables(dataset)) return addTables(scene::tablesOf(dataset));
  addLayer(dataset, turn.role, turn.field);
}

/// The first comes to the front, the others stand behind it; of a file with many, the rest can be had from the tree.
void FileOpener::addTables(const std::vector<session::Table>& tables) {
  constexpr std::size_t most = 12;
  for (std::size_t i = 0; i < std::min(tables.size(), most); ++i)
    link_.run("addTable", {{"table", tables[i]}, {"behind", i > 0}});
}

void FileOpener::addLayer(const data::DatasetInfo& dataset, std::optional<session::Role> role, const QString& field) {
  session::Layer layer = scene::layerFor(dataset, field.toStdString());
  if (role) layer.role = *role;
  const bool fresh = link_.state().layers.empty();
  session::State next = link_.state();
  const std::string id = scene::addLayer(next, layer, dataset);
  layer.id = id;
  if (fresh) {
    // Where the cursor and the views start belongs to the file that starts a session: not a step to undo.
    if (link_.session().history().empty()) {
      session::State start = link_.state();
      start.cursor = next.cursor;
      start.time = next.time;
      start.layout = next.layout;
      link_.session().reset(start);
    } else {
      link_.setCursor(next.cursor);
      link_.run("setLayout", {{"layout", next.layout}});
    }
  }
  QString doubt;
  if (role == session::Role::Truth) {
    doubt = truthDoubt(link_.state(), provider_, layer);
    if (!doubt.isEmpty()) layer.role = session::Role::Image;
  }
  link_.run("addLayer", {{"layer", layer}});
  if (!doubt.isEmpty()) Q_EMIT truthDoubted(QString::fromStdString(id), doubt);
}

void FileOpener::retry(const QString& path) {
  unreadable_.remove(path);
  asked_.remove(path);
  learn();
}

void FileOpener::retryOn(const QString& host) {
  const QSet<QString> paths = unreadable_;
  for (const QString& path : paths)
    if (hostName(path) == host) retry(path);
}

void FileOpener::learn() {
  QStringList paths;
  for (const session::Layer& layer : link_.state().layers)
    paths << QString::fromStdString(layer.path);
  for (const session::Table& table : link_.state().tables)
    paths << QString::fromStdString(table.path);
  for (const QString& path : paths) {
    if (asked_.contains(path) || provider_.info(path.toStdString())) continue;
    asked_.insert(path);
    const QPointer<FileOpener> guard(this);
    provider_.open(path.toStdString(), [guard, path](data::FieldProvider::Reply<data::DatasetInfo> reply) {
      if (!guard) return;
      if (reply.error.empty()) {
        Q_EMIT guard->known();
      } else {
        guard->unreadable_.insert(path); // not asked for again until somebody wants to
        Q_EMIT guard->missing(path, QString::fromStdString(reply.error));
      }
    });
  }
}

} // namespace discern::desktop
