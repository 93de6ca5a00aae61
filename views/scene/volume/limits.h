#pragma once
#include "scene/volume/grid3d.h"

class vtkRenderWindow;

namespace discern::scene {

/// What the graphics of a window can hold: the longest edge of a 3D texture (GL_MAX_3D_TEXTURE_SIZE), and an eighth of
/// their own memory for one volume, where they say how much that is and are no software. To be asked while the window
/// draws.
[[nodiscard]] Limits3D limitsOf(vtkRenderWindow* window);

/// The same from what was asked. `memory`: bytes; 0: unknown.
[[nodiscard]] Limits3D limitsFrom(std::int64_t textureEdge, std::int64_t memory, bool software);

} // namespace discern::scene
