#pragma once
#include "scene/colour/labels.h"
#include "scene/compare/curtain.h"
#include "scene/slice/plane.h"

#include <vtkNew.h>
#include <vtkRenderer.h>

class vtkActor;
class vtkPolyData;
class vtkTexture;

namespace discern::scene {

/// One layer of a slice panel as VTK actors: a textured quad in the plane of the panel, and contours over it. Layers
/// are stacked by their ordinal; contours of every layer lie over all fills.
class LayerPicture {
public:
  explicit LayerPicture(vtkRenderer* renderer);
  ~LayerPicture();
  LayerPicture(const LayerPicture&) = delete;
  LayerPicture& operator=(const LayerPicture&) = delete;

  /// Its place in the stack, from the bottom. When any ordinal changes, call raise() for all of them, bottom first:
  /// what is translucent is blended in the order in which it was raised. Returns whether it changed.
  bool setOrdinal(int ordinal);
  void raise();
  /// The part of the panel that it is drawn in.
  void setCurtain(const Curtain& curtain);
  void hide();
  void hideFill();
  /// `rgba`: width × height colours, the s axis fastest. Smooth: linear between pixels.
  void showFill(const Placement& placement, int width, int height, std::span<const Rgba8> rgba, bool smooth);

  struct Stroke {
    Rgb colour{1, 1, 1};
    double width = 1; ///< device pixels
    double opacity = 1;
    bool operator==(const Stroke&) const = default;
  };
  enum class Contour { Halo = 0, Line = 1, SelectionHalo = 2, Selection = 3 };
  void showContour(Contour which, const Placement& placement, std::span<const Edge> edges, const Stroke& stroke);
  void hideContour(Contour which);

private:
  struct Line;
  vtkRenderer* renderer_;
  vtkNew<vtkPolyData> quad_;
  vtkNew<vtkTexture> texture_;
  vtkNew<vtkActor> fill_;
  std::array<std::unique_ptr<Line>, 4> lines_;
  int ordinal_ = -1;
  Curtain curtain_;
};

} // namespace discern::scene
