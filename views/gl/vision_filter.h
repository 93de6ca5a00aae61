#pragma once
#include <array>
#include <memory>

namespace discern::views {

/// Shows a finished picture as other eyes see it (scene/colour/vision.h): a pass over the framebuffer that is bound.
/// Lives in one OpenGL context, which is current at every call.
class VisionFilter {
public:
  VisionFilter();
  ~VisionFilter();
  VisionFilter(const VisionFilter&) = delete;
  VisionFilter& operator=(const VisionFilter&) = delete;
  /// `width` and `height` in device pixels.
  void apply(const std::array<double, 9>& matrix, int width, int height);

private:
  struct Graphics;
  std::unique_ptr<Graphics> graphics_;
};

} // namespace discern::views
