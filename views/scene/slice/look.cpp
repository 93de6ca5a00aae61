#include "scene/slice/look.h"

#include "scene/overlay/furniture.h"

#include <algorithm>
#include <cmath>

namespace discern::scene {
namespace {

std::pair<int, int> sizeOfSlice(const data::Block& block, const Cut& cut) {
  const data::Index3 shape = block.slab.box.shape();
  return {static_cast<int>(shape[static_cast<std::size_t>(cut.s)]),
          static_cast<int>(shape[static_cast<std::size_t>(cut.t)])};
}

void drawValues(LayerPicture& picture, const data::FieldInfo& field, const Look& look, const ColorMap& map) {
  const auto [width, height] = sizeOfSlice(*look.block, look.cut);
  std::vector<Rgba8> colours(static_cast<std::size_t>(width) * static_cast<std::size_t>(height));
  ColorMapper(map, look.scale).map(*look.block, field.missing, colours);
  picture.showFill(Placement(field, look.plane, look.cut, look.block->slab), width, height, colours, look.smooth);
  for (const auto which : {LayerPicture::Contour::Halo, LayerPicture::Contour::Line,
                           LayerPicture::Contour::SelectionHalo, LayerPicture::Contour::Selection})
    picture.hideContour(which);
}

LayerPicture::Stroke haloFor(const LayerPicture::Stroke& line, double extra) {
  return {haloOf(line.colour), line.width + extra, line.opacity};
}

void drawLabels(LayerPicture& picture, const data::FieldInfo& field, const Look& look) {
  using Contour = LayerPicture::Contour;
  const auto [width, height] = sizeOfSlice(*look.block, look.cut);
  const Placement placement(field, look.plane, look.cut, look.block->slab);
  LabelSlice slice = labelSlice(*look.block, field.missing);
  slice.width = width;
  slice.height = height;
  if (look.fill.opacity > 0) {
    std::vector<Rgba8> colours(slice.labels.size());
    fillLabels(slice, look.fill, colours);
    picture.showFill(placement, width, height, colours, false);
  } else {
    picture.hideFill();
  }
  const auto edges = labelEdges(slice, [](std::int64_t) { return true; });
  picture.showContour(Contour::Line, placement, edges, look.line);
  const double extra = std::max(2.0, std::round(1.4 * look.line.width));
  if (look.halo)
    picture.showContour(Contour::Halo, placement, edges, haloFor(look.line, extra));
  else
    picture.hideContour(Contour::Halo);
  if (look.selected.empty()) {
    picture.hideContour(Contour::Selection);
    picture.hideContour(Contour::SelectionHalo);
    return;
  }
  const auto chosen = labelEdges(slice, [&](std::int64_t label) { return look.selected.contains(label); });
  picture.showContour(Contour::Selection, placement, chosen, look.selectedLine);
  picture.showContour(Contour::SelectionHalo, placement, chosen, haloFor(look.selectedLine, extra));
}

} // namespace

bool drawsLabels(const session::Layer& layer, const data::FieldInfo& field) {
  return layer.role != session::Role::Image || field.labels;
}

data::Slab slabFor(const session::Layer& layer, const data::FieldInfo& field, data::Slab slab) {
  slab.single = slab.level > 0 && drawsLabels(layer, field) && !field.labels;
  return slab;
}

Look lookOf(const session::Layer& layer, const data::FieldInfo& field, const data::Statistics* statistics,
            const Theme& theme, double scale, bool bottom, const std::set<std::int64_t>& selected) {
  Look look;
  look.labels = drawsLabels(layer, field);
  if (!look.labels) {
    look.colormap = layer.colormap;
    look.scale.range = rangeInForce(layer, statistics);
    look.scale.invert = layer.invert;
    look.scale.logarithmic = layer.logarithmic;
    look.scale.steps = layer.steps;
    look.scale.below = colourFrom(layer.belowColor);
    look.scale.above = colourFrom(layer.aboveColor);
    look.scale.opacity = layer.opacity;
    look.scale.opacityPoints = layer.opacityPoints;
    look.scale.opacityOnSlices = layer.opacityOnSlices;
    look.scale.missing = bottom ? toRgba8(theme.missing, layer.opacity) : Rgba8{0, 0, 0, 0};
    if (const auto missing = colourFrom(layer.missingColor))
      look.scale.missing = toRgba8(*missing, layer.opacity);
    else if (!layer.missingColor.empty())
      look.scale.missing = {0, 0, 0, 0};
    look.smooth = true;
    return look;
  }
  const bool truth = layer.role == session::Role::Truth;
  const bool mask = statistics && statistics->max <= 1;
  look.fill.opacity = truth || layer.outline ? 0 : 0.45 * layer.opacity;
  look.fill.highlighted = selected;
  if (mask && layer.role == session::Role::Prediction) look.fill.single = theme.prediction;
  look.halo = truth;
  look.line.colour = truth ? theme.truth : layer.role == session::Role::Prediction ? theme.prediction : theme.text;
  look.line.width = std::max(1.0, std::round((truth ? 1.5 : 1.0) * scale));
  look.line.opacity = layer.opacity;
  look.selected = selected;
  look.selectedLine = look.line;
  look.selectedLine.colour = truth ? theme.truth : theme.accent;
  look.selectedLine.width = std::max(3.0, std::round(3 * scale));
  return look;
}

void drawLook(LayerPicture& picture, const data::FieldInfo& field, const Look& look, const ColorMap* map) {
  if (look.labels)
    drawLabels(picture, field, look);
  else if (map)
    drawValues(picture, field, look, *map);
}

bool sameGrid(const data::FieldInfo& a, const data::FieldInfo& b) {
  if (a.shape != b.shape || a.coordinates != b.coordinates) return false;
  const data::Vec3 spacing = a.indexToWorld.spacing();
  const double tolerance = 1e-3 * std::min({spacing[0], spacing[1], spacing[2]});
  for (std::size_t i = 0; i < 12; ++i) // a thousandth of a voxel at the far end of the grid
    if (std::abs(a.indexToWorld.m[i] - b.indexToWorld.m[i]) * (i % 4 == 3 ? 1.0 : static_cast<double>(a.shape[i % 4])) >
        tolerance)
      return false;
  return true;
}

void drawVerdicts(LayerPicture& picture, const data::FieldInfo& truthField, const data::Block& truth,
                  const data::FieldInfo& predictionField, const data::Block& prediction, const Plane& plane,
                  const Cut& cut, const Theme& theme) {
  const auto [width, height] = sizeOfSlice(truth, cut);
  const bool sameNames = !truthField.labelNames.empty() && truthField.labelNames == predictionField.labelNames;
  const std::vector<Verdict> verdicts =
      compareSlices(labelSlice(truth, truthField.missing), labelSlice(prediction, predictionField.missing), sameNames);
  constexpr double opacity = 0.8;
  const std::array<Rgba8, 5> colours{Rgba8{0, 0, 0, 0}, toRgba8(theme.missed, opacity),
                                     toRgba8(theme.spurious, opacity), toRgba8(theme.split, opacity),
                                     toRgba8(theme.merged, opacity)};
  std::vector<Rgba8> picked(verdicts.size());
  std::transform(verdicts.begin(), verdicts.end(), picked.begin(),
                 [&](Verdict verdict) { return colours[static_cast<std::size_t>(verdict)]; });
  picture.showFill(Placement(truthField, plane, cut, truth.slab), width, height, picked, false);
}

} // namespace discern::scene
