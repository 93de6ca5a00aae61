#pragma once
#include "data/block.h"
#include "link/link.h"
#include "style/style.h"

#include <QPointer>
#include <QTimer>
#include <QWidget>

class QLabel;
class QLineEdit;
class QProgressBar;
class QSplitter;
class QTabBar;
class QTableView;
class QToolButton;

namespace discern::views {

class AxesBar;
class RowLink;
class RowStream;
class RowHeader;
class TableHeader;
class TableModel;
class TablePlotView;

/// The tables of the session, one tab each: a filter, the rows, a plot of columns beside them, and below what they come
/// to. A click on a heading sorts (once more: the other way, a third time: as in the file); Ctrl+C copies rows; rows
/// selected here are marked in the plot and the other way round.
class TablePane final : public QWidget {
  Q_OBJECT
public:
  TablePane(link::Link& link, data::FieldProvider& provider, const Style& style, QWidget* parent = nullptr);
  ~TablePane() override;
  void setStyle(const Style& style);
  [[nodiscard]] bool settled() const;
  [[nodiscard]] QTableView& table() const { return *table_; }
  [[nodiscard]] TableModel& model() const { return *model_; }
  [[nodiscard]] QLineEdit& filter() const { return *filter_; }
  [[nodiscard]] QTabBar& tabs() const { return *tabs_; }
  [[nodiscard]] AxesBar& axes() const { return *axes_; }
  [[nodiscard]] TablePlotView* plot() const { return plot_; } ///< nullptr until a plot was shown
  [[nodiscard]] QString counted() const;                      ///< "12 of 1 000 rows · 3 selected"
  [[nodiscard]] QString summary() const;                      ///< of the column in hand
  [[nodiscard]] QString trouble() const;                      ///< why the filter shows nothing new; empty: all is well
  /// Writes the rows shown as CSV; a sentence by `reported` says how it ended.
  void writeCsv(const QString& file);

public Q_SLOTS:
  void copy();      ///< the selected rows, with a header line, tab-separated
  void exportCsv(); ///< asks where
  void closeTable();

Q_SIGNALS:
  void reported(const QString& sentence);

protected:
  bool eventFilter(QObject* watched, QEvent* event) override;

private:
  void buildTop();
  void buildMiddle();
  void buildFooter();
  void follow();
  void followTabs();
  void showTable(const session::Table* table);
  void rowsShown();
  void fitColumns();
  void sortBy(int column);
  void headerMenu(const QPoint& at);
  void cellMenu(const QPoint& at);
  void count();
  void summarise();
  void change(const nlohmann::json& properties);
  void begin(RowStream* stream, const QString& words);
  [[nodiscard]] const session::Table* current() const;

  link::Link& link_;
  data::FieldProvider& provider_;
  Style style_;
  TableModel* model_;
  RowLink* rows_ = nullptr;
  QTabBar* tabs_ = nullptr;
  QLineEdit* filter_ = nullptr;
  QLabel* trouble_ = nullptr;
  AxesBar* axes_ = nullptr;
  QToolButton* plotted_ = nullptr;
  QSplitter* middle_ = nullptr;
  QTableView* table_ = nullptr;
  TableHeader* header_ = nullptr;
  RowHeader* numbers_ = nullptr;
  TablePlotView* plot_ = nullptr;
  QLabel *counted_ = nullptr, *summary_ = nullptr, *working_ = nullptr;
  QProgressBar* progress_ = nullptr;
  QToolButton* stop_ = nullptr;
  QPointer<RowStream> stream_;
  QTimer typed_;
  std::string shown_;      ///< id of the table in the widget
  std::string fitted_;     ///< path and table whose columns have their widths
  std::string summarised_; ///< column in hand; empty: the first of the plot
  bool following_ = false;
  bool summarising_ = false;
};

} // namespace discern::views
