#include "disagreements/disagreement_view.h"
#include "disagreements/disagreement_model.h"
#include "disagreements/metrics_strip.h"
#include "style/even_digits.h"

#include <QApplication>
#include <QButtonGroup>
#include <QClipboard>
#include <QFileDialog>
#include <QFontInfo>
#include <QHBoxLayout>
#include <QHeaderView>
#include <QLabel>
#include <QMenu>
#include <QMessageBox>
#include <QPointer>
#include <QPushButton>
#include <QSaveFile>
#include <QScrollBar>
#include <QShortcut>
#include <QSortFilterProxyModel>
#include <QStackedWidget>
#include <QTableView>
#include <QToolButton>
#include <QVBoxLayout>
#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <numeric>

namespace discern::views {
namespace {

constexpr std::array modeNames{"overlay", "prediction", "truth", "difference"};

QString costUnitOf(const data::Table& table) {
  const auto& columns = table.info.columns;
  const auto cost = static_cast<std::size_t>(std::find(columns.begin(), columns.end(), "cost") - columns.begin());
  return cost < table.info.units.size() ? text(table.info.units[cost]) : QString();
}

} // namespace

DisagreementView::DisagreementView(link::Link& link, data::FieldProvider& provider, const Style& style, QWidget* parent)
    : QWidget(parent), link_(link), provider_(provider), style_(style), model_(new DisagreementModel(style, this)),
      sorted_(new QSortFilterProxyModel(this)) {
  setObjectName(QStringLiteral("disagreementView"));
  setAccessibleName(tr("Prediction against truth"));
  auto* whole = new QVBoxLayout(this);
  whole->setContentsMargins(0, 0, 0, 0);
  pages_ = new QStackedWidget(this);
  whole->addWidget(pages_);

  auto* nothing = new QWidget(pages_);
  auto* middle = new QVBoxLayout(nothing);
  middle->setContentsMargins(16, 16, 16, 16);
  middle->setSpacing(12);
  empty_ = new QLabel(nothing);
  empty_->setObjectName(QStringLiteral("emptyState"));
  setTone(empty_, "muted");
  empty_->setAlignment(Qt::AlignCenter);
  empty_->setWordWrap(true);
  auto* compare = new QPushButton(tr("Compare"), nothing);
  compare->setObjectName(QStringLiteral("primaryButton"));
  setTone(compare, "accent");
  compare->setToolTip(tr("Match the prediction's instances with the truth's"));
  QObject::connect(compare, &QPushButton::clicked, this, &DisagreementView::compareRequested);
  middle->addStretch(1);
  middle->addWidget(empty_);
  middle->addWidget(compare, 0, Qt::AlignHCenter);
  middle->addStretch(2);
  pages_->addWidget(nothing);

  auto* full = new QWidget(pages_);
  auto* rows = new QVBoxLayout(full);
  rows->setContentsMargins(8, 8, 8, 8);
  rows->setSpacing(8);
  metrics_ = new MetricsStrip(full);
  rows->addWidget(metrics_);
  auto* segments = new QHBoxLayout;
  segments->setSpacing(0);
  modes_ = new QButtonGroup(this);
  modes_->setExclusive(true);
  const std::array words{tr("Overlay"), tr("Prediction"), tr("Truth"), tr("Difference")};
  const std::array tips{tr("Prediction filled, truth outlined (O)"), tr("Prediction alone"), tr("Truth alone"),
                        tr("Where the two differ: missed and spurious (D)")};
  for (std::size_t i = 0; i < modeNames.size(); ++i) {
    auto* button = new QToolButton(full);
    button->setObjectName(QStringLiteral("segment"));
    button->setProperty("position", i == 0                      ? QStringLiteral("first")
                                    : i + 1 == modeNames.size() ? QStringLiteral("last")
                                                                : QStringLiteral("middle"));
    button->setText(words[i]);
    button->setAccessibleName(words[i]);
    button->setToolTip(tips[i]);
    button->setCheckable(true);
    button->setSizePolicy(QSizePolicy::Expanding, QSizePolicy::Fixed);
    modes_->addButton(button, static_cast<int>(i));
    segments->addWidget(button);
  }
  QObject::connect(modes_, &QButtonGroup::idClicked, this, [this](int id) {
    link_.run("setComparison", {{"mode", modeNames[static_cast<std::size_t>(id)]}});
  });
  rows->addLayout(segments);

  auto* bar = new QHBoxLayout;
  bar->setSpacing(4);
  count_ = new QLabel(full);
  setTone(count_, "muted");
  bar->addWidget(count_, 1);
  QToolButton* back =
      iconButton(QStringLiteral("previous"), tr("Previous disagreement"), QStringLiteral("Shift+N"), style_, full);
  QToolButton* forth = iconButton(QStringLiteral("next"), tr("Next disagreement"), QStringLiteral("N"), style_, full);
  QObject::connect(back, &QToolButton::clicked, this, [this] { step(-1); });
  QObject::connect(forth, &QToolButton::clicked, this, [this] { step(1); });
  bar->addWidget(back);
  bar->addWidget(forth);
  rows->addLayout(bar);

  sorted_->setSourceModel(model_);
  sorted_->setSortRole(Qt::UserRole);
  table_ = new QTableView(full);
  table_->setObjectName(QStringLiteral("disagreementTable"));
  table_->setAccessibleName(tr("Disagreements, worst first"));
  table_->setModel(sorted_);
  table_->setSortingEnabled(true);
  table_->sortByColumn(DisagreementModel::Rank, Qt::AscendingOrder);
  table_->setSelectionBehavior(QAbstractItemView::SelectRows);
  table_->setSelectionMode(QAbstractItemView::ExtendedSelection);
  table_->setEditTriggers(QAbstractItemView::NoEditTriggers);
  table_->setShowGrid(false);
  table_->setAlternatingRowColors(true);
  table_->setWordWrap(false);
  table_->setItemDelegate(new EvenDigitsDelegate(table_));
  table_->verticalHeader()->hide();
  table_->verticalHeader()->setDefaultSectionSize(28);
  table_->horizontalHeader()->setHighlightSections(false);
  table_->horizontalHeader()->setSectionResizeMode(QHeaderView::Interactive);
  table_->horizontalHeader()->setMinimumSectionSize(28);
  table_->setContextMenuPolicy(Qt::CustomContextMenu);
  rows->addWidget(table_, 1);
  pages_->addWidget(full);

  QObject::connect(table_, &QTableView::clicked, this, [this](const QModelIndex& at) {
    if (!(QApplication::keyboardModifiers() & (Qt::ControlModifier | Qt::ShiftModifier))) go(at.row());
  });
  QObject::connect(table_, &QTableView::activated, this, [this](const QModelIndex& at) { go(at.row()); });
  QObject::connect(table_, &QTableView::customContextMenuRequested, this, [this](const QPoint& at) {
    QMenu menu;
    menu.addAction(icon(QStringLiteral("copy"), style_), tr("Copy rows"), this, &DisagreementView::copy);
    menu.addAction(tr("Copy metrics"), this, [this] { QApplication::clipboard()->setText(metrics_->asText()); });
    menu.addSeparator();
    menu.addAction(icon(QStringLiteral("export"), style_), tr("Export as CSV…"), this, &DisagreementView::exportCsv);
    menu.exec(table_->viewport()->mapToGlobal(at));
  });
  auto* copyKeys = new QShortcut(QKeySequence::Copy, table_);
  copyKeys->setContext(Qt::WidgetShortcut);
  QObject::connect(copyKeys, &QShortcut::activated, this, &DisagreementView::copy);

  QObject::connect(&link_, &link::Link::stateChanged, this,
                   [this](const session::State& before, const session::State& after) {
                     if (before.comparison != after.comparison || before.layers.size() != after.layers.size())
                       followState();
                   });
  followState();
}

void DisagreementView::followState() {
  const session::Comparison& comparison = link_.state().comparison;
  modes_->setExclusive(false); // none of them: the curtain and the checkerboard are in the menu and the tool bar
  for (std::size_t i = 0; i < modeNames.size(); ++i)
    modes_->button(static_cast<int>(i))->setChecked(comparison.mode == modeNames[i]);
  modes_->setExclusive(true);
  if (comparison.result != shown_) {
    shown_ = comparison.result;
    refresh();
  } else {
    showPage();
  }
}

void DisagreementView::refresh() {
  model_->setRows({});
  metrics_->setTable({});
  showPage();
  if (shown_.empty()) return;
  const std::string path = shown_ + "/result.h5";
  const auto guard = QPointer<DisagreementView>(this);
  const auto failed = [guard, result = shown_](const std::string& why) {
    if (!guard || guard->shown_ != result) return;
    guard->empty_->setText(DisagreementView::tr("The comparison can't be read. %1").arg(text(why)));
    guard->pages_->setCurrentIndex(0);
  };
  provider_.open(path, [guard, failed, path, result = shown_](data::FieldProvider::Reply<data::DatasetInfo> opened) {
    if (!opened.error.empty()) return failed(opened.error);
    if (!guard || guard->shown_ != result) return;
    guard->provider_.table(path, "metrics", [guard, result](data::FieldProvider::Reply<data::Table> reply) {
      if (guard && guard->shown_ == result && reply.error.empty()) guard->metrics_->setTable(reply.value);
    });
    guard->provider_.table(path, "disagreements",
                           [guard, failed, result](data::FieldProvider::Reply<data::Table> reply) {
                             if (!reply.error.empty()) return failed(reply.error);
                             if (!guard || guard->shown_ != result) return;
                             guard->model_->setRows(disagreementsOf(reply.value), costUnitOf(reply.value));
                             guard->fitColumns();
                             guard->showPage();
                           });
  });
}

void DisagreementView::showPage() {
  const session::State& state = link_.state();
  const session::Comparison& comparison = state.comparison;
  const bool pair = state.layer(comparison.prediction) && state.layer(comparison.truth);
  if (comparison.result.empty()) {
    empty_->setText(pair ? tr("A prediction and a truth are loaded. Compare them to see where they disagree.")
                    : state.layer(comparison.prediction)
                        ? tr("Load the truth for this prediction, then compare the two to see where they disagree.")
                    : state.layer(comparison.truth)
                        ? tr("Run an analysis or load a prediction, then compare it with the truth.")
                        : tr("Run an analysis or load a prediction, load its truth, then compare the two."));
  }
  for (QPushButton* button : pages_->widget(0)->findChildren<QPushButton*>()) {
    button->setVisible(comparison.result.empty());
    button->setEnabled(pair);
  }
  if (comparison.result.empty()) {
    pages_->setCurrentIndex(0);
    return;
  }
  pages_->setCurrentIndex(1);
  const int rows = model_->rowCount();
  const int at = comparison.selected;
  count_->setText(rows == 0              ? tr("No disagreements")
                  : at >= 0 && at < rows ? tr("%1 of %2 disagreements").arg(at + 1).arg(rows)
                                         : tr("%1 disagreements, worst first").arg(rows));
  if (at >= 0 && at < rows) {
    const QModelIndex row = sorted_->mapFromSource(model_->index(at, 0));
    if (table_->currentIndex().row() != row.row() || !table_->selectionModel()->isRowSelected(row.row()))
      // Not selectRow(): while Shift is held, as in Shift+N, that one adds to the selection.
      table_->selectionModel()->setCurrentIndex(row, QItemSelectionModel::ClearAndSelect | QItemSelectionModel::Rows);
    table_->scrollTo(row);
  } else {
    table_->clearSelection();
  }
}

void DisagreementView::fitColumns() {
  // The rank is what the count above says; its column keeps the order to start from. (A reset model shows it again.)
  table_->setColumnHidden(DisagreementModel::Rank, true);
  // As wide as the widest entry or the heading; the kind takes what is left, and no less than its own words. Where
  // there is too little, the lists of labels give way, down to their headings: a tooltip says what they leave out.
  const QFont font = table_->font();
  QFont small = font;
  small.setPixelSize(QFontInfo(font).pixelSize() * 11 / 13); // as the style sheet has it
  constexpr int pad = 12, headingPad = 20, picture = 24;     // a heading has an arrow where it sorts
  std::array<int, DisagreementModel::Columns> widths{}, least{};
  for (int column = DisagreementModel::Kind; column < DisagreementModel::Columns; ++column) {
    const auto at = static_cast<std::size_t>(column);
    qreal widest =
        evenWidth(small, model_->headerData(column, Qt::Horizontal, Qt::DisplayRole).toString()) + headingPad;
    least[at] = static_cast<int>(std::ceil(widest));
    for (int row = 0; row < std::min(model_->rowCount(), 500); ++row)
      widest = std::max(widest, evenWidth(font, model_->index(row, column).data().toString()) + pad +
                                    (column == DisagreementModel::Kind ? picture : 0));
    widths[at] = static_cast<int>(std::ceil(widest));
  }
  int spare = table_->width() - 2 * table_->frameWidth() - table_->verticalScrollBar()->sizeHint().width() -
              std::accumulate(widths.begin(), widths.end(), 0);
  for (const std::size_t list : {std::size_t{DisagreementModel::Prediction}, std::size_t{DisagreementModel::Truth}}) {
    const int given = std::clamp(-spare, 0, widths[list] - least[list]);
    widths[list] -= given;
    spare += given;
  }
  widths[DisagreementModel::Kind] += std::max(0, spare);
  for (int column = DisagreementModel::Kind; column < DisagreementModel::Columns; ++column)
    table_->setColumnWidth(column, widths[static_cast<std::size_t>(column)]);
}

void DisagreementView::resizeEvent(QResizeEvent* event) {
  QWidget::resizeEvent(event);
  fitColumns();
}

void DisagreementView::go(int proxyRow) {
  const QModelIndex source = sorted_->mapToSource(sorted_->index(proxyRow, 0));
  if (!source.isValid()) return;
  const Disagreement& row = model_->rows()[static_cast<std::size_t>(source.row())];
  const session::Comparison& comparison = link_.state().comparison;
  std::map<std::string, std::vector<std::int64_t>> selection;
  if (!comparison.prediction.empty() && !row.predictions().empty())
    selection[comparison.prediction] = row.predictions();
  if (!comparison.truth.empty() && !row.truths().empty()) selection[comparison.truth] = row.truths();
  link_.run("showDisagreement", {{"row", source.row()}, {"world", row.position}, {"selection", selection}});
}

void DisagreementView::step(int by) {
  const int rows = sorted_->rowCount();
  if (rows == 0) return;
  const int selected = link_.state().comparison.selected;
  int next = by > 0 ? 0 : rows - 1;
  if (selected >= 0 && selected < rows)
    next = (((sorted_->mapFromSource(model_->index(selected, 0)).row() + by) % rows) + rows) % rows;
  go(next);
}

QString DisagreementView::asText(bool selectedOnly) const {
  QString lines = QStringLiteral("kind\ttruth\tprediction\tpartners\tiou\tvoxels\tcost\tx\ty\tz");
  const bool some = selectedOnly && table_->selectionModel()->hasSelection();
  for (int at = 0; at < sorted_->rowCount(); ++at) {
    const QModelIndex shownRow = sorted_->index(at, 0);
    if (some && !table_->selectionModel()->isRowSelected(at)) continue;
    const Disagreement& row = model_->rows()[static_cast<std::size_t>(sorted_->mapToSource(shownRow).row())];
    const auto full = [](double value) { return QString::number(value, 'g', 12); };
    QStringList partners;
    for (const std::int64_t label : row.partners)
      partners << QString::number(label);
    lines += QLatin1Char('\n') + QStringList{text(row.kind),
                                             QString::number(row.truth),
                                             QString::number(row.prediction),
                                             partners.join(QLatin1Char(' ')),
                                             full(row.iou),
                                             QString::number(row.voxels),
                                             full(row.cost),
                                             full(row.position[0]),
                                             full(row.position[1]),
                                             full(row.position[2])}
                                     .join(QLatin1Char('\t'));
  }
  return lines;
}

void DisagreementView::copy() const { QApplication::clipboard()->setText(asText(true)); }

void DisagreementView::exportCsv() {
  const QString name = QFileDialog::getSaveFileName(
      this, tr("Export disagreements"), QStringLiteral("disagreements.csv"), tr("Comma-separated values (*.csv)"));
  if (name.isEmpty()) return;
  QSaveFile file(name);
  const QByteArray bytes = asText(false).replace(QLatin1Char('\t'), QLatin1Char(',')).toUtf8() + '\n';
  if (!file.open(QIODevice::WriteOnly) || file.write(bytes) != bytes.size() || !file.commit())
    QMessageBox::warning(this, tr("Export disagreements"),
                         tr("%1 could not be written: %2").arg(name, file.errorString()));
}

void DisagreementView::setStyle(const Style& style) {
  style_ = style;
  model_->setStyle(style);
  restyle(this, style);
}

} // namespace discern::views
