#include "gl_context.h"

#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <array>
#include <stdexcept>
#include <string_view>
#include <vector>

namespace discern::render {

struct GlContext::Handles {
  EGLDisplay display = EGL_NO_DISPLAY;
  EGLContext context = EGL_NO_CONTEXT;
  EGLSurface surface = EGL_NO_SURFACE;
};

namespace {

/// Displays to try: Mesa's without a surface, every device (NVIDIA's driver offers these), then the default.
std::vector<EGLDisplay> candidates() {
  std::vector<EGLDisplay> displays;
  const auto platformDisplay =
      reinterpret_cast<PFNEGLGETPLATFORMDISPLAYEXTPROC>(eglGetProcAddress("eglGetPlatformDisplayEXT"));
  if (platformDisplay) {
    displays.push_back(platformDisplay(EGL_PLATFORM_SURFACELESS_MESA, EGL_DEFAULT_DISPLAY, nullptr));
    const auto devices = reinterpret_cast<PFNEGLQUERYDEVICESEXTPROC>(eglGetProcAddress("eglQueryDevicesEXT"));
    std::array<EGLDeviceEXT, 16> found{};
    EGLint count = 0;
    if (devices && devices(static_cast<EGLint>(found.size()), found.data(), &count))
      for (EGLint i = 0; i < count; ++i)
        displays.push_back(platformDisplay(EGL_PLATFORM_DEVICE_EXT, found[static_cast<std::size_t>(i)], nullptr));
  }
  displays.push_back(eglGetDisplay(EGL_DEFAULT_DISPLAY));
  return displays;
}

bool has(EGLDisplay display, std::string_view extension) {
  const char* all = eglQueryString(display, EGL_EXTENSIONS);
  return all && std::string_view(all).find(extension) != std::string_view::npos;
}

} // namespace

GlContext::GlContext() : handles_(std::make_unique<Handles>()) {
  for (EGLDisplay display : candidates()) {
    if (display == EGL_NO_DISPLAY || !eglInitialize(display, nullptr, nullptr)) continue;
    if (!eglBindAPI(EGL_OPENGL_API)) continue;
    const bool surfaceless = has(display, "EGL_KHR_surfaceless_context");
    const std::array<EGLint, 9> wanted{EGL_SURFACE_TYPE,
                                       surfaceless ? 0 : EGL_PBUFFER_BIT,
                                       EGL_RENDERABLE_TYPE,
                                       EGL_OPENGL_BIT,
                                       EGL_RED_SIZE,
                                       8,
                                       EGL_DEPTH_SIZE,
                                       surfaceless ? 0 : 24,
                                       EGL_NONE};
    EGLConfig config = nullptr;
    EGLint count = 0;
    if (!eglChooseConfig(display, wanted.data(), &config, 1, &count) || count < 1) continue;
    // VTK 9 needs OpenGL 3.2; software drawing offers 4.5.
    const std::array<EGLint, 7> version{
        EGL_CONTEXT_MAJOR_VERSION,           3,       EGL_CONTEXT_MINOR_VERSION, 2, EGL_CONTEXT_OPENGL_PROFILE_MASK,
        EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT, EGL_NONE};
    EGLContext context = eglCreateContext(display, config, EGL_NO_CONTEXT, version.data());
    if (context == EGL_NO_CONTEXT) continue;
    EGLSurface surface = EGL_NO_SURFACE;
    if (!surfaceless) {
      const std::array<EGLint, 5> size{EGL_WIDTH, 16, EGL_HEIGHT, 16, EGL_NONE};
      surface = eglCreatePbufferSurface(display, config, size.data());
    }
    if (eglMakeCurrent(display, surface, surface, context)) {
      *handles_ = {display, context, surface};
      return;
    }
    if (surface != EGL_NO_SURFACE) eglDestroySurface(display, surface);
    eglDestroyContext(display, context);
  }
  throw std::runtime_error("this machine can't draw without a screen: no EGL display gives an OpenGL 3.2 context "
                           "(on Debian, the package libegl-mesa0 brings one)");
}

GlContext::~GlContext() {
  eglMakeCurrent(handles_->display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
  if (handles_->surface != EGL_NO_SURFACE) eglDestroySurface(handles_->display, handles_->surface);
  eglDestroyContext(handles_->display, handles_->context);
}

} // namespace discern::render
