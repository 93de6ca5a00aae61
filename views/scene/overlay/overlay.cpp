#include "scene/overlay/overlay.h"

#include "scene/overlay/painter.h"

#include <algorithm>
#include <cmath>
#include <vtkActor.h>
#include <vtkCamera.h>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderWindow.h>
#include <vtkTextActor.h>
#include <vtkTextProperty.h>
#include <vtkTextRenderer.h>
#include <vtkUnsignedCharArray.h>

namespace discern::scene {
namespace {

constexpr int dotsPerInch = 72; ///< one point is one pixel, so that sizes are given in pixels

void applyStyle(vtkTextProperty* property, const Overlay::Style& style, const Theme& theme, double scale) {
  if (!theme.fontFile.empty()) {
    property->SetFontFamily(VTK_FONT_FILE);
    property->SetFontFile(theme.fontFile.c_str());
  } else {
    property->SetFontFamilyToArial();
  }
  property->SetFontSize(std::max(6, static_cast<int>(std::lround(style.size * scale))));
  property->SetBold(style.bold);
  property->SetColor(style.colour[0], style.colour[1], style.colour[2]);
  property->SetVerticalJustificationToBottom();
  property->SetJustificationToLeft();
}

} // namespace

Overlay::Overlay() {
  // Shapes are ordinary polygons under a camera that sees pixels: among 2D actors all of one depth, the first would
  // win.
  vtkNew<vtkPolyDataMapper> mapper;
  mapper->SetInputData(shapes_);
  mapper->SetScalarModeToUseCellData();
  shapeActor_->SetMapper(mapper);
  shapeActor_->GetProperty()->LightingOff();
  shapeActor_->ForceTranslucentOn(); // drawn in the order of description
  blendInOrder(renderer_);
  renderer_->AddActor(shapeActor_);
  renderer_->GetActiveCamera()->ParallelProjectionOn();
  renderer_->InteractiveOff();
}

Overlay::~Overlay() = default;

void Overlay::attach(vtkRenderWindow* window, int layer) {
  window->SetDPI(dotsPerInch);
  window->SetNumberOfLayers(std::max(window->GetNumberOfLayers(), layer + 1));
  renderer_->SetLayer(layer);
  window->AddRenderer(renderer_);
}

void Overlay::begin(int width, int height, double scale) {
  width_ = width;
  height_ = height;
  scale_ = scale;
  texts_ = 0;
  corners_.clear();
  colours_.clear();
  paths_.clear();
  words_.clear();
}

void Overlay::rectangle(const Box& box, const Rgb& colour, double opacity) {
  const double x0 = std::round(std::min(box.x0, box.x1)), x1 = std::round(std::max(box.x0, box.x1));
  const double y0 = std::round(std::min(box.y0, box.y1)), y1 = std::round(std::max(box.y0, box.y1));
  if (x1 <= x0 || y1 <= y0) return;
  paths_.push_back({Drawing::Path::Kind::Fill, {{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}, colour, opacity});
  shape({x0, y0, x1, y0, x1, y1, x0, y1}, colour, opacity);
}

void Overlay::triangle(const std::array<double, 6>& c, const Rgb& colour, double opacity) {
  paths_.push_back({Drawing::Path::Kind::Fill, {{c[0], c[1]}, {c[2], c[3]}, {c[4], c[5]}}, colour, opacity});
  shape({c[0], c[1], c[2], c[3], c[4], c[5], c[4], c[5]}, colour, opacity);
}

void Overlay::line(double x0, double y0, double x1, double y1, double width, const Rgb& colour, double opacity) {
  const double length = std::hypot(x1 - x0, y1 - y0);
  if (length < 1e-6) return;
  paths_.push_back({Drawing::Path::Kind::Stroke, {{x0, y0}, {x1, y1}}, colour, opacity, width});
  // A core between fainter rims: smooth at any angle without multisampling.
  const double du = -(y1 - y0) / length, dv = (x1 - x0) / length;
  for (const auto& [more, part] : {std::pair{0.7, 0.18}, {0.35, 0.3}, {0.0, 0.5}, {-0.35, 0.8}}) {
    const double half = std::max(0.25, width / 2 + more);
    shape({x0 - half * du, y0 - half * dv, x1 - half * du, y1 - half * dv, x1 + half * du, y1 + half * dv,
           x0 + half * du, y0 + half * dv},
          colour, opacity * part);
  }
}

void Overlay::quad(const std::array<double, 8>& c, const Rgb& colour, double opacity) {
  paths_.push_back(
      {Drawing::Path::Kind::Fill, {{c[0], c[1]}, {c[2], c[3]}, {c[4], c[5]}, {c[6], c[7]}}, colour, opacity});
  shape(c, colour, opacity);
}

void Overlay::shape(const std::array<double, 8>& corners, const Rgb& colour, double opacity) {
  for (const double part : corners)
    corners_.push_back(static_cast<float>(part));
  for (const double part : {colour[0], colour[1], colour[2], opacity})
    colours_.push_back(static_cast<unsigned char>(std::lround(255 * std::clamp(part, 0.0, 1.0))));
}

void Overlay::plate(const Box& box) {
  const std::size_t before = paths_.size();
  rectangle(box, theme_.canvas, 0.72);
  if (paths_.size() > before) paths_.back().veil = true;
}

Drawing Overlay::drawing() const {
  Drawing drawing;
  drawing.items.reserve(paths_.size() + words_.size());
  for (const Drawing::Path& path : paths_)
    drawing.items.emplace_back(path);
  for (const Drawing::Text& words : words_)
    drawing.items.emplace_back(words);
  return drawing;
}

std::array<double, 2> Overlay::sizeOf(const std::string& words, const Style& style) const {
  vtkNew<vtkTextProperty> property;
  applyStyle(property, style, theme_, scale_);
  int box[4] = {0, 0, 0, 0};
  vtkTextRenderer* renderer = vtkTextRenderer::GetInstance();
  if (!renderer || words.empty()) return {0, 0};
  renderer->GetBoundingBox(property, words, box, dotsPerInch);
  return {static_cast<double>(box[1] - box[0] + 1), std::ceil(style.size * scale_ * 1.3)};
}

Overlay::Box Overlay::text(double x, double y, const std::string& words, const Style& style) {
  if (words.empty()) return {x, y, x, y};
  const auto [wide, tall] = sizeOf(words, style);
  const double share = style.horizontal == Anchor::Left ? 0 : style.horizontal == Anchor::Centre ? 0.5 : 1;
  const double left = std::round(x - share * wide);
  vtkTextActor* actor = actorAt(texts_++);
  applyStyle(actor->GetTextProperty(), style, theme_, scale_);
  // The baseline lies where capitals and digits stand in the middle, whatever the descenders.
  vtkTextRenderer* renderer = vtkTextRenderer::GetInstance();
  int box[4] = {0, 0, 0, 0};
  renderer->GetBoundingBox(actor->GetTextProperty(), words, box, dotsPerInch);
  int capital[4] = {0, 0, 0, 0};
  renderer->GetBoundingBox(actor->GetTextProperty(), "0", capital, dotsPerInch);
  actor->SetInput(words.c_str());
  actor->SetDisplayPosition(static_cast<int>(left), static_cast<int>(std::lround(y - (capital[3] - capital[2]) / 2.0)));
  actor->VisibilityOn();
  words_.push_back({left + share * wide, std::round(y - (capital[3] - capital[2]) / 2.0), words,
                    static_cast<double>(actor->GetTextProperty()->GetFontSize()), style.colour, style.bold, 0, share});
  const double pad = 4 * scale_;
  const Box taken{left - pad, y - tall / 2 - pad / 4, left + wide + pad, y + tall / 2 + pad / 4};
  if (style.plate) plate(taken);
  return taken;
}

vtkTextActor* Overlay::actorAt(std::size_t place) {
  while (actors_.size() <= place) {
    auto actor = vtkSmartPointer<vtkTextActor>::New();
    actor->SetTextScaleModeToNone();
    actor->SetLayerNumber(1);
    renderer_->AddActor2D(actor);
    actors_.push_back(actor);
  }
  return actors_[place];
}

void Overlay::end() {
  for (std::size_t i = texts_; i < actors_.size(); ++i)
    actors_[i]->VisibilityOff();
  vtkNew<vtkPoints> points;
  vtkNew<vtkCellArray> cells;
  vtkNew<vtkUnsignedCharArray> colours;
  colours->SetNumberOfComponents(4);
  // One above the other, between the planes of the camera however many there are.
  const double step = std::min(1e-3, 8.0 / (static_cast<double>(corners_.size()) / 8 + 1));
  for (std::size_t i = 0; 8 * i < corners_.size(); ++i) {
    const float* c = &corners_[8 * i];
    const double height = step * static_cast<double>(i + 1);
    const vtkIdType first = points->InsertNextPoint(c[0], c[1], height);
    for (int corner = 1; corner < 4; ++corner)
      points->InsertNextPoint(c[2 * corner], c[2 * corner + 1], height);
    const vtkIdType corners[4] = {first, first + 1, first + 2, first + 3};
    cells->InsertNextCell(4, corners);
    colours->InsertNextTypedTuple(&colours_[4 * i]);
  }
  vtkCamera* camera = renderer_->GetActiveCamera();
  camera->SetFocalPoint(width_ / 2.0, height_ / 2.0, 0);
  camera->SetPosition(width_ / 2.0, height_ / 2.0, 10);
  camera->SetParallelScale(height_ / 2.0);
  camera->SetClippingRange(1, 11);
  shapes_->SetPoints(points);
  shapes_->SetPolys(cells);
  shapes_->GetCellData()->SetScalars(colours);
  shapes_->Modified();
}

} // namespace discern::scene
