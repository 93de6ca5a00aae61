#include "table/row_link.h"

#include "table/table_model.h"
#include "table/table_plot_view.h"

#include <QItemSelectionModel>
#include <QPointer>
#include <QScopedValueRollback>
#include <QTableView>
#include <algorithm>
#include <memory>

namespace discern::views {
namespace {

constexpr int locatePurpose = 1, rowsPurpose = 2; ///< of the tickets; rows: one a stretch, counting on
constexpr int settleMilliseconds = 40;            ///< a drag over many rows is one change

} // namespace

RowLink::RowLink(link::Link& link, data::FieldProvider& provider, TableModel& model, QTableView& table, QObject* parent)
    : QObject(parent), link_(link), provider_(provider), model_(model), table_(table) {
  soon_.setSingleShot(true);
  soon_.setInterval(settleMilliseconds);
  QObject::connect(&soon_, &QTimer::timeout, this, &RowLink::push);
  QObject::connect(table_.selectionModel(), &QItemSelectionModel::selectionChanged, this, &RowLink::told);
  QObject::connect(&link_, &link::Link::selectionChanged, this, &RowLink::follow);
}

void RowLink::setTable(const std::string& id) {
  if (id == id_) return;
  soon_.stop();
  id_ = id;
  known_.clear();
}

std::int64_t RowLink::selected() const {
  std::int64_t count = 0;
  for (const QItemSelectionRange& range : table_.selectionModel()->selection())
    if (range.left() == 0) count += range.height();
  return count;
}

std::set<std::int64_t> RowLink::chosen() const {
  const auto& selection = link_.state().selection;
  const auto found = selection.find(id_);
  return found == selection.end() ? std::set<std::int64_t>() : found->second;
}

void RowLink::told() {
  Q_EMIT changed();
  if (!following_) soon_.start();
}

/// The widget's selection becomes the session's. Of more rows than can be marked the session keeps none.
void RowLink::push() {
  if (id_.empty()) return;
  const std::int64_t count = selected();
  if (count == 0 || count > mostSelected) {
    known_.clear();
    if (!chosen().empty()) link_.select(id_, {});
    return;
  }
  struct Gathered {
    std::set<std::int64_t> rows;
    int open = 0;
  };
  const auto gathered = std::make_shared<Gathered>();
  const auto done = [link = QPointer<RowLink>(this), gathered, id = id_] {
    if (!link || link->id_ != id || gathered->open > 0) return;
    link->known_ = gathered->rows;
    if (link->chosen() != gathered->rows) link->link_.select(id, gathered->rows);
  };
  int purpose = rowsPurpose;
  for (const QItemSelectionRange& range : table_.selectionModel()->selection()) {
    if (range.left() != 0) continue;
    bool here = true;
    for (int row = range.top(); row <= range.bottom() && here; ++row) {
      const std::int64_t source = model_.sourceRow(row);
      here = source >= 0;
      if (here) gathered->rows.insert(source);
    }
    if (here) continue;
    data::RowsRequest request = model_.request();
    request.from = range.top();
    request.count = range.height();
    request.cells = false;
    ++gathered->open;
    provider_.rows(request, data::Priority::Cursor, {this, purpose++},
                   [gathered, done](data::FieldProvider::Reply<data::TableRows> reply) {
                     gathered->rows.insert(reply.value.rows.begin(), reply.value.rows.end());
                     --gathered->open;
                     done();
                   });
  }
  if (gathered->open == 0) done();
}

void RowLink::follow() {
  if (id_.empty() || model_.columnCount() == 0) return;
  const std::set<std::int64_t> rows = chosen();
  const bool lost = !rows.empty() && selected() == 0; // the model was reset
  if (rows == known_ && !lost) return;
  soon_.stop();
  known_ = rows;
  const std::vector<std::int64_t> list(rows.begin(), rows.end());
  if (list.empty() || model_.inFileOrder()) return select(list);
  data::RowsRequest request = model_.request();
  request.count = 0;
  request.cells = false;
  request.locate = list;
  provider_.rows(request, data::Priority::Cursor, {this, locatePurpose},
                 [link = QPointer<RowLink>(this), rows](data::FieldProvider::Reply<data::TableRows> reply) {
                   if (link && reply.error.empty() && link->known_ == rows) link->select(reply.value.places);
                 });
}

void RowLink::select(const std::vector<std::int64_t>& places) {
  const QScopedValueRollback guard(following_, true);
  std::vector<std::int64_t> sorted;
  for (const std::int64_t place : places)
    if (place >= 0 && place < model_.rowCount()) sorted.push_back(place);
  std::sort(sorted.begin(), sorted.end());
  QItemSelection selection;
  for (std::size_t i = 0; i < sorted.size();) {
    std::size_t end = i + 1;
    while (end < sorted.size() && sorted[end] == sorted[end - 1] + 1)
      ++end;
    selection.select(model_.index(static_cast<int>(sorted[i]), 0),
                     model_.index(static_cast<int>(sorted[end - 1]), model_.columnCount() - 1));
    i = end;
  }
  QItemSelectionModel& chosenRows = *table_.selectionModel();
  if (!sorted.empty()) {
    const int column = std::max(0, chosenRows.currentIndex().column());
    const QModelIndex first = model_.index(static_cast<int>(sorted.front()), column);
    chosenRows.setCurrentIndex(first, QItemSelectionModel::NoUpdate);
    table_.scrollTo(first);
  }
  chosenRows.select(selection, QItemSelectionModel::ClearAndSelect);
  Q_EMIT changed();
}

} // namespace discern::views
