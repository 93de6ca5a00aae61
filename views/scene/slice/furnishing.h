#pragma once
#include "scene/overlay/overlay.h"
#include "scene/slice/look.h"

namespace discern::scene {

/// What stands around a slice: letters, badge, crosshair, bars, legend and where the slice lies.
struct Furnishing {
  Overlay& overlay;
  const Theme& theme;
  const session::State& state;
  const Sight& sight;
  const Plane& plane;
  const std::string& panel;
  int width = 1, height = 1;
  double scale = 1;
  int level = 0;                            ///< of the leading field, as it is drawn
  const data::FieldInfo* leading = nullptr; ///< nullptr: there is nothing to show, and nothing is drawn
  const session::Layer* image = nullptr;    ///< of the colour bar
  const data::FieldInfo* imageField = nullptr;
  const Look* look = nullptr;
  const ColorMap* map = nullptr;
  bool first = false;    ///< the panel that carries colour bar and legend
  std::string mode = {}; ///< of the comparison
  bool difference = false, showsTruth = false, showsPrediction = false;
};
void furnishSlice(const Furnishing& what);

} // namespace discern::scene
