// What stands where in the table pane, its menus, copying and exporting.

#include "style/even_digits.h"
#include "table/axes_bar.h"
#include "table/row_link.h"
#include "table/row_stream.h"
#include "table/table_header.h"
#include "table/table_model.h"
#include "table/table_pane.h"
#include "table/table_plot_view.h"

#include <QApplication>
#include <QClipboard>
#include <QFileDialog>
#include <QFileInfo>
#include <QHBoxLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMenu>
#include <QProgressBar>
#include <QSaveFile>
#include <QShortcut>
#include <QSplitter>
#include <QTabBar>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <memory>
#include <nlohmann/json.hpp>

namespace discern::views {
namespace {

constexpr std::int64_t mostCopied = 5'000'000; ///< cells that the clipboard is given

/// Cells with even digits; what is missing is faint.
class CellDelegate final : public EvenDigitsDelegate {
public:
  using EvenDigitsDelegate::EvenDigitsDelegate;

protected:
  void initStyleOption(QStyleOptionViewItem* option, const QModelIndex& index) const override {
    EvenDigitsDelegate::initStyleOption(option, index);
    if (!index.data(TableModel::MissingRole).toBool()) return;
    const QColor faint = option->palette.color(QPalette::Disabled, QPalette::Text);
    option->palette.setColor(QPalette::Active, QPalette::Text, faint);
    option->palette.setColor(QPalette::Active, QPalette::HighlightedText, faint);
  }
};

} // namespace

void TablePane::buildTop() {
  tabs_ = new QTabBar(this);
  tabs_->setObjectName(QStringLiteral("tableTabs"));
  tabs_->setAccessibleName(tr("Open tables"));
  tabs_->setExpanding(false);
  tabs_->setElideMode(Qt::ElideMiddle);
  tabs_->setDrawBase(false);
  QObject::connect(tabs_, &QTabBar::currentChanged, this, [this](int index) {
    const QString id = tabs_->tabData(index).toString();
    if (!following_ && !id.isEmpty()) link_.run("setActive", {{"id", id.toStdString()}});
  });
  filter_ = new QLineEdit(this);
  filter_->setObjectName(QStringLiteral("tableFilter"));
  filter_->setAccessibleName(tr("Filter rows"));
  filter_->setPlaceholderText(tr("Filter: words, or depth > 3 and name = oak"));
  filter_->setToolTip(tr("Words are looked for in every column.\n"
                         "Conditions compare one: < ≤ = ≠ ≥ > and ~ (holds), joined with and, or.\n"
                         "depth = missing finds rows without a value, # > 100 goes by the number of the row."));
  filter_->setClearButtonEnabled(true);
  filter_->installEventFilter(this);
  QObject::connect(filter_, &QLineEdit::textChanged, this, [this] {
    if (!following_) typed_.start();
  });
  QObject::connect(filter_, &QLineEdit::returnPressed, this, [this] {
    typed_.stop();
    change({{"filter", filter_->text().toStdString()}});
  });
  trouble_ = new QLabel(this);
  trouble_->setObjectName(QStringLiteral("tableTrouble"));
  setTone(trouble_, "bad", "small");
  trouble_->setWordWrap(true);
  trouble_->setTextInteractionFlags(Qt::TextSelectableByMouse);
  trouble_->hide();
  axes_ = new AxesBar(link_, style_, this);
  plotted_ = iconButton(QStringLiteral("course"), tr("Plot beside the table"), {}, style_, this);
  plotted_->setCheckable(true);
  QObject::connect(plotted_, &QToolButton::clicked, this, [this](bool on) { change({{"plotted", on}}); });
  QToolButton* more = iconButton(QStringLiteral("more"), tr("More for this table"), {}, style_, this);
  auto* menu = new QMenu(more);
  menu->addAction(icon(QStringLiteral("copy"), style_), tr("Copy Selected Rows"), this, &TablePane::copy);
  menu->addAction(icon(QStringLiteral("export"), style_), tr("Export Rows Shown as CSV…"), this, &TablePane::exportCsv);
  menu->addSeparator();
  menu->addAction(icon(QStringLiteral("close"), style_), tr("Close Table"), this, &TablePane::closeTable);
  QObject::connect(more, &QToolButton::clicked, menu, [more, menu] {
    menu->popup(more->mapToGlobal(QPoint(more->width() - menu->sizeHint().width(), more->height())));
  });

  auto* first = new QHBoxLayout;
  first->setContentsMargins(4, 0, 8, 0);
  first->addWidget(tabs_, 1);
  auto* second = new QHBoxLayout;
  second->setContentsMargins(8, 4, 8, 4);
  second->setSpacing(8);
  second->addWidget(filter_, 1);
  second->addWidget(axes_);
  second->addWidget(plotted_);
  second->addWidget(more);
  auto* column = new QVBoxLayout(this);
  column->setContentsMargins(0, 0, 0, 0);
  column->setSpacing(0);
  column->addLayout(first);
  column->addLayout(second);
  trouble_->setContentsMargins(16, 0, 16, 6);
  column->addWidget(trouble_);
}

void TablePane::buildMiddle() {
  middle_ = new QSplitter(Qt::Horizontal, this);
  middle_->setObjectName(QStringLiteral("viewSplitter"));
  middle_->setHandleWidth(4);
  middle_->setChildrenCollapsible(false);
  table_ = new QTableView(middle_);
  table_->setObjectName(QStringLiteral("tableRows"));
  table_->setAccessibleName(tr("Rows of the table"));
  header_ = new TableHeader(style_, table_);
  table_->setHorizontalHeader(header_);
  numbers_ = new RowHeader(style_, table_);
  table_->setVerticalHeader(numbers_);
  table_->setModel(model_);
  table_->setItemDelegate(new CellDelegate(table_));
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->setShowGrid(false);
  table_->setAlternatingRowColors(true);
  table_->setWordWrap(false);
  table_->setCornerButtonEnabled(false);
  table_->setHorizontalScrollMode(QAbstractItemView::ScrollPerPixel);
  table_->setMinimumWidth(200);
  table_->setContextMenuPolicy(Qt::CustomContextMenu);
  middle_->addWidget(table_);
  layout()->addWidget(middle_);
  static_cast<QVBoxLayout*>(layout())->setStretchFactor(middle_, 1);
  rows_ = new RowLink(link_, provider_, *model_, *table_, this);
  QObject::connect(rows_, &RowLink::changed, this, &TablePane::count);
  QObject::connect(header_, &QHeaderView::sectionClicked, this, &TablePane::sortBy);
  QObject::connect(header_, &QWidget::customContextMenuRequested, this, &TablePane::headerMenu);
  QObject::connect(table_, &QWidget::customContextMenuRequested, this, &TablePane::cellMenu);
  QObject::connect(table_->selectionModel(), &QItemSelectionModel::currentColumnChanged, this,
                   [this](const QModelIndex& now) {
                     if (!now.isValid() || now.column() >= model_->columnCount()) return;
                     summarised_ = model_->columns()[static_cast<std::size_t>(now.column())].name;
                     summarise();
                   });
  auto* copyKeys = new QShortcut(QKeySequence::Copy, table_);
  copyKeys->setContext(Qt::WidgetShortcut);
  QObject::connect(copyKeys, &QShortcut::activated, this, &TablePane::copy);
  auto* findKeys = new QShortcut(QKeySequence::Find, this);
  findKeys->setContext(Qt::WidgetWithChildrenShortcut);
  QObject::connect(findKeys, &QShortcut::activated, filter_, [this] {
    filter_->setFocus(Qt::ShortcutFocusReason);
    filter_->selectAll();
  });
}

void TablePane::buildFooter() {
  auto* footer = new QWidget(this);
  footer->setObjectName(QStringLiteral("surface"));
  counted_ = new EvenLabel(footer);
  counted_->setObjectName(QStringLiteral("tableCount"));
  setTone(counted_, "muted", "small");
  summary_ = new EvenLabel(footer);
  summary_->setObjectName(QStringLiteral("tableSummary"));
  summary_->setToolTip(tr("Of the rows shown; click a cell for another column"));
  setTone(summary_, "", "small");
  working_ = new QLabel(footer);
  setTone(working_, "muted", "small");
  progress_ = new QProgressBar(footer);
  progress_->setFixedWidth(120);
  progress_->setTextVisible(false);
  stop_ = iconButton(QStringLiteral("stop"), tr("Stop"), {}, style_, footer);
  QObject::connect(stop_, &QToolButton::clicked, this, [this] {
    if (stream_) stream_->cancel();
  });
  auto* row = new QHBoxLayout(footer);
  row->setContentsMargins(12, 4, 12, 4);
  row->setSpacing(12);
  row->addWidget(counted_);
  row->addWidget(working_);
  row->addWidget(progress_);
  row->addWidget(stop_);
  row->addStretch(1);
  row->addWidget(summary_);
  for (QWidget* idle : std::initializer_list<QWidget*>{working_, progress_, stop_})
    idle->hide();
  layout()->addWidget(footer);
}

void TablePane::headerMenu(const QPoint& at) {
  const int column = header_->logicalIndexAt(at);
  if (column < 0) return;
  const data::ColumnInfo info = model_->columns()[static_cast<std::size_t>(column)];
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  menu->addAction(tr("Sort Upwards"), this, [this, info] { change({{"sort", info.name}, {"descending", false}}); });
  menu->addAction(tr("Sort Downwards"), this, [this, info] { change({{"sort", info.name}, {"descending", true}}); });
  menu->addAction(tr("As in the File"), this, [this] { change({{"sort", ""}, {"descending", false}}); });
  menu->addSeparator();
  menu->addAction(tr("Rows With a Value"), this, [this, info] {
    change({{"filter", "\"" + info.name + "\" != missing"}});
  });
  if (info.type != data::ColumnType::Text) {
    menu->addAction(tr("Plot This Column"), this, [this, info] {
      change({{"y", std::vector<std::string>{info.name}}, {"plotted", true}});
    });
    menu->addAction(tr("Plot Against This Column"), this, [this, info] {
      change({{"x", info.name}, {"plotted", true}});
    });
  }
  menu->addSeparator();
  menu->addAction(icon(QStringLiteral("copy"), style_), tr("Copy Name"), this,
                  [info] { QApplication::clipboard()->setText(text(info.name)); });
  menu->popup(header_->viewport()->mapToGlobal(at));
}

void TablePane::cellMenu(const QPoint& at) {
  const QModelIndex cell = table_->indexAt(at);
  auto* menu = new QMenu(this);
  menu->setAttribute(Qt::WA_DeleteOnClose);
  QAction* rows =
      menu->addAction(icon(QStringLiteral("copy"), style_), tr("Copy Rows\tCtrl+C"), this, &TablePane::copy);
  rows->setEnabled(rows_->selected() > 0);
  if (cell.isValid())
    menu->addAction(tr("Copy Cell"), this, [cell] {
      const QVariant exact = cell.data(Qt::ToolTipRole);
      QApplication::clipboard()->setText(exact.isValid() ? exact.toString() : cell.data().toString());
    });
  menu->addAction(tr("Select All\tCtrl+A"), table_, &QTableView::selectAll);
  menu->addSeparator();
  menu->addAction(icon(QStringLiteral("export"), style_), tr("Export Rows Shown as CSV…"), this, &TablePane::exportCsv);
  menu->popup(table_->viewport()->mapToGlobal(at));
}

void TablePane::begin(RowStream* stream, const QString& words) {
  if (stream_) stream_->cancel();
  stream_ = stream;
  working_->setText(words);
  progress_->setRange(0, 1000);
  progress_->setValue(0);
  for (QWidget* busy : std::initializer_list<QWidget*>{working_, progress_, stop_})
    busy->show();
  QObject::connect(stream, &RowStream::progress, this, [this](qint64 done, qint64 of) {
    progress_->setValue(of > 0 ? static_cast<int>(1000 * done / of) : 0);
  });
  QObject::connect(stream, &RowStream::ended, this, [this] {
    for (QWidget* idle : std::initializer_list<QWidget*>{working_, progress_, stop_})
      idle->hide();
  });
  stream->start();
}

void TablePane::copy() {
  std::vector<RowStream::Stretch> stretches;
  for (const QItemSelectionRange& range : table_->selectionModel()->selection())
    if (range.left() == 0) stretches.emplace_back(range.top(), range.height());
  std::sort(stretches.begin(), stretches.end());
  if (stretches.empty()) return;
  if (rows_->selected() * model_->columnCount() > mostCopied) {
    Q_EMIT reported(tr("So many rows don't fit on the clipboard; export them as CSV instead."));
    return;
  }
  const auto lines = std::make_shared<QString>(headingLine(model_->columns(), QLatin1Char('\t')));
  auto* stream = new RowStream(
      provider_, model_->request(), std::move(stretches),
      [lines](const data::TableRows& rows) {
        *lines += linesOf(rows, QLatin1Char('\t'));
        return true;
      },
      this);
  QObject::connect(stream, &RowStream::ended, this, [this, lines](bool whole, const QString& error) {
    if (whole) QApplication::clipboard()->setText(*lines);
    if (!error.isEmpty()) Q_EMIT reported(error);
  });
  begin(stream, tr("Copying…"));
}

void TablePane::exportCsv() {
  const session::Table* table = current();
  if (!table || model_->columnCount() == 0) return;
  auto* dialog = new QFileDialog(this, tr("Export Rows as CSV"), QFileInfo(text(table->path)).path(),
                                 tr("Comma-separated values (*.csv)"));
  dialog->setAttribute(Qt::WA_DeleteOnClose);
  dialog->setOption(QFileDialog::DontUseNativeDialog);
  dialog->setAcceptMode(QFileDialog::AcceptSave);
  dialog->setDefaultSuffix(QStringLiteral("csv"));
  dialog->selectFile(QFileInfo(text(table->path)).completeBaseName() + QStringLiteral("-rows.csv"));
  QObject::connect(dialog, &QFileDialog::fileSelected, this, &TablePane::writeCsv);
  dialog->open();
}

void TablePane::writeCsv(const QString& file) {
  const auto out = std::make_shared<QSaveFile>(file);
  const auto failed = [this, file, out] {
    Q_EMIT reported(tr("%1 can't be written: %2").arg(file, out->errorString()));
  };
  if (!out->open(QIODevice::WriteOnly)) return failed();
  out->write(headingLine(model_->columns(), QLatin1Char(',')).toUtf8());
  auto* stream = new RowStream(
      provider_, model_->request(), {{0, model_->matching()}},
      [out](const data::TableRows& rows) {
        const QByteArray bytes = linesOf(rows, QLatin1Char(',')).toUtf8();
        return out->write(bytes) == bytes.size();
      },
      this);
  QObject::connect(stream, &RowStream::ended, this, [this, failed, file, out](bool whole, const QString& error) {
    if (!error.isEmpty()) {
      out->cancelWriting();
      Q_EMIT reported(error);
    } else if (whole ? !out->commit() : out->error() != QFileDevice::NoError) {
      failed();
    } else if (whole) {
      Q_EMIT reported(tr("Exported %1.").arg(file));
    }
  });
  begin(stream, tr("Exporting…"));
}

void TablePane::closeTable() {
  if (current()) link_.run("removeTable", {{"id", link_.state().table}});
}

} // namespace discern::views
