#pragma once
#include <functional>
#include <vtkNew.h>
#include <vtkRenderer.h>
#include <vtkTexture.h>

class vtkRenderWindow;

namespace discern::scene {

/// Keeps the last picture of a scene that is slow to draw, and shows it instead as long as nothing in the scene has
/// changed: what lies over it (the cursor) then moves at no cost. Two layers of the window: the backdrop with the
/// background or the kept picture, and the scene.
class Still {
public:
  /// `before` is called at the start of each drawing, before it is decided whether the scene has changed.
  Still(vtkRenderer* scene, std::function<void()> before);
  ~Still();
  Still(const Still&) = delete;
  Still& operator=(const Still&) = delete;

  void attach(vtkRenderWindow* window);
  void setBackground(const double* colour);
  /// Off while the scene changes with every picture, so that nothing is kept in vain.
  void setKeeping(bool keeping);
  /// How often the scene itself was drawn.
  [[nodiscard]] int drawings() const { return drawings_; }

private:
  struct Key { ///< what the scene was when it was drawn
    vtkMTimeType time = 0;
    int props = -1, width = 0, height = 0;
    bool operator==(const Key&) const = default;
  };
  [[nodiscard]] Key keyNow() const;
  void begin();
  void keep();
  vtkRenderer* scene_;
  std::function<void()> before_;
  vtkNew<vtkRenderer> backdrop_;
  vtkNew<vtkTexture> texture_;
  Key kept_;
  bool keeping_ = true;
  int drawings_ = 0;
};

} // namespace discern::scene
