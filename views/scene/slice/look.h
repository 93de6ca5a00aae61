#pragma once
#include "scene/slice/layer_picture.h"
#include "session/state.h"

#include <set>
#include <string>

namespace discern::scene {

/// True when a layer is drawn as named things rather than as values.
[[nodiscard]] bool drawsLabels(const session::Layer& layer, const data::FieldInfo& field);
/// The slab as a layer wants it: what is drawn as labels must hold labels also on coarse levels, never means of them.
[[nodiscard]] data::Slab slabFor(const session::Layer& layer, const data::FieldInfo& field, data::Slab slab);

/// Everything that decides what one layer looks like on a slice. Two equal looks are the same picture.
struct Look {
  data::BlockPtr block;
  Cut cut;
  Plane plane;
  // Values
  std::string colormap;
  ColorScale scale;
  bool smooth = false;
  // Labels
  bool labels = false;
  LabelFill fill;
  bool halo = false;
  LayerPicture::Stroke line, selectedLine;
  std::set<std::int64_t> selected;
  bool operator==(const Look&) const = default;
};

/// The look that role, colours and selection give a layer; block, cut and plane are left to the caller. Truth: contour
/// with a halo. Prediction: fill in label colours (one colour for a mask of a single label) and a thin contour.
/// `bottom`: the lowest image, whose missing values are painted.
[[nodiscard]] Look lookOf(const session::Layer& layer, const data::FieldInfo& field, const data::Statistics* statistics,
                          const Theme& theme, double scale, bool bottom, const std::set<std::int64_t>& selected);

/// `map`: the colour map that the look names; labels don't use it.
void drawLook(LayerPicture& picture, const data::FieldInfo& field, const Look& look, const ColorMap* map);

/// Same shape and place: what may be compared voxel by voxel.
[[nodiscard]] bool sameGrid(const data::FieldInfo& a, const data::FieldInfo& b);

/// Missed, spurious, split and merged voxels in their colours; agreement is left clear.
void drawVerdicts(LayerPicture& picture, const data::FieldInfo& truthField, const data::Block& truth,
                  const data::FieldInfo& predictionField, const data::Block& prediction, const Plane& plane,
                  const Cut& cut, const Theme& theme);

} // namespace discern::scene
