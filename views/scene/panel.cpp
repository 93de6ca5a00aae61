#include "scene/panel.h"

#include "data/error.h"
#include "scene/diagram/diagram_panel.h"
#include "scene/map/map_panel.h"
#include "scene/plot/course_panel.h"
#include "scene/plot/line_panel.h"
#include "scene/plot/table_panel.h"
#include "scene/slice/slice_panel.h"
#include "scene/volume/volume_panel.h"

namespace discern::scene {

std::unique_ptr<Panel> makePanel(const std::string& name, Context context) {
  for (const char* slice : {"axial", "coronal", "sagittal"})
    if (name == slice) return makeSlicePanel(name, std::move(context));
  if (name == "volume") return makeVolumePanel(std::move(context));
  if (name == "map") return makeMapPanel(std::move(context));
  if (name == "course") return makeCoursePanel(std::move(context));
  if (name == "line") return makeLinePanel(std::move(context));
  if (name == "table") return makeTablePanel(std::move(context));
  const bool diagram = name.find(':') != std::string::npos;
  if (std::unique_ptr<Panel> made = diagram ? makeDiagramPanel(name, std::move(context)) : nullptr) return made;
  throw data::UsageError("there is no view called \"" + name +
                         "\"; there are axial, coronal, sagittal, volume, map, course, line and table, and of a plot "
                         "its kind and id, such as matrix:D1");
}

} // namespace discern::scene
