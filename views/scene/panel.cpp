#include "scene/panel.h"

#include "data/error.h"
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
  throw data::UsageError("there is no view called \"" + name +
                         "\"; there are axial, coronal, sagittal, volume, map, course, line and table");
}

} // namespace discern::scene
