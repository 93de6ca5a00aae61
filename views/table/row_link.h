#pragma once
#include "data/block.h"
#include "link/link.h"

#include <QObject>
#include <QTimer>
#include <set>

class QTableView;

namespace discern::views {

class TableModel;

/// Keeps the selected rows of a table widget and those of the session alike: rows chosen in a plot are selected and
/// scrolled to in the table, and the other way round.
class RowLink final : public QObject {
  Q_OBJECT
public:
  RowLink(link::Link& link, data::FieldProvider& provider, TableModel& model, QTableView& table, QObject* parent);
  /// The table whose rows are meant; empty: none.
  void setTable(const std::string& id);
  /// After the model has other rows, or the session another selection.
  void follow();
  /// Rows that are selected in the widget.
  [[nodiscard]] std::int64_t selected() const;

Q_SIGNALS:
  void changed(); ///< another number of selected rows

private:
  void told();
  void push();
  void select(const std::vector<std::int64_t>& places);
  [[nodiscard]] std::set<std::int64_t> chosen() const;
  link::Link& link_;
  data::FieldProvider& provider_;
  TableModel& model_;
  QTableView& table_;
  std::string id_;
  std::set<std::int64_t> known_; ///< rows of the table that the widget shows as selected
  QTimer soon_;
  bool following_ = false;
};

} // namespace discern::views
