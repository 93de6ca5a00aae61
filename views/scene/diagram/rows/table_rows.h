#pragma once
#include "scene/diagram/diagram_panel.h"

namespace discern::scene {

/// A diagram of a table's rows: it holds the numbers of some columns, of the rows that the table's filter leaves. Rows
/// that are enclosed become those of State::selection.
class RowsPanel : public DiagramPanel {
public:
  static constexpr std::int64_t most = 20'000; ///< rows that are looked at
  using DiagramPanel::DiagramPanel;
  struct Column {
    std::string name, unit;
    std::vector<double> values; ///< one a row; NaN: missing
    double low = 0, high = 1;   ///< of those; low < high
  };
  [[nodiscard]] const std::vector<Column>& columns() const { return columns_; }
  [[nodiscard]] bool complete() const override { return DiagramPanel::complete() && !*reading_; }
  [[nodiscard]] std::vector<Choice> choices() const override;
  [[nodiscard]] bool encloses() const override { return true; }
  [[nodiscard]] std::vector<session::Command> click(Pixel pixel, bool add) const override;
  [[nodiscard]] Sheet sheet() const override;

protected:
  void ask() override;
  [[nodiscard]] bool empty() const override { return columns_.size() < 2 || rows_.empty(); }
  [[nodiscard]] std::string emptyText() const override;
  [[nodiscard]] std::string restText() const override;
  /// What is drawn changed: other rows, another selection.
  virtual void arrange() = 0;
  [[nodiscard]] virtual std::size_t mostColumns() const = 0;
  [[nodiscard]] const session::Table* table() const { return diagram() ? state_.tableOf(diagram()->x) : nullptr; }
  [[nodiscard]] bool isChosen(std::size_t row) const;
  [[nodiscard]] std::size_t count() const { return rows_.size(); }
  /// The command that chooses rows (places in the columns).
  [[nodiscard]] std::vector<session::Command> choose(const std::vector<std::size_t>& places, bool add) const;

private:
  void take(const session::Table& of, data::TableRows rows);
  std::string askedRows_, error_, seen_;
  std::vector<Column> columns_;
  std::vector<std::int64_t> rows_; ///< of the table
  std::int64_t matching_ = 0;
  std::vector<std::uint8_t> chosen_;
  std::array<int, 2> arranged_{0, 0}; ///< the size that was drawn for
  std::shared_ptr<bool> reading_ = std::make_shared<bool>(false);
};

/// Every row as a line across upright axes, one a column; shades say how many lie there. A drag along an axis chooses
/// the rows that pass through it.
[[nodiscard]] std::unique_ptr<RowsPanel> makeParallelPanel(Context context, std::string id);
/// Columns against each other, pair by pair, and how often values occur on the diagonal. A drag in a cell chooses rows.
[[nodiscard]] std::unique_ptr<RowsPanel> makePairsPanel(Context context, std::string id);

} // namespace discern::scene
