#pragma once
#include "scene/plot/plot_panel.h"

namespace discern::scene {

/// Columns of the table in front (State::table) against each other: lines where x never falls, else points. Rows that
/// are selected carry a rim. Panel "table"; its ranges are State::plots by the table's id.
class TablePanel : public PlotPanel {
public:
  using PlotPanel::PlotPanel;
  /// What is known of the columns; empty until the table was read.
  [[nodiscard]] virtual const std::vector<data::ColumnInfo>& columns() const = 0;
  /// The column below.
  [[nodiscard]] virtual std::string across() const = 0;
};

[[nodiscard]] std::unique_ptr<TablePanel> makeTablePanel(Context context);

} // namespace discern::scene
