#pragma once
#include "scene/colour/labels.h"
#include "scene/compare/curtain.h"
#include "scene/map/map_grid.h"

#include <array>
#include <memory>
#include <span>
#include <vtkNew.h>
#include <vtkSmartPointer.h>

class vtkActor;
class vtkPolyData;
class vtkPolyDataMapper;
class vtkRenderer;
class vtkTexture;

namespace discern::scene {

/// Shapes drawn three times, 360° apart, so that a map goes on across the dateline.
class Wrapped {
public:
  explicit Wrapped(vtkRenderer* renderer);
  ~Wrapped();
  Wrapped(const Wrapped&) = delete;
  Wrapped& operator=(const Wrapped&) = delete;
  void setData(vtkPolyData* data);
  void setTexture(vtkTexture* texture);
  void setStroke(const Rgb& colour, double width, double opacity);
  void setPointSize(double size);
  /// In the colours that the data bring along, one a cell or point; else in that of the stroke.
  void setColoured(bool on);
  /// The middle copy is moved by `shift` degrees east; `height` orders what covers what. `around`: the two others as
  /// well.
  void place(double shift, double height, bool around);
  void show(bool on);
  /// The part of the panel that it is drawn in.
  void setCurtain(const Curtain& curtain);

private:
  vtkRenderer* renderer_;
  vtkNew<vtkPolyDataMapper> mapper_;
  std::array<vtkSmartPointer<vtkActor>, 3> copies_;
  bool shown_ = false, around_ = true;
  Curtain curtain_;
};

/// One field on the map: its cells as a texture, and contours of labels.
class MapPicture {
public:
  explicit MapPicture(vtkRenderer* renderer);
  ~MapPicture();
  /// One colour a cell, x fastest.
  void showFill(const MapGrid& grid, std::span<const Rgba8> colours, bool smooth);
  void hideFill() { fill_.show(false); }
  struct Stroke {
    Rgb colour{1, 1, 1};
    double width = 1, opacity = 1;
    bool halo = false;
  };
  enum class Contour { All = 0, Selected = 1 };
  void showContour(Contour which, const MapGrid& grid, std::span<const Edge> edges, const Stroke& stroke);
  void hideContour(Contour which);
  void hide();
  void place(double shift, int ordinal, bool around);
  void setCurtain(const Curtain& curtain);

private:
  vtkNew<vtkTexture> texture_;
  Wrapped fill_;
  std::array<std::unique_ptr<Wrapped>, 4> lines_; ///< halo and line of each contour
};

} // namespace discern::scene
