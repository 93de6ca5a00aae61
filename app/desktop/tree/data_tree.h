#pragma once
#include "data/block.h"
#include "link/link.h"

#include <QWidget>

class QLabel;
class QListView;
class QMenu;
class QSlider;
class QStackedLayout;

namespace discern::desktop {

class Appearance;
class LayerModel;

/// The layers of the session, topmost first, and its tables: show and hide, role, order, opacity of the chosen one,
/// rename, remove, other fields of its file. Dragging reorders; keys: H shows or hides, Alt+Up and Alt+Down move, F2
/// renames, Delete removes.
class DataTree final : public QWidget {
  Q_OBJECT
public:
  DataTree(link::Link& link, data::FieldProvider& provider, const Appearance& appearance, QWidget* parent = nullptr);
  void setPending(const QStringList& paths);
  void refresh(); ///< after the provider has learnt of a dataset
  [[nodiscard]] QListView& list() const { return *list_; }
  [[nodiscard]] LayerModel& model() const { return *model_; }
  [[nodiscard]] QSlider& opacity() const { return *opacity_; }

public Q_SLOTS:
  void removeCurrent();
  void renameCurrent();
  void moveCurrent(int by); ///< +1: towards the top

Q_SIGNALS:
  void openRequested();
  void fieldRequested(const QString& path, const QString& field); ///< add another field of a file
  void tableRequested(const QString& path, const QString& table); ///< open a table of a file

protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

private:
  void follow();
  void contextMenu(const QPoint& position);
  void tableMenu(const session::Table& table, const QPoint& global);
  void addTables(QMenu& menu, const std::string& path);
  void roleMenu(const QModelIndex& index, const QPoint& global);
  link::Link& link_;
  data::FieldProvider& provider_;
  const Appearance& appearance_;
  LayerModel* model_;
  QListView* list_;
  QWidget *controls_, *empty_;
  QSlider* opacity_;
  QLabel* percent_;
  bool following_ = false;
};

} // namespace discern::desktop
