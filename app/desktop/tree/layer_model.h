#pragma once
#include "data/block.h"
#include "link/link.h"
#include "scene/mismatch.h"

#include <QAbstractListModel>
#include <QSet>
#include <QStringList>

namespace discern::desktop {

/// The session's layers, topmost first, its tables, then the files that are being opened.
class LayerModel final : public QAbstractListModel {
  Q_OBJECT
public:
  enum Roles {
    IdRole = Qt::UserRole,
    VisibleRole,
    RoleRole,
    OpacityRole,
    SummaryRole,
    PendingRole,
    ActiveRole,
    UnreadableRole,
    TableRole,       ///< true of a table
    HostRole,        ///< the machine that the file is on; empty: this one
    UnreachableRole, ///< true when that can't be reached now
    NoteRole         ///< "only roughly aligned": what the row says of the layer before its summary; empty: nothing
  };
  LayerModel(link::Link& link, data::FieldProvider& provider, QObject* parent = nullptr);

  void setPending(const QStringList& paths);
  void setUnreadable(const QSet<QString>& paths);
  void setUnreachable(const QSet<QString>& hosts);
  /// What is known of files has changed: the second lines are written anew.
  void refresh();
  [[nodiscard]] QString idAt(const QModelIndex& index) const;
  [[nodiscard]] QModelIndex indexOf(const std::string& id) const;

  int rowCount(const QModelIndex& parent = {}) const override;
  QVariant data(const QModelIndex& index, int role) const override;
  bool setData(const QModelIndex& index, const QVariant& value, int role) override;
  Qt::ItemFlags flags(const QModelIndex& index) const override;
  Qt::DropActions supportedDropActions() const override { return Qt::MoveAction | Qt::CopyAction; }
  QStringList mimeTypes() const override;
  QMimeData* mimeData(const QModelIndexList& indexes) const override;
  bool canDropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column,
                       const QModelIndex& parent) const override;
  bool dropMimeData(const QMimeData* data, Qt::DropAction action, int row, int column,
                    const QModelIndex& parent) override;

Q_SIGNALS:
  /// A layer was to be the truth, and it looks as if it could not be: it keeps its role. `why` is a sentence.
  void truthDoubted(const QString& id, const QString& why);

private:
  [[nodiscard]] const session::Layer* layerAt(int row) const;
  [[nodiscard]] const session::Table* tableAt(int row) const;
  [[nodiscard]] QVariant tableData(const session::Table& table, int role) const;
  [[nodiscard]] QVariant pendingData(const QString& path, int role) const;
  [[nodiscard]] int rows() const { return static_cast<int>(ids_.size() + tables_.size()); }
  [[nodiscard]] QString summary(const session::Layer& layer) const;
  [[nodiscard]] QString summary(const session::Table& table) const;
  [[nodiscard]] QString toolTip(const session::Layer& layer) const;
  /// What the row says while nothing is known of the file.
  [[nodiscard]] QString waiting(const std::string& path) const;
  link::Link& link_;
  data::FieldProvider& provider_;
  QStringList pending_;
  QSet<QString> unreadable_, unreachable_;
  QStringList ids_, tables_; ///< shown now, layers topmost first
  std::vector<scene::Mismatch> mismatches_;
};

/// "Image", "Prediction", "Truth".
[[nodiscard]] QString roleName(session::Role role);
[[nodiscard]] std::string roleKey(session::Role role); ///< as in session files

/// "64 × 64 × 21 × 180"
[[nodiscard]] QString shapeText(const data::FieldInfo& info);

} // namespace discern::desktop
