#pragma once
#include "data/field_info.h"
#include "session/state.h"

class vtkCamera;

namespace discern::scene {

inline constexpr double viewAngle = 30; ///< degrees, upright: VTK's own

/// Where the camera of the 3D panel stands until someone moves it: brains from the front, a little from above and the
/// side, superior up; images with their first row at the top and their first slice in front; other data with z up.
/// `aspect`: width / height.
[[nodiscard]] session::View3D fittedView(const data::FieldInfo& field, double aspect);

/// Looking along a world axis ('x', 'y', 'z'; upper case: from the other side), at the distance of `from`.
[[nodiscard]] session::View3D alongAxis(const data::FieldInfo& field, const session::View3D& from, char axis);

void apply(const session::View3D& view, vtkCamera* camera);
[[nodiscard]] session::View3D viewOf(vtkCamera* camera);

} // namespace discern::scene
