#include "scene/slice/chosen_voxels.h"

#include <algorithm>
#include <cmath>

namespace discern::scene {

ChosenVoxels::ChosenVoxels(const Context& context, vtkRenderer* renderer, std::function<void()> changed)
    : feed_(context, std::move(changed)), picture_(renderer) {
  (void)picture_.setOrdinal(600);
}

void ChosenVoxels::draw(const data::FieldInfo* field, const Plane& plane, const Cut& cut, const Theme& theme,
                        double scale) {
  const data::BlockPtr& block = feed_.block();
  if (!field || !block) {
    picture_.hide();
    drawn_ = {};
    return;
  }
  Drawn now{block, plane, cut, theme.accent, scale};
  if (now == drawn_) return;
  drawn_ = std::move(now);
  const data::Index3 shape = block->slab.box.shape();
  LabelSlice slice = labelSlice(*block, std::nullopt);
  slice.width = static_cast<int>(shape[static_cast<std::size_t>(cut.s)]);
  slice.height = static_cast<int>(shape[static_cast<std::size_t>(cut.t)]);
  if (static_cast<std::size_t>(slice.width) * static_cast<std::size_t>(slice.height) != slice.labels.size())
    return picture_.hide(); // of another direction
  LabelFill fill;
  fill.opacity = 0.4;
  fill.single = theme.accent;
  std::vector<Rgba8> colours(slice.labels.size());
  fillLabels(slice, fill, colours);
  const Placement placement(*field, plane, cut, block->slab);
  picture_.showFill(placement, slice.width, slice.height, colours, false);
  const auto edges = labelEdges(slice, [](std::int64_t) { return true; });
  picture_.showContour(LayerPicture::Contour::Line, placement, edges,
                       {theme.accent, std::max(1.0, std::round(scale)), 1});
}

} // namespace discern::scene
