#pragma once

class vtkRenderer;

namespace discern::scene {

/// Has a renderer blend translucent things one over the other, in the order in which they were added. VTK's own way for
/// them averages the colours whatever the order, which is right for surfaces in space and wrong for layers of a
/// picture.
void blendInOrder(vtkRenderer* renderer);

} // namespace discern::scene
