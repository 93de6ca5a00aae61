#pragma once
#include "data/block.h"
#include "link/link.h"
#include "style/style.h"

#include <QWidget>

class QButtonGroup;
class QLabel;
class QSortFilterProxyModel;
class QStackedWidget;
class QTableView;

namespace discern::views {

class DisagreementModel;
class MetricsStrip;

/// Prediction against truth: the metrics, how the pair is drawn, and the table of where they disagree, worst first. A
/// click on a row, N or Shift+N takes every view there. Reads the tables "metrics" and "disagreements" of
/// <comparison.result>/result.h5.
class DisagreementView final : public QWidget {
  Q_OBJECT
public:
  DisagreementView(link::Link& link, data::FieldProvider& provider, const Style& style, QWidget* parent = nullptr);
  void setStyle(const Style& style);
  [[nodiscard]] QTableView& table() const { return *table_; }
  [[nodiscard]] DisagreementModel& model() const { return *model_; }
  /// The table, or its selected rows, as tab-separated values with a header line.
  [[nodiscard]] QString asText(bool selectedOnly) const;

public Q_SLOTS:
  void step(int by); ///< next (+1) or previous (−1) row in the order shown; starts with the first
  void refresh();    ///< reads the result again
  void copy() const;
  void exportCsv();

Q_SIGNALS:
  void compareRequested(); ///< the button of the empty state

protected:
  void resizeEvent(QResizeEvent* event) override;

private:
  void fitColumns();
  void go(int proxyRow);
  void followState();
  void showPage();
  link::Link& link_;
  data::FieldProvider& provider_;
  Style style_;
  std::string shown_; ///< result folder that the table holds
  DisagreementModel* model_;
  QSortFilterProxyModel* sorted_;
  QTableView* table_;
  MetricsStrip* metrics_;
  QButtonGroup* modes_;
  QLabel *empty_, *count_;
  QStackedWidget* pages_;
};

} // namespace discern::views
