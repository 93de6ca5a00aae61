#include "scene/diagram/counts/confusion_panel.h"
#include "scene/diagram/counts/groups_panel.h"
#include "scene/diagram/counts/histogram_panel.h"
#include "scene/diagram/counts/scatter_panel.h"
#include "scene/diagram/diagram_panel.h"
#include "scene/diagram/matrix/matrix_panel.h"
#include "scene/diagram/matrix/network_panel.h"
#include "scene/diagram/rows/table_rows.h"
#include "scene/diagram/time/carpet_panel.h"
#include "scene/diagram/time/spectrum_panel.h"

namespace discern::scene {

std::string panelNameOf(const session::Diagram& diagram) { return diagram.kind + ":" + diagram.id; }

const std::vector<std::string>& drawnKinds() {
  static const std::vector<std::string> kinds{"scatter",   "histogram", "spectrum", "spectrogram", "carpet", "matrix",
                                              "confusion", "groups",    "network",  "parallel",    "pairs"};
  return kinds;
}

std::unique_ptr<DiagramPanel> makeDiagramPanel(const std::string& name, Context context) {
  const std::size_t colon = name.find(':');
  if (colon == std::string::npos) return nullptr;
  const std::string kind = name.substr(0, colon), id = name.substr(colon + 1);
  if (kind == "matrix") return makeMatrixPanel(std::move(context), id);
  if (kind == "scatter") return makeScatterPanel(std::move(context), id);
  if (kind == "histogram") return makeHistogramPanel(std::move(context), id);
  if (kind == "spectrum") return makeSpectrumPanel(std::move(context), id, false);
  if (kind == "spectrogram") return makeSpectrumPanel(std::move(context), id, true);
  if (kind == "confusion") return makeConfusionPanel(std::move(context), id);
  if (kind == "groups") return makeGroupsPanel(std::move(context), id);
  if (kind == "network") return makeNetworkPanel(std::move(context), id);
  if (kind == "parallel") return makeParallelPanel(std::move(context), id);
  if (kind == "pairs") return makePairsPanel(std::move(context), id);
  if (kind == "carpet") return makeCarpetPanel(std::move(context), id);
  return nullptr;
}

} // namespace discern::scene
