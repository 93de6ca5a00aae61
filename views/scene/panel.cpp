#include "scene/panel.h"

#include "data/error.h"
#include "scene/blank_panel.h"

namespace discern::scene {

std::unique_ptr<Panel> makePanel(const std::string& name, Context context) {
  for (const char* known : {"axial", "coronal", "sagittal", "volume", "map", "course"})
    if (name == known) return makeBlankPanel(name, std::move(context));
  throw data::UsageError("there is no view called \"" + name +
                         "\"; there are axial, coronal, sagittal, volume, map and course");
}

} // namespace discern::scene
