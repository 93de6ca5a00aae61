#include "scene/figure/context_recorder.h"

#include <algorithm>
#include <cmath>
#include <vtkBrush.h>
#include <vtkContext2D.h>
#include <vtkContextDevice2D.h>
#include <vtkContextScene.h>
#include <vtkMarkerUtilities.h>
#include <vtkMatrix3x3.h>
#include <vtkNew.h>
#include <vtkObjectFactory.h>
#include <vtkPen.h>
#include <vtkRenderer.h>
#include <vtkStdString.h>
#include <vtkTextProperty.h>
#include <vtkTextRenderer.h>
#if __has_include(<vtkUnicodeString.h>)
#include <vtkUnicodeString.h>
#endif

namespace discern::scene {
namespace {

constexpr int dotsPerInch = 72; ///< one point is one pixel, as in Overlay

std::array<int, 4> boxOf(vtkTextProperty* property, const std::string& words) {
  std::array<int, 4> box{0, 0, 0, 0};
  if (vtkTextRenderer* renderer = vtkTextRenderer::GetInstance(); renderer && !words.empty())
    renderer->GetBoundingBox(property, words, box.data(), dotsPerInch);
  return box;
}

/// The device that VTK's charts draw to. Images, sprites and rings are not drawn in any chart here and left out.
class Recorder final : public vtkContextDevice2D {
public:
  static Recorder* New();
  // clang-format off
  vtkTypeMacro(Recorder, vtkContextDevice2D)
      // clang-format on

      Drawing drawing;

  void DrawPoly(float* points, int n, unsigned char* colors, int components) override {
    stroke(Drawing::Path::Kind::Stroke, points, n, colors, components);
  }
  void DrawLines(float* points, int n, unsigned char* colors, int components) override {
    stroke(Drawing::Path::Kind::Segments, points, n, colors, components);
  }
  void DrawPoints(float* points, int n, unsigned char* colors, int components) override {
    dots(points, n, colors, components, Pen->GetWidth());
  }
  void DrawPointSprites(vtkImageData*, float* points, int n, unsigned char* colors, int components) override {
    dots(points, n, colors, components, Pen->GetWidth());
  }
  void DrawMarkers(int, bool, float* points, int n, unsigned char* colors, int components) override {
    dots(points, n, colors, components, Pen->GetWidth());
  }
  void DrawQuad(float* points, int n) override { DrawColoredPolygon(points, n, nullptr, 0); }
  void DrawQuadStrip(float* points, int n) override {
    for (int i = 0; i + 3 < n; i += 2) {
      float quad[8] = {points[2 * i],     points[2 * i + 1], points[2 * i + 2], points[2 * i + 3],
                       points[2 * i + 6], points[2 * i + 7], points[2 * i + 4], points[2 * i + 5]};
      DrawColoredPolygon(quad, 4, nullptr, 0);
    }
  }
  void DrawPolygon(float* points, int n) override { DrawColoredPolygon(points, n, nullptr, 0); }
  void DrawColoredPolygon(float* points, int n, unsigned char* colors, int components) override {
    Drawing::Path path = pathOf(Drawing::Path::Kind::Fill, points, n);
    setColour(path, Brush->GetColor(), Brush->GetOpacity() / 255.0);
    takeColour(path, colors, components);
    add(std::move(path));
  }
  void DrawEllipseWedge(float, float, float, float, float, float, float, float) override {}
  void DrawEllipticArc(float, float, float, float, float, float) override {}
  void DrawString(float* point, const vtkStdString& words) override {
    const auto at = placed(point[0], point[1]);
    drawing.items.emplace_back(textAt(at[0], at[1], words, TextProp));
  }
  void ComputeStringBounds(const vtkStdString& words, float bounds[4]) override {
    const auto box = boxOf(TextProp, words);
    bounds[0] = static_cast<float>(box[0]);
    bounds[1] = static_cast<float>(box[2]);
    bounds[2] = static_cast<float>(box[1] - box[0] + 1);
    bounds[3] = static_cast<float>(box[3] - box[2] + 1);
  }
#if __has_include(<vtkUnicodeString.h>)
  void DrawString(float* point, const vtkUnicodeString& words) override {
    DrawString(point, vtkStdString(words.utf8_str()));
  }
  void ComputeStringBounds(const vtkUnicodeString& words, float bounds[4]) override {
    ComputeStringBounds(vtkStdString(words.utf8_str()), bounds);
  }
#endif
  void ComputeJustifiedStringBounds(const char* words, float bounds[4]) override {
    ComputeStringBounds(vtkStdString(words), bounds);
  }
  void DrawMathTextString(float* point, const vtkStdString& words) override { DrawString(point, words); }
  void DrawImage(float*, float, vtkImageData*) override {}
  void DrawImage(const vtkRectf&, vtkImageData*) override {}
  void SetColor4(unsigned char*) override {}
  void SetTexture(vtkImageData*, int) override {}
  void SetPointSize(float) override {}
  void SetLineWidth(float) override {}
  void SetLineType(int) override {}
  void SetMatrix(vtkMatrix3x3* matrix) override { matrix_->DeepCopy(matrix); }
  void GetMatrix(vtkMatrix3x3* matrix) override { matrix->DeepCopy(matrix_); }
  void MultiplyMatrix(vtkMatrix3x3* matrix) override { vtkMatrix3x3::Multiply3x3(matrix_, matrix, matrix_); }
  void PushMatrix() override {
    vtkNew<vtkMatrix3x3> copy;
    copy->DeepCopy(matrix_);
    stack_.emplace_back(copy);
  }
  void PopMatrix() override {
    if (stack_.empty()) return;
    matrix_->DeepCopy(stack_.back());
    stack_.pop_back();
  }
  void SetClipping(int* box) override {
    clip_ = {static_cast<double>(box[0]), static_cast<double>(box[1]), static_cast<double>(box[0] + box[2]),
             static_cast<double>(box[1] + box[3])};
  }
  void EnableClipping(bool enable) override { clipping_ = enable; }

private:
  [[nodiscard]] std::array<double, 2> placed(double x, double y) const {
    const double in[3] = {x, y, 1};
    double out[3] = {0, 0, 1};
    matrix_->MultiplyPoint(in, out);
    return {out[0], out[1]};
  }
  [[nodiscard]] Drawing::Path pathOf(Drawing::Path::Kind kind, const float* points, int n) const {
    Drawing::Path path;
    path.kind = kind;
    path.points.reserve(static_cast<std::size_t>(std::max(0, n)));
    for (int i = 0; i < n; ++i)
      path.points.push_back(placed(static_cast<double>(points[2 * i]), static_cast<double>(points[2 * i + 1])));
    if (clipping_) path.clip = clip_;
    return path;
  }
  static void setColour(Drawing::Path& path, const unsigned char* colour, double opacity) {
    path.colour = {colour[0] / 255.0, colour[1] / 255.0, colour[2] / 255.0};
    path.opacity = opacity;
  }
  static void takeColour(Drawing::Path& path, const unsigned char* colors, int components) {
    if (colors && components >= 3) setColour(path, colors, components > 3 ? colors[3] / 255.0 : path.opacity);
  }
  void add(Drawing::Path path) {
    if (path.opacity > 0 && !path.points.empty()) drawing.items.emplace_back(std::move(path));
  }
  void stroke(Drawing::Path::Kind kind, const float* points, int n, const unsigned char* colors, int components) {
    if (Pen->GetLineType() == vtkPen::NO_PEN) return;
    Drawing::Path path = pathOf(kind, points, n);
    setColour(path, Pen->GetColor(), Pen->GetOpacity() / 255.0);
    takeColour(path, colors, components);
    path.width = static_cast<double>(Pen->GetWidth());
    add(std::move(path));
  }
  void dots(const float* points, int n, const unsigned char* colors, int components, float width) {
    const bool each = colors && components >= 3;
    for (int i = 0; i < (each ? n : 1); ++i) {
      Drawing::Path path = pathOf(Drawing::Path::Kind::Dots, points + (each ? 2 * i : 0), each ? 1 : n);
      setColour(path, Pen->GetColor(), Pen->GetOpacity() / 255.0);
      if (each) takeColour(path, colors + components * i, components);
      path.width = static_cast<double>(width);
      add(std::move(path));
    }
  }

