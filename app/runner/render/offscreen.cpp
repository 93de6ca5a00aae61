#include "offscreen.h"

#include "scene/compare/curtain.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cmath>
#include <cstring>
#include <optional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vtkActor.h>
#include <vtkActorCollection.h>
#include <vtkCallbackCommand.h>
#include <vtkCamera.h>
#include <vtkGenericOpenGLRenderWindow.h>
#include <vtkNew.h>
#include <vtkRenderer.h>
#include <vtkRendererCollection.h>
#include <vtkTransform.h>
#include <vtkUnsignedCharArray.h>

namespace discern::render {

/// Draws into a context that someone else made. VTK's loader of OpenGL functions looks for an X display last of all and
/// calls its absence an error, although every function is loaded by then; here there is no X display, and that is
/// right.
class OffscreenWindow final : public vtkGenericOpenGLRenderWindow {
public:
  static OffscreenWindow* New();
  // clang-format off
  vtkTypeMacro(OffscreenWindow, vtkGenericOpenGLRenderWindow)
      // clang-format on
      void OpenGLInitContext() override {
    if (!Initialized) {
      const int shown = vtkObject::GetGlobalWarningDisplay();
      vtkObject::GlobalWarningDisplayOff();
      Superclass::OpenGLInitContext();
      vtkObject::SetGlobalWarningDisplay(shown);
    }
    Initialized = true;
    GlewInitValid = true;
  }
};
OffscreenWindow* OffscreenWindow::New() {
  auto* window = new OffscreenWindow;
  window->InitializeObjectBase();
  return window;
}

Picture::Picture(int w, int h, const scene::Rgb& colour)
    : width(w), height(h), rgb(3 * static_cast<std::size_t>(w) * static_cast<std::size_t>(h)) {
  for (std::size_t i = 0; i < rgb.size(); ++i)
    rgb[i] = static_cast<std::uint8_t>(std::lround(255 * colour[i % 3]));
}

void Picture::paste(const Picture& other, int x, int y) {
  const int wide = std::min(other.width, width - x);
  for (int row = 0; row < std::min(other.height, height - y) && wide > 0; ++row)
    std::memcpy(at(x, y + row), other.at(0, row), 3 * static_cast<std::size_t>(wide));
}

Offscreen::Offscreen(scene::Panel& panel, int width, int height)
    : panel_(panel), width_(width), height_(height), window_(vtkSmartPointer<OffscreenWindow>::New()) {
  window_->SetOwnContext(0);
  window_->SetReadyForRendering(true);
  window_->SetIsCurrent(true);
  window_->SetSupportsOpenGL(1);
  window_->SetIsDirect(1);
  window_->SetFrameBlitModeToNoBlit();
  window_->SetMultiSamples(0);
  // VTK asks its host whether the context is current and good enough; here it always is.
  vtkNew<vtkCallbackCommand> yes;
  yes->SetCallback([](vtkObject*, unsigned long, void*, void* answer) {
    if (answer) *static_cast<bool*>(answer) = true;
  });
  window_->AddObserver(vtkCommand::WindowIsCurrentEvent, yes);
  window_->AddObserver(vtkCommand::WindowSupportsOpenGLEvent, yes);
  window_->SetSize(width_, height_);
  panel_.attach(window_);
  window_->InitializeFromCurrentContext();
  window_->OpenGLInit();
  panel_.resize(width_, height_);
}

Offscreen::~Offscreen() { window_->Finalize(); }

void Offscreen::resize(int width, int height) {
  width_ = width;
  height_ = height;
  window_->SetSize(width, height);
  panel_.resize(width, height);
}

vtkRenderWindow* Offscreen::window() const { return window_; }

void Offscreen::wait(double seconds) const {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (!panel_.complete() && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
}

void Offscreen::settle() {
  constexpr int small = 64;
  window_->SetSize(std::min(small, width_), std::min(small, height_));
  window_->Render();
  window_->SetSize(width_, height_);
  wait(60);
}

namespace {

/// Has the renderers of a window draw a part of what they would, while it lives: each its share of the part, with a
/// camera that sees that alone.
class PartInSight {
public:
  /// The part in pixels from the lower left corner of a picture of `width` × `height`.
  PartInSight(vtkRenderWindow* window, const Offscreen::Rectangle& part, int width, int height) {
    vtkRendererCollection* all = window->GetRenderers();
    vtkCollectionSimpleIterator at = nullptr;
    all->InitTraversal(at);
    while (vtkRenderer* renderer = all->GetNextRenderer(at)) {
      Kept kept{renderer, {}, renderer->GetDraw() != 0, renderer->GetActiveCamera()};
      renderer->GetViewport(kept.viewport.data());
      kept_.push_back(kept);
      const auto& v = kept.viewport;
      const double left = v[0] * width, right = v[2] * width, low = v[1] * height, high = v[3] * height;
      const double x0 = std::max(left, 1.0 * part.x), x1 = std::min(right, 1.0 * part.x + part.width);
      const double y0 = std::max(low, 1.0 * part.y), y1 = std::min(high, 1.0 * part.y + part.height);
      if (x1 <= x0 || y1 <= y0) {
        renderer->DrawOff();
        continue;
      }
      renderer->SetViewport((x0 - part.x) / part.width, (y0 - part.y) / part.height, (x1 - part.x) / part.width,
                            (y1 - part.y) / part.height);
      // VTK makes the camera's picture as wide as the part's shape wants; it is stretched to what the whole would be
      // and moved, so that the part fills the viewport.
      const double shareX = (x1 - x0) / (right - left), shareY = (y1 - y0) / (high - low);
      const double stretch = ((x1 - x0) / (y1 - y0)) / ((right - left) / (high - low));
      const double centreX = (x0 + x1 - left - right) / (right - left), centreY = (y0 + y1 - low - high) / (high - low);
      vtkNew<vtkTransform> zoom;
      const double matrix[16] = {
          stretch / shareX, 0, 0, -centreX / shareX, 0, 1 / shareY, 0, -centreY / shareY, 0, 0, 1, 0, 0, 0, 0, 1};
      zoom->SetMatrix(matrix);
      kept.camera->SetUserTransform(zoom);
      shiftCurtains(renderer, part.x, part.y);
    }
  }
  ~PartInSight() {
    for (Kept& kept : kept_) {
      kept.renderer->SetViewport(kept.viewport.data());
      kept.renderer->SetDraw(kept.drawn);
      kept.camera->SetUserTransform(nullptr);
      shiftCurtains(kept.renderer, 0, 0);
    }
  }
  PartInSight(const PartInSight&) = delete;
  PartInSight& operator=(const PartInSight&) = delete;

private:
  static void shiftCurtains(vtkRenderer* renderer, int x, int y) {
    vtkActorCollection* actors = renderer->GetActors();
    vtkCollectionSimpleIterator at = nullptr;
    actors->InitTraversal(at);
    while (vtkActor* actor = actors->GetNextActor(at))
      scene::shiftCurtain(*actor, x, y);
  }
  struct Kept {
    vtkRenderer* renderer;
    std::array<double, 4> viewport;
    bool drawn;
    vtkCamera* camera;
  };
  std::vector<Kept> kept_;
};

/// The lowest renderers: theirs is the background.
std::vector<vtkRenderer*> grounds(vtkRenderWindow* window) {
  std::vector<vtkRenderer*> found;
  vtkRendererCollection* all = window->GetRenderers();
  vtkCollectionSimpleIterator at = nullptr;
  all->InitTraversal(at);
  while (vtkRenderer* renderer = all->GetNextRenderer(at))
    if (renderer->GetLayer() == 0) found.push_back(renderer);
  return found;
}

/// Draws on a ground of one colour.
vtkSmartPointer<vtkUnsignedCharArray> drawOn(vtkRenderWindow* window, std::optional<double> ground, int width,
                                             int height) {
  std::vector<std::array<double, 3>> before;
  for (vtkRenderer* renderer : grounds(window)) {
    before.emplace_back();
    renderer->GetBackground(before.back().data());
    if (ground) renderer->SetBackground(*ground, *ground, *ground);
  }
  vtkRendererCollection* all = window->GetRenderers();
  vtkCollectionSimpleIterator at = nullptr;
  all->InitTraversal(at);
  while (vtkRenderer* renderer = all->GetNextRenderer(at))
    renderer->GetActiveCamera()->Modified(); // a kept picture is another
  window->Render();
  auto pixels = vtkSmartPointer<vtkUnsignedCharArray>::New();
  window->GetRGBACharPixelData(0, 0, width - 1, height - 1, 0, pixels);
  std::size_t i = 0;
  for (vtkRenderer* renderer : grounds(window))
    renderer->SetBackground(before[i++].data());
  return pixels;
}

} // namespace

void Offscreen::tile(const Rectangle& part, bool transparent, Canvas& canvas) {
  const Rectangle fromBelow{part.x, height_ - part.y - part.height, part.width, part.height};
  const bool whole = part.width == width_ && part.height == height_;
  std::optional<PartInSight> sight;
  if (!whole) sight.emplace(window_, fromBelow, width_, height_);
  window_->SetSize(part.width, part.height);
  // How much a pixel lets through shows where black and white stand behind it.
  const auto black = drawOn(window_, transparent ? std::optional(0.0) : std::nullopt, part.width, part.height);
  const auto white = transparent ? drawOn(window_, 1.0, part.width, part.height) : black;
  sight.reset();
  window_->SetSize(width_, height_);
  const std::size_t count = static_cast<std::size_t>(part.width) * static_cast<std::size_t>(part.height);
  if (static_cast<std::size_t>(black->GetNumberOfValues()) < 4 * count)
    throw std::runtime_error("the graphics gave no picture of " + std::to_string(part.width) + " × " +
                             std::to_string(part.height) + " pixels");
  for (int row = 0; row < part.height; ++row) {
    const std::size_t from = 4 * static_cast<std::size_t>(part.height - 1 - row) * static_cast<std::size_t>(part.width);
    const unsigned char *dark = black->GetPointer(0) + from, *light = white->GetPointer(0) + from;
    std::uint8_t* to =
        &canvas.bgra[4 * (static_cast<std::size_t>(part.y + row) * static_cast<std::size_t>(canvas.width) +
                          static_cast<std::size_t>(part.x))];
    for (int x = 0; x < part.width; ++x, dark += 4, light += 4, to += 4) {
      int through = 0;
      for (int c = 0; c < 3 && transparent; ++c)
        through = std::max(through, light[c] - dark[c]);
      const int alpha = 255 - through;
      for (int c = 0; c < 3; ++c)
        to[2 - c] = static_cast<std::uint8_t>(std::min<int>(dark[c], alpha));
      to[3] = static_cast<std::uint8_t>(alpha);
    }
  }
}

Picture Offscreen::grab(double seconds) {
  wait(seconds);
  window_->Render();
  unsigned char* pixels = window_->GetRGBACharPixelData(0, 0, width_ - 1, height_ - 1, 0);
  Picture picture(width_, height_, {0, 0, 0});
  for (int y = 0; y < height_ && pixels; ++y)
    for (int x = 0; x < width_; ++x)
      std::memcpy(
          picture.at(x, height_ - 1 - y),
          pixels + 4 * (static_cast<std::size_t>(y) * static_cast<std::size_t>(width_) + static_cast<std::size_t>(x)),
          3);
  delete[] pixels;
  return picture;
}

} // namespace discern::render
