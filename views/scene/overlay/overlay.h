#pragma once
#include "scene/overlay/drawing.h"
#include "scene/theme.h"

#include <array>
#include <memory>
#include <string>
#include <vector>
#include <vtkNew.h>
#include <vtkRenderer.h>
#include <vtkSmartPointer.h>

class vtkRenderWindow;

class vtkActor;
class vtkPolyData;
class vtkTextActor;

namespace discern::scene {

/// What is written over a picture: text and axis-parallel rectangles in device pixels, origin bottom left. It is
/// described anew for each picture, between begin() and end(); text that stays the same is not drawn again.
class Overlay {
public:
  Overlay();
  ~Overlay();
  Overlay(const Overlay&) = delete;
  Overlay& operator=(const Overlay&) = delete;

  /// A transparent layer over the other renderers of the window.
  void attach(vtkRenderWindow* window, int layer = 1);
  void setTheme(const Theme& theme) { theme_ = theme; }
  [[nodiscard]] vtkRenderer* renderer() { return renderer_; }

  void begin(int width, int height, double scale);
  void end();

  /// Corners of a box on the screen.
  struct Box {
    double x0, y0, x1, y1;
  };
  void rectangle(const Box& box, const Rgb& colour, double opacity = 1);

  /// Three corners x, y.
  void triangle(const std::array<double, 6>& corners, const Rgb& colour, double opacity = 1);
  void line(double x0, double y0, double x1, double y1, double width, const Rgb& colour, double opacity = 1);

  /// Four corners of one shape, x and y in turn, on top of all before.
  void quad(const std::array<double, 8>& corners, const Rgb& colour, double opacity);

  enum class Anchor { Left, Centre, Right };
  struct Style {
    double size = 12; ///< logical pixels
    Rgb colour{1, 1, 1};
    Anchor horizontal = Anchor::Left;
    bool plate = true; ///< a veil of the canvas colour behind the text, so that it can be read over data
    bool bold = false;
  };
  /// Text whose vertical middle is at `y`. Returns the box that it takes, with its plate.
  Box text(double x, double y, const std::string& words, const Style& style);
  /// The width and height that text() would take.
  [[nodiscard]] std::array<double, 2> sizeOf(const std::string& words, const Style& style) const;
  /// A veil of the canvas colour behind a group.
  void plate(const Box& box);

  /// What was described since begin(): shapes, and over them all text.
  [[nodiscard]] Drawing drawing() const;

  [[nodiscard]] int width() const { return width_; }
  [[nodiscard]] int height() const { return height_; }
  [[nodiscard]] double scale() const { return scale_; }
  [[nodiscard]] const Theme& theme() const { return theme_; }

private:
  [[nodiscard]] vtkTextActor* actorAt(std::size_t place);
  Theme theme_;
  int width_ = 1, height_ = 1;
  double scale_ = 1;
  std::size_t texts_ = 0;
  std::vector<vtkSmartPointer<vtkTextActor>> actors_;
  vtkNew<vtkRenderer> renderer_;
  vtkNew<vtkPolyData> shapes_;
  vtkNew<vtkActor> shapeActor_;
  void shape(const std::array<double, 8>& corners, const Rgb& colour, double opacity);
  std::vector<float> corners_; ///< eight a shape
  std::vector<unsigned char> colours_;
  std::vector<Drawing::Path> paths_; ///< the same shapes, as they were meant
  std::vector<Drawing::Text> words_;
};

} // namespace discern::scene
