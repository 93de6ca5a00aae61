#include "offscreen.h"

#include "io/file.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstring>
#include <span>
#include <thread>
#include <vtkCallbackCommand.h>
#include <vtkGenericOpenGLRenderWindow.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPNGWriter.h>
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

Picture Offscreen::grab(double seconds) {
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  while (!panel_.complete() && std::chrono::steady_clock::now() < deadline)
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
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

void writePng(const Picture& picture, const std::string& file) {
  vtkNew<vtkImageData> image;
  image->SetDimensions(picture.width, picture.height, 1);
  image->AllocateScalars(VTK_UNSIGNED_CHAR, 3);
  for (int y = 0; y < picture.height; ++y)
    std::memcpy(image->GetScalarPointer(0, picture.height - 1 - y, 0), picture.at(0, y),
                3 * static_cast<std::size_t>(picture.width));
  vtkNew<vtkPNGWriter> writer;
  writer->SetInputData(image);
  writer->WriteToMemoryOn(); // a file that can't be written is told in our words alone
  writer->Write();
  vtkUnsignedCharArray* bytes = writer->GetResult();
  io::FileWriter out(file);
  out.write(std::as_bytes(std::span(bytes->GetPointer(0), static_cast<std::size_t>(bytes->GetNumberOfValues()))));
  out.commit();
}

} // namespace discern::render
