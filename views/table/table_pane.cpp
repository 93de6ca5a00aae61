#include "table/table_pane.h"

#include "scene/plot/table_axes.h"
#include "style/even_digits.h"
#include "table/axes_bar.h"
#include "table/row_link.h"
#include "table/row_stream.h"
#include "table/table_header.h"
#include "table/table_model.h"
#include "table/table_plot_view.h"

#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QScopedValueRollback>
#include <QSplitter>
#include <QStyle>
#include <QTabBar>
#include <QTableView>
#include <QToolButton>
#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

namespace discern::views {
namespace {

constexpr int summaryPurpose = 70;

QString grouped(std::int64_t value) {
  return QLocale::c().toString(static_cast<qlonglong>(value)).replace(QLatin1Char(','), QChar(0x2009));
}

/// What a column comes to: "depth: 0.1 to 620 km, mean 33, 12 missing".
QString summaryText(const data::ColumnInfo& column, const data::ColumnSummary& summary) {
  const QString missing =
      summary.missing > 0 ? TablePane::tr(" · %1 missing").arg(grouped(summary.missing)) : QString();
  if (column.type == data::ColumnType::Text)
    return TablePane::tr("%1: %2%3 different")
               .arg(text(column.name),
                    summary.distinct >= data::ColumnSummary::mostDistinct ? TablePane::tr("at least ") : QString(),
                    grouped(summary.distinct)) +
           missing;
  if (std::isnan(summary.min)) return TablePane::tr("%1: no values").arg(text(column.name)) + missing;
  const ColumnFormat plain{};
  const QString unit = column.unit.empty() || column.unit == "1" ? QString() : QLatin1Char(' ') + text(column.unit);
  return TablePane::tr("%1: min %2%5 · max %3%5 · mean %4%5")
             .arg(text(column.name), cellText(summary.min, plain), cellText(summary.max, plain),
                  cellText(summary.mean, plain), unit) +
         missing;
}

} // namespace

TablePane::TablePane(link::Link& link, data::FieldProvider& provider, const Style& style, QWidget* parent)
    : QWidget(parent), link_(link), provider_(provider), style_(style), model_(new TableModel(provider, this)) {
  setObjectName(QStringLiteral("tablePane"));
  setAccessibleName(tr("Tables"));
  buildTop();
  buildMiddle();
  buildFooter();
  typed_.setSingleShot(true);
  typed_.setInterval(180);
  QObject::connect(&typed_, &QTimer::timeout, this, [this] { change({{"filter", filter_->text().toStdString()}}); });
  QObject::connect(model_, &TableModel::shown, this, &TablePane::rowsShown);
  QObject::connect(model_, &TableModel::failed, this, [this](const QString& why) {
    const session::Table* table = current();
    const bool filtered = table && !table->filter.empty() && model_->columnCount() > 0;
    trouble_->setText(QString(why).remove(table ? text(table->path) + QStringLiteral(": ") : QString()));
    trouble_->show();
    filter_->setProperty("invalid", filtered);
    filter_->style()->unpolish(filter_);
    filter_->style()->polish(filter_);
    count();
  });
  QObject::connect(&link_, &link::Link::stateChanged, this,
                   [this](const session::State& before, const session::State& after) {
                     if (before.tables != after.tables || before.table != after.table) follow();
                   });
  follow();
}

TablePane::~TablePane() {
  if (stream_) stream_->cancel();
}

const session::Table* TablePane::current() const { return link_.state().tableOf(link_.state().table); }

void TablePane::change(const nlohmann::json& properties) {
  if (!current()) return;
  nlohmann::json args = properties;
  args["id"] = link_.state().table;
  link_.run("setTable", args);
}

void TablePane::follow() {
  const QScopedValueRollback guard(following_, true);
  followTabs();
  showTable(current());
  axes_->follow();
}

void TablePane::followTabs() {
  const auto& tables = link_.state().tables;
  while (tabs_->count() > static_cast<int>(tables.size()))
    tabs_->removeTab(tabs_->count() - 1);
  for (int i = 0; i < static_cast<int>(tables.size()); ++i) {
    const session::Table& table = tables[static_cast<std::size_t>(i)];
    if (i >= tabs_->count()) {
      tabs_->addTab(QString());
      QToolButton* close = iconButton(QStringLiteral("close"), tr("Close table"), {}, style_, tabs_);
      close->setIconSize({12, 12});
      QObject::connect(close, &QToolButton::clicked, this, [this, close] {
        for (int tab = 0; tab < tabs_->count(); ++tab)
          if (tabs_->tabButton(tab, QTabBar::RightSide) == close)
            return link_.run("removeTable", {{"id", tabs_->tabData(tab).toString().toStdString()}});
      });
      tabs_->setTabButton(i, QTabBar::RightSide, close);
    }
    tabs_->setTabText(i, text(table.name).replace(QLatin1Char('&'), QStringLiteral("&&")));
    tabs_->setTabToolTip(i, text(table.path));
    tabs_->setTabData(i, text(table.id));
    if (table.id == link_.state().table) tabs_->setCurrentIndex(i);
  }
}

void TablePane::showTable(const session::Table* table) {
  rows_->setTable(table ? table->id : std::string());
  if (!table) {
    shown_.clear();
    model_->clear();
    if (plot_) plot_->hide();
    return;
  }
  if (filter_->text() != text(table->filter) && (!typed_.isActive() || shown_ != table->id))
    filter_->setText(text(table->filter));
  data::TableQuery query;
  query.filter = table->filter;
  query.sort = table->sort;
  query.descending = table->descending;
  const data::RowsRequest& now = model_->request();
  if (shown_ != table->id || now.path != table->path || now.table != table->table || !(now.query == query) ||
      model_->waiting()) {
    if (shown_ != table->id) summarised_.clear();
    shown_ = table->id;
    model_->show(table->path, table->table, query);
    count();
  } else if (trouble_->isVisibleTo(this)) { // back to what is shown: the filter is right again
    rowsShown();
  }
  plotted_->setChecked(table->plotted);
  if (table->plotted && !plot_) {
    plot_ = new TablePlotView(link_, provider_, style_, middle_);
    plot_->setObjectName(QStringLiteral("tablePlot"));
    middle_->addWidget(plot_);
    middle_->setSizes({10000, 10000});
    QObject::connect(plot_, &PanelWidget::reported, this, &TablePane::reported);
    QObject::connect(plot_, &TablePlotView::tooMany, this, [this](qint64 rows) {
      Q_EMIT reported(tr("%1 rows lie inside; the first %2 are selected. A filter can hold more.")
                          .arg(grouped(rows), grouped(mostSelected)));
    });
  }
  if (plot_) plot_->setVisible(table->plotted);
}

void TablePane::rowsShown() {
  trouble_->hide();
  trouble_->clear();
  filter_->setProperty("invalid", false);
  filter_->style()->unpolish(filter_);
  filter_->style()->polish(filter_);
  axes_->setColumns(model_->columns());
  const auto numbers =
      std::find_if(model_->columns().begin(), model_->columns().end(),
                   [](const data::ColumnInfo& column) { return column.type != data::ColumnType::Text; });
  if (numbers != model_->columns().end())
    filter_->setPlaceholderText(tr("Filter: words, or %1 > 3").arg(text(numbers->name)));
  fitColumns();
  const data::TableQuery& query = model_->request().query;
  int sorted = -1;
  for (int i = 0; i < model_->columnCount(); ++i)
    if (!query.sort.empty() && model_->columns()[static_cast<std::size_t>(i)].name == query.sort) sorted = i;
  header_->setSorted(sorted, query.descending);
  rows_->follow();
  count();
  summarise();
}

void TablePane::fitColumns() {
  const std::string of = model_->request().path + '\0' + model_->request().table;
  if (of == fitted_) return;
  fitted_ = of;
  constexpr int widest = 320, looked = 100, pad = 22;
  for (int column = 0; column < model_->columnCount(); ++column) {
    double width = header_->neededWidth(column);
    for (int row = 0; row < std::min(model_->rowCount(), looked); ++row)
      width = std::max(width, evenWidth(table_->font(), model_->index(row, column).data().toString()) + pad);
    table_->setColumnWidth(column, std::min(widest, static_cast<int>(std::ceil(width))));
  }
  // The row numbers take the room of the last one.
  const QString last = QString::number(model_->total());
  table_->verticalHeader()->setFixedWidth(static_cast<int>(std::ceil(evenWidth(table_->font(), last))) + 14);
}

void TablePane::sortBy(int column) {
  const session::Table* table = current();
  if (!table || column < 0 || column >= model_->columnCount()) return;
  const std::string name = model_->columns()[static_cast<std::size_t>(column)].name;
  if (table->sort != name)
    change({{"sort", name}, {"descending", false}});
  else if (!table->descending)
    change({{"sort", name}, {"descending", true}});
  else
    change({{"sort", ""}, {"descending", false}});
}

QString TablePane::counted() const { return counted_->text(); }
QString TablePane::summary() const { return summary_->text(); }
QString TablePane::trouble() const { return trouble_->text(); }

void TablePane::count() {
  if (model_->columnCount() == 0) {
    counted_->setText(model_->waiting() ? tr("Reading the table…") : QString());
    return;
  }
  const std::int64_t total = model_->total(), matching = model_->matching(), selected = rows_->selected();
  QString words = matching == total ? tr("%1 rows").arg(grouped(total))
                                    : tr("%1 of %2 rows").arg(grouped(matching), grouped(total));
  words += tr(" · %1 columns").arg(grouped(model_->columnCount()));
  if (selected > 0) words += tr(" · %1 selected").arg(grouped(selected));
  counted_->setText(words);
}

void TablePane::summarise() {
  const session::Table* table = current();
  if (!table || model_->columnCount() == 0) return summary_->clear();
  const auto& columns = model_->columns();
  std::string name = summarised_;
  if (name.empty()) {
    const scene::TableAxes axes = scene::axesOf(*table, columns);
    name = axes.y.empty() ? columns.front().name : axes.y.front();
  }
  const auto found =
      std::find_if(columns.begin(), columns.end(), [&](const data::ColumnInfo& column) { return column.name == name; });
  if (found == columns.end()) return summary_->clear();
  data::ColumnRequest request{model_->request().path, model_->request().table, {}, name};
  request.query.filter = model_->request().query.filter;
  summarising_ = true;
  provider_.column(
      request, {this, summaryPurpose},
      [pane = QPointer<TablePane>(this), column = *found](data::FieldProvider::Reply<data::ColumnSummary> reply) {
        if (!pane) return;
        pane->summarising_ = false;
        pane->summary_->setText(reply.error.empty() ? summaryText(column, reply.value) : QString());
      });
}

bool TablePane::settled() const {
  return !typed_.isActive() && !model_->waiting() && !summarising_ &&
         (!plot_ || !plot_->isVisible() || plot_->settled());
}

void TablePane::setStyle(const Style& style) {
  style_ = style;
  header_->setStyle(style);
  numbers_->setStyle(style);
  if (plot_) plot_->setStyle(style);
  restyle(this, style);
  table_->viewport()->update();
}

bool TablePane::eventFilter(QObject* watched, QEvent* event) {
  // Escape clears the filter; Down goes from there to the rows.
  if (watched == filter_ && event->type() == QEvent::KeyPress) {
    const auto* key = static_cast<QKeyEvent*>(event);
    if (key->key() == Qt::Key_Escape && !filter_->text().isEmpty()) {
      filter_->clear();
      typed_.stop();
      change({{"filter", ""}});
      return true;
    }
    if (key->key() == Qt::Key_Down) {
      table_->setFocus(Qt::OtherFocusReason);
      return true;
    }
  }
  return QWidget::eventFilter(watched, event);
}

} // namespace discern::views
