#include "desktop/tree/layer_model.h"

#include "analyses/role_doubt.h"
#include "desktop/session/place.h"

#include <QMimeData>
#include <nlohmann/json.hpp>

namespace discern::desktop {

namespace {
const QString layerMime = QStringLiteral("application/x-discern-layer");
}

QString roleName(session::Role role) {
  switch (role) {
  case session::Role::Prediction:
    return LayerModel::tr("Prediction");
  case session::Role::Truth:
    return LayerModel::tr("Truth");
  case session::Role::Image:
    break;
  }
  return LayerModel::tr("Image");
}

std::string roleKey(session::Role role) {
  session::Layer layer;
  layer.role = role;
  return nlohmann::json(layer).at("role").get<std::string>();
}

QString shapeText(const data::FieldInfo& info) {
  QStringList parts;
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (axis == 0 || info.shape[axis] > 1 || (axis == 1 && info.shape[2] > 1))
      parts << QString::number(info.shape[axis]);
  if (info.time.size > 1) parts << QString::number(info.time.size);
  return parts.join(QStringLiteral(" × "));
}

LayerModel::LayerModel(link::Link& link, data::FieldProvider& provider, QObject* parent)
    : QAbstractListModel(parent), link_(link), provider_(provider) {
  connect(&link_, &link::Link::layersChanged, this, &LayerModel::refresh);
  refresh();
}

void LayerModel::setPending(const QStringList& paths) {
  beginResetModel();
  pending_ = paths;
  endResetModel();
}

void LayerModel::setUnreadable(const QSet<QString>& paths) {
  unreadable_ = paths;
  refresh();
}

void LayerModel::setUnreachable(const QSet<QString>& hosts) {
  unreachable_ = hosts;
  refresh();
}

QString LayerModel::waiting(const std::string& path) const {
  const QString name = QString::fromStdString(path);
  if (unreachable_.contains(hostName(name))) return tr("Waiting for it");
  return unreadable_.contains(name) ? tr("Can't be read") : tr("Opening…");
}

void LayerModel::refresh() {
  mismatches_ = scene::mismatches(link_.state(), provider_, false);
  QStringList now;
  const auto& layers = link_.state().layers;
  for (auto it = layers.rbegin(); it != layers.rend(); ++it)
    now << QString::fromStdString(it->id);
  QStringList tables;
  for (const session::Table& table : link_.state().tables)
    tables << QString::fromStdString(table.id);
  if (now != ids_ || tables != tables_) {
    beginResetModel();
    ids_ = now;
    tables_ = tables;
    endResetModel();
  } else if (rows() > 0) {
    Q_EMIT dataChanged(index(0, 0), index(rows() - 1, 0));
  }
}

const session::Layer* LayerModel::layerAt(int row) const {
  return row >= 0 && row < ids_.size() ? link_.state().layer(ids_[row].toStdString()) : nullptr;
}

const session::Table* LayerModel::tableAt(int row) const {
  const auto at = row - static_cast<int>(ids_.size());
  return at >= 0 && at < tables_.size() ? link_.state().tableOf(tables_[at].toStdString()) : nullptr;
}

QString LayerModel::idAt(const QModelIndex& index) const {
  return index.isValid() && index.row() < rows() ? (ids_ + tables_)[index.row()] : QString();
}

QModelIndex LayerModel::indexOf(const std::string& id) const {
  const auto row = (ids_ + tables_).indexOf(QString::fromStdString(id));
  return row < 0 ? QModelIndex() : index(static_cast<int>(row), 0);
}

int LayerModel::rowCount(const QModelIndex& parent) const {
  return parent.isValid() ? 0 : rows() + static_cast<int>(pending_.size());
}

QString LayerModel::summary(const session::Layer& layer) const {
  const data::DatasetInfo* dataset = provider_.info(layer.path);
  if (!dataset) return waiting(layer.path);
  const data::FieldInfo* field = layer.grid.empty() ? dataset->field(layer.field) : nullptr;
  const std::string& gridName = field ? field->grid : layer.grid;
  for (const data::GridInfo& grid : dataset->grids)
    if (!gridName.empty() && grid.name == gridName) {
      const std::string_view kind = data::nameOf(grid.kind);
      QString text = tr("%1  ·  %2")
                         .arg(QString::fromUtf8(kind.data(), static_cast<qsizetype>(kind.size())),
                              grid.cells > 0 ? tr("%L1 cells").arg(grid.cells) : tr("%L1 points").arg(grid.points));
      if (field && !field->unit.empty()) text += QStringLiteral("  ·  ") + QString::fromStdString(field->unit);
      return text;
    }
  if (!field) return tr("No such field in this file");
  const std::string_view type = data::nameOf(field->type);
  QString text =
      shapeText(*field) + QStringLiteral("  ·  ") + QString::fromUtf8(type.data(), static_cast<qsizetype>(type.size()));
  if (!field->unit.empty()) text += QStringLiteral("  ·  ") + QString::fromStdString(field->unit);
  return text;
}

QString LayerModel::summary(const session::Table& table) const {
  const data::DatasetInfo* dataset = provider_.info(table.path);
  if (!dataset) return waiting(table.path);
  for (const data::TableInfo& info : dataset->tables)
    if (table.table.empty() || info.name == table.table)
      return tr("%L1 rows  ·  %L2 columns").arg(info.rows).arg(info.columns.size());
  return tr("No such table in this file");
}

QVariant LayerModel::pendingData(const QString& path, int role) const {
  switch (role) {
  case Qt::DisplayRole:
    return shortName(path);
  case Qt::ToolTipRole:
    return path;
  case SummaryRole:
    return tr("Opening…");
  case HostRole:
    return hostName(path);
  case UnreachableRole:
    return unreachable_.contains(hostName(path));
  case PendingRole:
  case VisibleRole:
    return true;
  default:
    return {};
  }
}

QVariant LayerModel::tableData(const session::Table& table, int role) const {
  switch (role) {
  case Qt::DisplayRole:
  case Qt::EditRole:
    return QString::fromStdString(table.name);
  case Qt::ToolTipRole:
    return QString::fromStdString(table.path);
  case Qt::AccessibleTextRole:
    return tr("%1, table").arg(QString::fromStdString(table.name));
  case IdRole:
    return QString::fromStdString(table.id);
  case VisibleRole:
  case TableRole:
    return true;
  case SummaryRole:
    return summary(table);
  case PendingRole:
    return false;
  case UnreadableRole:
    return unreadable_.contains(QString::fromStdString(table.path));
  case HostRole:
    return hostName(QString::fromStdString(table.path));
  case UnreachableRole:
    return unreachable_.contains(hostName(QString::fromStdString(table.path)));
  case ActiveRole:
    return table.id == link_.state().active;
  default:
    return {};
  }
}

QString LayerModel::toolTip(const session::Layer& layer) const {
  QString text = QString::fromStdString(layer.path);
  for (const scene::Mismatch& each : mismatches_)
    if (each.layer == layer.id)
      text += QStringLiteral("\n\n") + tr("Over %1: ").arg(QString::fromStdString(each.baseName)) +
              QString::fromStdString(data::noteOf(each.alignment));
  return text;
}

QVariant LayerModel::data(const QModelIndex& index, int role) const {
  if (!index.isValid()) return {};
  if (index.row() >= rows()) return pendingData(pending_.value(index.row() - rows()), role);
  if (const session::Table* table = tableAt(index.row())) return tableData(*table, role);
  const session::Layer* layer = layerAt(index.row());
  if (!layer) return {};
  switch (role) {
  case Qt::DisplayRole:
  case Qt::EditRole:
    return QString::fromStdString(layer->name);
  case Qt::ToolTipRole:
    return toolTip(*layer);
  case NoteRole:
    for (const scene::Mismatch& each : mismatches_)
      if (each.layer == layer->id) return QString::fromStdString(scene::shortNote(each.alignment));
    return QString();
  case Qt::AccessibleTextRole:
    return tr("%1, %2, %3")
        .arg(QString::fromStdString(layer->name), roleName(layer->role), layer->visible ? tr("shown") : tr("hidden"));
  case IdRole:
    return ids_[index.row()];
  case VisibleRole:
    return layer->visible;
  case RoleRole:
    return static_cast<int>(layer->role);
  case OpacityRole:
    return layer->opacity;
  case SummaryRole:
    return summary(*layer);
  case PendingRole:
    return false;
  case UnreadableRole:
    return unreadable_.contains(QString::fromStdString(layer->path));
  case HostRole:
    return hostName(QString::fromStdString(layer->path));
  case UnreachableRole:
    return unreachable_.contains(hostName(QString::fromStdString(layer->path)));
  case ActiveRole:
    return layer->id == link_.state().active;
  default:
    return {};
  }
}

bool LayerModel::setData(const QModelIndex& index, const QVariant& value, int role) {
  if (const session::Table* table = tableAt(index.row())) {
    const QString name = value.toString().trimmed();
    if (role != Qt::EditRole || name.isEmpty()) return false;
    link_.run("setTable", {{"id", table->id}, {"name", name.toStdString()}});
    return true;
  }
  const session::Layer* layer = layerAt(index.row());
  if (!layer) return false;
  nlohmann::json args{{"id", layer->id}};
  switch (role) {
  case Qt::EditRole: {
    const QString name = value.toString().trimmed();
    if (name.isEmpty()) return false;
    args["name"] = name.toStdString();
    break;
  }
  case VisibleRole:
    args["visible"] = value.toBool();
    break;
  case RoleRole:
    if (value.toInt() == static_cast<int>(session::Role::Truth) && layer->role != session::Role::Truth)
      if (const QString why = truthDoubt(link_.state(), provider_, *layer); !why.isEmpty()) {
        Q_EMIT truthDoubted(QString::fromStdString(layer->id), why);
        return false;
      }
    args["role"] = roleKey(static_cast<session::Role>(value.toInt()));
    break;
  case OpacityRole:
    args["opacity"] = value.toDouble();
    break;
  default:
    return false;
  }
  link_.run("setLayer", args);
  return true;
}

Qt::ItemFlags LayerModel::flags(const QModelIndex& index) const {
  if (!index.isValid()) return Qt::ItemIsDropEnabled;
  if (index.row() >= rows()) return Qt::ItemIsEnabled;
  if (index.row() >= ids_.size()) return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsEditable;
  return Qt::ItemIsEnabled | Qt::ItemIsSelectable | Qt::ItemIsEditable | Qt::ItemIsDragEnabled;
}

QStringList LayerModel::mimeTypes() const { return {layerMime}; }

QMimeData* LayerModel::mimeData(const QModelIndexList& indexes) const {
  auto* data = new QMimeData;
  if (!indexes.isEmpty()) data->setData(layerMime, idAt(indexes.front()).toUtf8());
  return data;
}

bool LayerModel::canDropMimeData(const QMimeData* data, Qt::DropAction, int, int, const QModelIndex&) const {
  return data->hasFormat(layerMime);
}

bool LayerModel::dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int, const QModelIndex& parent) {
  if (action == Qt::IgnoreAction || !data->hasFormat(layerMime)) return false;
  const QString id = QString::fromUtf8(data->data(layerMime));
  const auto from = ids_.indexOf(id);
  if (from < 0) return false;
  if (row < 0) row = parent.isValid() ? parent.row() : static_cast<int>(ids_.size());
  // Rows count from the top, the session's layers from the bottom, both without the one that moves.
  const int rest = static_cast<int>(ids_.size()) - 1;
  const int to = std::clamp(from < row ? row - 1 : row, 0, rest);
  link_.run("moveLayer", {{"id", id.toStdString()}, {"index", rest - to}});
  return false; // the model has moved it itself: the view must not remove the source row
}

} // namespace discern::desktop
