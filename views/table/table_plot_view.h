#pragma once
#include "plot/plot_view.h"
#include "scene/plot/plot_panel.h"

namespace discern::views {

/// Columns of the table in front against each other. A click on a point selects its row (Ctrl adds), a drag selects the
/// rows inside; arrows step from the selected row to its neighbours in the file.
class TablePlotView final : public PlotView {
  Q_OBJECT
public:
  TablePlotView(link::Link& link, data::FieldProvider& provider, const Style& style, QWidget* parent = nullptr);

Q_SIGNALS:
  void tooMany(qint64 rows); ///< a drag held more rows than can be selected

protected:
  void press(const QPointF&, Qt::KeyboardModifiers) override {}
  void drag(const QPointF& from, const QPointF& to) override;
  void release(const QPointF& from, const QPointF& to, Qt::KeyboardModifiers held) override;
  void mouseDoubleClickEvent(QMouseEvent* event) override;
  [[nodiscard]] bool canBeMaximised() const override { return false; }
  void step(int by) override;
  [[nodiscard]] QString acrossName() const override;

private:
  /// nullptr: the panel is none of points.
  [[nodiscard]] scene::PlotPanel* plot() const { return dynamic_cast<scene::PlotPanel*>(&panel()); }
  void selectInside(const QPointF& from, const QPointF& to, bool add);
  void take(const std::string& table, std::set<std::int64_t> rows, bool add);
};

/// Rows of a table that can be selected together.
inline constexpr std::int64_t mostSelected = 10'000;

} // namespace discern::views
