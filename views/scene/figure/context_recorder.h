#pragma once
#include "scene/overlay/drawing.h"

class vtkContextScene;
class vtkRenderer;
class vtkTextProperty;

namespace discern::scene {

/// What a scene of VTK's 2D context (a chart) draws into a renderer, as lines, areas and letters.
[[nodiscard]] Drawing recordScene(vtkContextScene* scene, vtkRenderer* renderer);

/// Words as VTK places them at an anchor, whatever their justification and orientation.
[[nodiscard]] Drawing::Text textAt(double x, double y, const std::string& words, vtkTextProperty* property);

} // namespace discern::scene
