#pragma once
#include "scene/diagram/diagram_panel.h"

namespace discern::scene {

/// The frequencies in the time course of the voxel under the cursor: as one line (kind "spectrum"), or as they change
/// with time ("spectrogram", where a click goes to that time).
class SpectrumPanel : public DiagramPanel {
public:
  using DiagramPanel::DiagramPanel;
  [[nodiscard]] virtual const data::SpectrumAnswer& spectrum() const = 0;
};

[[nodiscard]] std::unique_ptr<SpectrumPanel> makeSpectrumPanel(Context context, std::string id, bool overTime);

/// "Hz" for seconds, else "cycles per day"; of a time unit "s", "days", "step".
[[nodiscard]] std::string frequencyUnit(const std::string& timeUnit);

} // namespace discern::scene
