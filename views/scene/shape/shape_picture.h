#pragma once
#include "data/shape.h"
#include "scene/colour/mapper.h"
#include "scene/compare/curtain.h"
#include "scene/slice/plane.h"

#include <vtkNew.h>
#include <vtkSmartPointer.h>

class vtkActor;
class vtkPolyData;
class vtkRenderer;

namespace discern::scene {

/// A shape in a renderer: surface, lines and particles in the colours of their values, outlines in one colour.
class ShapePicture {
public:
  explicit ShapePicture(vtkRenderer* renderer);
  ~ShapePicture();
  ShapePicture(const ShapePicture&) = delete;
  ShapePicture& operator=(const ShapePicture&) = delete;

  struct Look {
    data::ShapePtr shape;
    std::string colormap;
    ColorScale scale;
    bool labels = false;         ///< values are labels: each in its own colour
    std::optional<double> blank; ///< of labels: the value that is not drawn in colour
    Rgb plain{0.7, 0.7, 0.7};    ///< where there are no values
    Rgb outline{0.5, 0.5, 0.5};
    double opacity = 1, pixels = 1; ///< device pixels per logical pixel
    std::optional<Plane> flat;      ///< seen on a slice panel: flattened, without light
    int ordinal = 0;                ///< on a slice panel: what is higher covers what is lower
    bool operator==(const Look&) const = default;
  };
  void show(const Look& look, const ColorMap& map);
  void hide();
  /// On a flat panel: the part that it is drawn in.
  void setCurtain(const Curtain& curtain);

private:
  vtkRenderer* renderer_;
  vtkNew<vtkPolyData> body_, lines_;
  vtkNew<vtkActor> bodyActor_, linesActor_;
  std::optional<Look> shown_;
  Curtain curtain_;
};

/// Points, vertices, lines and triangles of a look in their colours, without its outlines.
[[nodiscard]] vtkSmartPointer<vtkPolyData> shapeBody(const ShapePicture::Look& look, const ColorMap& map);

} // namespace discern::scene
