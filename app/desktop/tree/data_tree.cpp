#include "desktop/tree/data_tree.h"

#include "desktop/theme/appearance.h"
#include "desktop/theme/icons.h"
#include "desktop/tree/layer_delegate.h"
#include "desktop/tree/layer_model.h"

#include <QActionGroup>
#include <QClipboard>
#include <QGuiApplication>
#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QListView>
#include <QMenu>
#include <QPushButton>
#include <QScopedValueRollback>
#include <QSlider>
#include <QVBoxLayout>
#include <nlohmann/json.hpp>

namespace discern::desktop {

DataTree::DataTree(link::Link& link, data::FieldProvider& provider, const Appearance& appearance, QWidget* parent)
    : QWidget(parent), link_(link), provider_(provider), appearance_(appearance),
      model_(new LayerModel(link, provider, this)), list_(new QListView(this)), controls_(new QWidget(this)),
      empty_(new QWidget(this)), opacity_(new QSlider(Qt::Horizontal, this)), percent_(new QLabel(this)) {
  auto* delegate = new LayerDelegate(appearance, list_);
  list_->setObjectName(QStringLiteral("layers"));
  list_->setAccessibleName(tr("Layers, topmost first"));
  list_->setModel(model_);
  list_->setItemDelegate(delegate);
  list_->setMouseTracking(true);
  list_->setDragDropMode(QAbstractItemView::InternalMove);
  list_->setDragDropOverwriteMode(false);
  list_->setEditTriggers(QAbstractItemView::EditKeyPressed);
  list_->setContextMenuPolicy(Qt::CustomContextMenu);
  list_->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
  list_->setUniformItemSizes(true);
  list_->installEventFilter(this);
  connect(list_, &QListView::customContextMenuRequested, this, &DataTree::contextMenu);
  connect(delegate, &LayerDelegate::roleMenuRequested, this, &DataTree::roleMenu);
  connect(list_->selectionModel(), &QItemSelectionModel::currentChanged, this, [this](const QModelIndex& now) {
    const QString id = model_->idAt(now);
    if (!following_ && !id.isEmpty() && id.toStdString() != link_.state().active)
      link_.run("setActive", {{"id", id.toStdString()}});
  });
  connect(list_, &QListView::doubleClicked, this, [this](const QModelIndex& index) {
    if (model_->flags(index) & Qt::ItemIsEditable) list_->edit(index);
  });

  opacity_->setRange(0, 100);
  opacity_->setAccessibleName(tr("Opacity"));
  opacity_->setToolTip(tr("Opacity of the chosen layer"));
  percent_->setProperty("tone", "muted");
  percent_->setAlignment(Qt::AlignRight | Qt::AlignVCenter);
  percent_->setMinimumWidth(40);
  connect(opacity_, &QSlider::valueChanged, this, [this](int value) {
    percent_->setText(tr("%1 %").arg(value));
    if (!following_) link_.run("setLayer", {{"id", link_.state().active}, {"opacity", value / 100.0}});
  });
  auto* name = new QLabel(tr("Opacity"), controls_);
  name->setProperty("tone", "muted");
  auto* row = new QHBoxLayout(controls_);
  row->setContentsMargins(12, 8, 12, 8);
  row->setSpacing(8);
  row->addWidget(name);
  row->addWidget(opacity_, 1);
  row->addWidget(percent_);

  auto* words = new QLabel(tr("No data yet.\nOpen a file, or drop one here."), empty_);
  words->setAlignment(Qt::AlignCenter);
  words->setProperty("tone", "muted");
  auto* open = new QPushButton(tr("Open…"), empty_);
  connect(open, &QPushButton::clicked, this, &DataTree::openRequested);
  auto* middle = new QVBoxLayout(empty_);
  middle->setContentsMargins(16, 24, 16, 24);
  middle->setSpacing(16);
  middle->addWidget(words);
  middle->addWidget(open, 0, Qt::AlignHCenter);
  middle->addStretch();

  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addWidget(empty_, 1);
  column->addWidget(list_, 1);
  column->addWidget(controls_);
  connect(&link_, &link::Link::layersChanged, this, &DataTree::follow);
  connect(model_, &QAbstractItemModel::modelReset, this, &DataTree::follow);
  follow();
}

void DataTree::setPending(const QStringList& paths) { model_->setPending(paths); }

void DataTree::refresh() { model_->refresh(); }

void DataTree::follow() {
  const QScopedValueRollback guard(following_, true);
  const session::State& state = link_.state();
  const session::Layer* active = state.layer(state.active);
  const bool any = model_->rowCount() > 0;
  empty_->setVisible(!any);
  list_->setVisible(any);
  controls_->setVisible(active != nullptr);
  if (state.tableOf(state.active)) list_->setCurrentIndex(model_->indexOf(state.active));
  if (!active) return;
  list_->setCurrentIndex(model_->indexOf(active->id));
  opacity_->setValue(static_cast<int>(std::lround(active->opacity * 100)));
  percent_->setText(tr("%1 %").arg(opacity_->value()));
}

void DataTree::removeCurrent() {
  const QString id = model_->idAt(list_->currentIndex());
  if (id.isEmpty()) return;
  const bool table = link_.state().tableOf(id.toStdString()) != nullptr;
  link_.run(table ? "removeTable" : "removeLayer", {{"id", id.toStdString()}});
}

void DataTree::renameCurrent() {
  if (list_->currentIndex().isValid()) list_->edit(list_->currentIndex());
}

void DataTree::moveCurrent(int by) {
  const auto& layers = link_.state().layers;
  const QString id = model_->idAt(list_->currentIndex());
  for (std::size_t i = 0; i < layers.size(); ++i) {
    if (QString::fromStdString(layers[i].id) != id) continue;
    const int to = static_cast<int>(i) + by;
    if (to >= 0 && to < static_cast<int>(layers.size())) link_.run("moveLayer", {{"id", layers[i].id}, {"index", to}});
    return;
  }
}

bool DataTree::eventFilter(QObject* watched, QEvent* event) {
  if (watched == list_ && event->type() == QEvent::KeyPress) {
    const auto* key = static_cast<QKeyEvent*>(event);
    const QModelIndex current = list_->currentIndex();
    if (key->modifiers() == Qt::AltModifier && (key->key() == Qt::Key_Up || key->key() == Qt::Key_Down)) {
      moveCurrent(key->key() == Qt::Key_Up ? 1 : -1);
      return true;
    }
    if (key->key() == Qt::Key_H && current.isValid() && !current.data(LayerModel::TableRole).toBool()) {
      model_->setData(current, !current.data(LayerModel::VisibleRole).toBool(), LayerModel::VisibleRole);
      return true;
    }
    if (key->key() == Qt::Key_Delete || key->key() == Qt::Key_Backspace) {
      removeCurrent();
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

void DataTree::roleMenu(const QModelIndex& index, const QPoint& global) {
  QMenu menu(this);
  auto* group = new QActionGroup(&menu);
  for (const auto role : {session::Role::Image, session::Role::Prediction, session::Role::Truth}) {
    QAction* action = menu.addAction(roleName(role));
    action->setCheckable(true);
    action->setChecked(index.data(LayerModel::RoleRole).toInt() == static_cast<int>(role));
    action->setData(static_cast<int>(role));
    group->addAction(action);
  }
  if (const QAction* chosen = menu.exec(global)) model_->setData(index, chosen->data(), LayerModel::RoleRole);
}

/// Tables of a file that can be opened beside what is open of it.
void DataTree::addTables(QMenu& menu, const std::string& path) {
  const data::DatasetInfo* dataset = provider_.info(path);
  if (!dataset || dataset->tables.empty()) return;
  QMenu* tables = menu.addMenu(icon("table"), tr("Open Table of This File"));
  for (const data::TableInfo& info : dataset->tables) {
    const QString name = QString::fromStdString(info.name);
    tables->addAction(name, this, [this, path, name] { Q_EMIT tableRequested(QString::fromStdString(path), name); });
  }
}

void DataTree::tableMenu(const session::Table& table, const QPoint& global) {
  QMenu menu(this);
  if (const data::DatasetInfo* dataset = provider_.info(table.path); dataset && dataset->tables.size() > 1)
    addTables(menu, table.path);
  if (const data::DatasetInfo* dataset = provider_.info(table.path); dataset && !dataset->fields.empty()) {
    QMenu* fields = menu.addMenu(tr("Add Field of This File"));
    for (const data::FieldInfo& field : dataset->fields) {
      const QString name = QString::fromStdString(field.name);
      fields->addAction(name, this,
                        [this, path = QString::fromStdString(table.path), name] { Q_EMIT fieldRequested(path, name); });
    }
  }
  if (!menu.isEmpty()) menu.addSeparator();
  menu.addAction(icon("copy"), tr("Copy Path"), this,
                 [path = table.path] { QGuiApplication::clipboard()->setText(QString::fromStdString(path)); });
  menu.addAction(icon("rename"), tr("Rename\tF2"), this, &DataTree::renameCurrent);
  menu.addAction(icon("trash"), tr("Close Table\tDel"), this, &DataTree::removeCurrent);
  menu.exec(global);
}

void DataTree::contextMenu(const QPoint& position) {
  const QModelIndex index = list_->indexAt(position);
  if (const session::Table* table = link_.state().tableOf(model_->idAt(index).toStdString()))
    return tableMenu(*table, list_->viewport()->mapToGlobal(position));
  const session::Layer* found = link_.state().layer(model_->idAt(index).toStdString());
  QMenu menu(this);
  if (!found) {
    menu.addAction(icon("open"), tr("Open…"), this, &DataTree::openRequested);
    menu.exec(list_->mapToGlobal(position));
    return;
  }
  const session::Layer layer = *found;
  menu.addAction(icon(layer.visible ? "eye-off" : "eye"), layer.visible ? tr("Hide") : tr("Show"), this, [this, index] {
    model_->setData(index, !index.data(LayerModel::VisibleRole).toBool(), LayerModel::VisibleRole);
  });
  menu.addAction(tr("Show Only This"), this, [this, layer] {
    for (const session::Layer& other : std::vector<session::Layer>(link_.state().layers))
      link_.run("setLayer", {{"id", other.id}, {"visible", other.id == layer.id}});
  });
  QMenu* roles = menu.addMenu(tr("Use As"));
  for (const auto role : {session::Role::Image, session::Role::Prediction, session::Role::Truth}) {
    QAction* action = roles->addAction(roleName(role), this, [this, index, role] {
      model_->setData(index, static_cast<int>(role), LayerModel::RoleRole);
    });
    action->setCheckable(true);
    action->setChecked(layer.role == role);
  }
  if (const data::DatasetInfo* dataset = provider_.info(layer.path); dataset && dataset->fields.size() > 1) {
    QMenu* fields = menu.addMenu(tr("Add Field of This File"));
    for (const data::FieldInfo& field : dataset->fields) {
      const QString name = QString::fromStdString(field.name);
      fields->addAction(name, this,
                        [this, layer, name] { Q_EMIT fieldRequested(QString::fromStdString(layer.path), name); });
    }
  }
  addTables(menu, layer.path);
  menu.addSeparator();
  menu.addAction(icon("up"), tr("Move Up\tAlt+Up"), this, [this] { moveCurrent(1); });
  menu.addAction(icon("down"), tr("Move Down\tAlt+Down"), this, [this] { moveCurrent(-1); });
  menu.addSeparator();
  menu.addAction(icon("copy"), tr("Copy Path"), this,
                 [layer] { QGuiApplication::clipboard()->setText(QString::fromStdString(layer.path)); });
  menu.addAction(icon("rename"), tr("Rename\tF2"), this, &DataTree::renameCurrent);
  menu.addAction(icon("trash"), tr("Remove\tDel"), this, &DataTree::removeCurrent);
  menu.exec(list_->viewport()->mapToGlobal(position));
}

} // namespace discern::desktop
