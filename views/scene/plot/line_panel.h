#pragma once
#include "scene/plot/plot_panel.h"

namespace discern::scene {

/// Fields along their one axis, a line for each visible layer that has just one: spectra, seismograms, profiles. The
/// mark is the cursor, or the time step. Panel "line"; its ranges are State::plots["line"].
class LinePanel : public PlotPanel {
public:
  using PlotPanel::PlotPanel;
  /// The axis below is time.
  [[nodiscard]] virtual bool overTime() const = 0;
  /// The step, or the index along the axis, that lies at a place of the axis below; of the first line.
  [[nodiscard]] virtual std::optional<std::int64_t> indexAt(double x) const = 0;
  /// Where the mark stands; nothing is plotted: none.
  [[nodiscard]] std::optional<double> marked() const { return mark(); }
  /// The title of the axis below.
  [[nodiscard]] std::string axisName() const { return acrossTitle(); }
  /// The world position for an index of the first line; over time: none.
  [[nodiscard]] virtual std::optional<data::Vec3> worldOf(std::int64_t index) const = 0;
};

[[nodiscard]] std::unique_ptr<LinePanel> makeLinePanel(Context context);

} // namespace discern::scene
