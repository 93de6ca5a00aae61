#pragma once
#include "scene/colour/mapper.h"

#include <span>
#include <vtkNew.h>
#include <vtkRenderer.h>

class vtkActor;
class vtkPolyData;
class vtkTexture;

namespace discern::scene {

/// A picture of cells between the axes of a plot, in device pixels of the renderer, below its lines.
class Raster {
public:
  explicit Raster(vtkRenderer* renderer);
  ~Raster();
  Raster(const Raster&) = delete;
  Raster& operator=(const Raster&) = delete;

  /// The window's size, once for each picture.
  void fit(int width, int height);
  /// Draws `columns` × `rows` colours (lowest row first) between the corners x0, y0, x1, y1, cut to `frame`. Smooth:
  /// linear between cells.
  void show(const std::array<double, 4>& corners, const std::array<double, 4>& frame, int columns, int rows,
            std::span<const Rgba8> colours, bool smooth = false);
  void hide();

private:
  vtkRenderer* renderer_;
  vtkNew<vtkPolyData> quad_;
  vtkNew<vtkTexture> texture_;
  vtkNew<vtkActor> actor_;
};

} // namespace discern::scene
