#pragma once
#include "scene/overlay/drawing.h"
#include "scene/panel.h"

#include <vector>
#include <vtkSmartPointer.h>

class vtkProp;

namespace discern::scene {

/// Takes the lines and letters out of a panel's picture: charts, contours and coastlines of flat panels, and what is
/// written over all. While it lives, the window draws the rest alone. The panel is complete, and is not updated or
/// resized meanwhile.
class Harvest {
public:
  Harvest(Panel& panel, vtkRenderWindow* window);
  ~Harvest();
  Harvest(const Harvest&) = delete;
  Harvest& operator=(const Harvest&) = delete;
  [[nodiscard]] const Drawing& drawing() const { return drawing_; }
  /// Something is left for the window to draw.
  [[nodiscard]] bool leavesPicture() const { return left_; }

private:
  void takeLines(vtkRenderer* renderer, bool flat);
  Drawing drawing_;
  std::vector<vtkSmartPointer<vtkProp>> hidden_;
  vtkRenderer* written_ = nullptr; ///< of the overlay
  bool left_ = false;
};

} // namespace discern::scene
