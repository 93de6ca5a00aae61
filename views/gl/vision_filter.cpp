#include "gl/vision_filter.h"

#include <QGenericMatrix>
#include <QOpenGLContext>
#include <QOpenGLExtraFunctions>
#include <QOpenGLShaderProgram>
#include <QOpenGLVertexArrayObject>

namespace discern::views {

struct VisionFilter::Graphics {
  QOpenGLShaderProgram program;
  QOpenGLVertexArrayObject array;
  GLuint texture = 0;
};

VisionFilter::VisionFilter() : graphics_(std::make_unique<Graphics>()) {
  graphics_->program.addShaderFromSourceCode(QOpenGLShader::Vertex, R"(#version 150
out vec2 place;
void main() {
  place = vec2((gl_VertexID << 1) & 2, gl_VertexID & 2);
  gl_Position = vec4(2.0 * place - 1.0, 0.0, 1.0);
})");
  graphics_->program.addShaderFromSourceCode(QOpenGLShader::Fragment, R"(#version 150
uniform sampler2D picture;
uniform mat3 eyes;
in vec2 place;
out vec4 colour;
vec3 linear(vec3 c) { return mix(c / 12.92, pow((c + 0.055) / 1.055, vec3(2.4)), step(0.04045, c)); }
vec3 encoded(vec3 c) { return mix(12.92 * c, 1.055 * pow(c, vec3(1.0 / 2.4)) - 0.055, step(0.0031308, c)); }
void main() {
  vec3 seen = eyes * linear(texture(picture, place).rgb);
  colour = vec4(encoded(clamp(seen, 0.0, 1.0)), 1.0);
})");
  graphics_->program.link();
  graphics_->array.create();
  QOpenGLContext::currentContext()->functions()->glGenTextures(1, &graphics_->texture);
}

VisionFilter::~VisionFilter() {
  if (QOpenGLContext* context = QOpenGLContext::currentContext())
    context->functions()->glDeleteTextures(1, &graphics_->texture);
}

void VisionFilter::apply(const std::array<double, 9>& matrix, int width, int height) {
  QOpenGLExtraFunctions* gl = QOpenGLContext::currentContext()->extraFunctions();
  gl->glActiveTexture(GL_TEXTURE0);
  gl->glBindTexture(GL_TEXTURE_2D, graphics_->texture);
  gl->glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MIN_FILTER, GL_NEAREST);
  gl->glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_MAG_FILTER, GL_NEAREST);
  gl->glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_S, GL_CLAMP_TO_EDGE);
  gl->glTexParameteri(GL_TEXTURE_2D, GL_TEXTURE_WRAP_T, GL_CLAMP_TO_EDGE);
  gl->glCopyTexImage2D(GL_TEXTURE_2D, 0, GL_RGB8, 0, 0, width, height, 0);
  gl->glViewport(0, 0, width, height);
  for (const GLenum off : {GL_DEPTH_TEST, GL_BLEND, GL_SCISSOR_TEST, GL_CULL_FACE, GL_STENCIL_TEST})
    gl->glDisable(off);
  std::array<float, 9> rows{};
  for (std::size_t i = 0; i < rows.size(); ++i)
    rows[i] = static_cast<float>(matrix[i]);
  graphics_->program.bind();
  graphics_->program.setUniformValue("picture", 0);
  graphics_->program.setUniformValue("eyes", QMatrix3x3(rows.data()));
  graphics_->array.bind();
  gl->glDrawArrays(GL_TRIANGLES, 0, 3);
  graphics_->array.release();
  graphics_->program.release();
  gl->glBindTexture(GL_TEXTURE_2D, 0);
}

} // namespace discern::views
