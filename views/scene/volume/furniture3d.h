#pragma once
#include "data/field_info.h"
#include "scene/overlay/overlay.h"

class vtkActor;
class vtkCamera;

namespace discern::scene {

/// What stands in space beside the data: the box of the field and the lines through the cursor.
class Frame3D {
public:
  /// `over`: a renderer on top of `scene`, for the lines of the cursor, which are seen through everything.
  Frame3D(vtkRenderer* scene, vtkRenderer* over);
  ~Frame3D();
  Frame3D(const Frame3D&) = delete;
  Frame3D& operator=(const Frame3D&) = delete;
  void show(const data::FieldInfo& field, const Theme& theme, double scale);
  void showCursor(const data::FieldInfo& field, const data::Vec3& cursor, const Theme& theme, double scale);
  void hideCursor();
  void hide();

private:
  vtkNew<vtkPolyData> box_, cursor_;
  vtkNew<vtkActor> boxActor_, cursorActor_;
  std::array<data::Vec3, 8> corners_{};
  Rgb boxColour_{};
};

/// A cross of the world's axes as the camera sees them, around (x, y) in device pixels: R, A, S and L, P, I for brains,
/// else x, y, z.
void drawAxesCross(Overlay& overlay, vtkCamera* camera, bool brain, double x, double y);

} // namespace discern::scene
