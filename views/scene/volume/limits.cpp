#include "scene/volume/limits.h"

#include <algorithm>
#include <string_view>
#include <vtkOpenGLRenderWindow.h>
#include <vtkTextureObject.h>
#include <vtk_glew.h>

namespace discern::scene {
namespace {

constexpr GLenum totalMemoryNvidia = 0x9048; ///< GL_NVX_gpu_memory_info: of the card, in KB
constexpr GLenum freeTexturesAmd = 0x87FC;   ///< GL_ATI_meminfo: free for textures, in KB, and three more numbers
constexpr std::int64_t bytesPerVoxel = 2;    ///< of the texture: see VolumePicture

bool isSoftware(std::string_view renderer) {
  return renderer.find("llvmpipe") != std::string_view::npos || renderer.find("softpipe") != std::string_view::npos ||
         renderer.find("SwiftShader") != std::string_view::npos || renderer.find("Software") != std::string_view::npos;
}

bool offers(std::string_view extension) {
  GLint count = 0;
  glGetIntegerv(GL_NUM_EXTENSIONS, &count);
  for (GLint i = 0; i < count; ++i) {
    const auto* name = reinterpret_cast<const char*>(glGetStringi(GL_EXTENSIONS, static_cast<GLuint>(i)));
    if (name && extension == name) return true;
  }
  return false;
}

} // namespace

Limits3D limitsFrom(std::int64_t textureEdge, std::int64_t memory, bool software) {
  Limits3D limits;
  if (textureEdge > 2) limits.edge = textureEdge - 2;
  if (!software && memory > 0) limits.voxels = std::clamp(memory / 8 / bytesPerVoxel, limits.voxels / 2, mostVoxels3D);
  return limits;
}

Limits3D limitsOf(vtkRenderWindow* window) {
  auto* graphics = vtkOpenGLRenderWindow::SafeDownCast(window);
  if (!graphics) return {};
  const int edge = vtkTextureObject::GetMaximumTextureSize3D(graphics);
  const auto* renderer = reinterpret_cast<const char*>(glGetString(GL_RENDERER));
  std::int64_t memory = 0;
  std::array<GLint, 4> kilobytes{};
  if (offers("GL_NVX_gpu_memory_info"))
    glGetIntegerv(totalMemoryNvidia, kilobytes.data());
  else if (offers("GL_ATI_meminfo"))
    glGetIntegerv(freeTexturesAmd, kilobytes.data());
  memory = std::int64_t{kilobytes[0]} * 1024;
  return limitsFrom(edge, memory, renderer && isSoftware(renderer));
}

} // namespace discern::scene
