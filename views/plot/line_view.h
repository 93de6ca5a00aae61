#pragma once
#include "plot/plot_view.h"

namespace discern::views {

/// Fields along their one axis. A click or a drag puts the cursor there, or goes to that time; arrows step samples.
class LineView final : public PlotView {
  Q_OBJECT
public:
  LineView(link::Link& link, data::FieldProvider& provider, const Style& style, QWidget* parent = nullptr);

protected:
  void press(const QPointF& at, Qt::KeyboardModifiers held) override;
  void drag(const QPointF& from, const QPointF& to) override;
  void release(const QPointF&, const QPointF&, Qt::KeyboardModifiers) override {}
  void step(int by) override;
  [[nodiscard]] QString acrossName() const override;

private:
  void goTo(std::int64_t index);
};

} // namespace discern::views
