#pragma once
#include <memory>

namespace discern::render {

/// An OpenGL context without a screen: EGL, surfaceless. One at a time is current on its thread, from construction to
/// destruction.
class GlContext {
public:
  /// Throws std::runtime_error when this machine can't draw without a screen; the message says what is missing.
  GlContext();
  ~GlContext();
  GlContext(const GlContext&) = delete;
  GlContext& operator=(const GlContext&) = delete;

private:
  struct Handles;
  std::unique_ptr<Handles> handles_;
};

} // namespace discern::render