  vtkNew<vtkMatrix3x3> matrix_;
  std::vector<vtkSmartPointer<vtkMatrix3x3>> stack_;
  std::array<double, 4> clip_{};
  bool clipping_ = false;
};
vtkStandardNewMacro(Recorder)

} // namespace

Drawing::Text textAt(double x, double y, const std::string& words, vtkTextProperty* property) {
  // Where the words begin on their baseline: as far from the anchor as one box lies from the other.
  vtkNew<vtkTextProperty> plain;
  plain->ShallowCopy(property);
  plain->SetJustificationToLeft();
  plain->SetVerticalJustificationToBottom();
  const auto asked = boxOf(property, words), from = boxOf(plain, words);
  Drawing::Text text;
  text.x = x + asked[0] - from[0];
  text.y = y + asked[2] - from[2];
  text.words = words;
  text.size = property->GetFontSize();
  property->GetColor(text.colour.data());
  text.bold = property->GetBold() != 0;
  text.angle = property->GetOrientation();
  // Another font may be wider: what stands centred or to the right stays so.
  text.share = property->GetJustification() == VTK_TEXT_CENTERED ? 0.5
               : property->GetJustification() == VTK_TEXT_RIGHT  ? 1
                                                                 : 0;
  const double angle = text.angle * 3.14159265358979323846 / 180;
  plain->SetOrientation(0);
  const auto flat = boxOf(plain, words);
  const double along = text.share * (flat[1] - flat[0] + 1);
  text.x += along * std::cos(angle);
  text.y += along * std::sin(angle);
  return text;
}

Drawing recordScene(vtkContextScene* scene, vtkRenderer* renderer) {
  vtkNew<Recorder> recorder;
  const int* size = renderer->GetSize();
  recorder->SetViewportSize(vtkVector2i(size[0], size[1]));
  recorder->SetViewportRect(vtkRecti(0, 0, size[0], size[1]));
  vtkNew<vtkContext2D> context;
  context->Begin(recorder);
  scene->Paint(context);
  context->End();
  return std::move(recorder->drawing);
}

} // namespace discern::scene
