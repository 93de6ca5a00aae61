#include "scene/compare/curtain.h"

#include "scene/overlay/overlay.h"

#include <algorithm>
#include <cmath>
#include <vtkActor.h>
#include <vtkShaderProperty.h>
#include <vtkUniforms.h>

namespace discern::scene {
namespace {

constexpr double tileSide = 64; ///< logical pixels
constexpr const char* place = "//VTK::Color::Impl";
constexpr const char* drop =
    "//VTK::Color::Impl\n"
    "  vec2 curtainPlace = gl_FragCoord.xy + vec2(curtainX, curtainY);\n"
    "  float curtainPart = curtainTile > 0.0\n"
    "    ? mod(floor(curtainPlace.x / curtainTile) + floor(curtainPlace.y / curtainTile), 2.0)\n"
    "    : (curtainPlace.x < curtainAt ? 0.0 : 1.0);\n"
    "  if (abs(curtainPart - curtainSide) > 0.5) discard;\n";

double lineOf(const session::State& state, int width) { return std::round(state.comparison.curtain * width); }

} // namespace

Curtain curtainOf(const std::string& mode, const session::Layer& layer, const session::State& state, int width,
                  double scale) {
  const bool swipe = mode == "swipe";
  if (!swipe && mode != "checkerboard") return {};
  const Sides sides = sidesOf(state);
  if (!sides.first || (layer.id != sides.first->id && layer.id != sides.second->id)) return {};
  Curtain curtain;
  curtain.kind = swipe ? Curtain::Kind::Swipe : Curtain::Kind::Checkerboard;
  curtain.second = layer.id == sides.second->id;
  if (swipe) curtain.at = lineOf(state, width);
  curtain.tile = std::round(tileSide * scale);
  return curtain;
}

void hang(vtkActor& actor, const Curtain& before, const Curtain& now) {
  if (before == now) return;
  vtkShaderProperty* shader = actor.GetShaderProperty();
  if (now.kind == Curtain::Kind::None) {
    shader->ClearAllFragmentShaderReplacements();
    shader->GetFragmentCustomUniforms()->RemoveAllUniforms();
    return;
  }
  vtkUniforms* uniforms = shader->GetFragmentCustomUniforms();
  uniforms->SetUniformf("curtainAt", static_cast<float>(now.at));
  uniforms->SetUniformf("curtainTile", now.kind == Curtain::Kind::Checkerboard ? static_cast<float>(now.tile) : 0.F);
  uniforms->SetUniformf("curtainSide", now.second ? 1.F : 0.F);
  uniforms->SetUniformf("curtainX", 0.F);
  uniforms->SetUniformf("curtainY", 0.F);
  if (before.kind == Curtain::Kind::None) shader->AddFragmentShaderReplacement(place, true, drop, false);
}

void shiftCurtain(vtkActor& actor, double x, double y) {
  if (curtainOf(actor).kind == Curtain::Kind::None) return;
  vtkUniforms* uniforms = actor.GetShaderProperty()->GetFragmentCustomUniforms();
  uniforms->SetUniformf("curtainX", static_cast<float>(x));
  uniforms->SetUniformf("curtainY", static_cast<float>(y));
}

Curtain curtainOf(vtkActor& actor) {
  vtkShaderProperty* shader = actor.GetShaderProperty();
  float at = 0, tile = 0, side = 0;
  vtkUniforms* uniforms = shader->GetFragmentCustomUniforms();
  if (shader->GetNumberOfShaderReplacements() == 0 || !uniforms->GetUniformf("curtainAt", at)) return {};
  uniforms->GetUniformf("curtainTile", tile);
  uniforms->GetUniformf("curtainSide", side);
  return {tile > 0 ? Curtain::Kind::Checkerboard : Curtain::Kind::Swipe, side > 0.5F, static_cast<double>(at),
          static_cast<double>(tile)};
}

void drawCurtain(Overlay& overlay, const std::string& mode, const session::State& state) {
  const Sides sides = sidesOf(state);
  if (mode != "swipe" || !sides.first) return;
  const double s = overlay.scale(), x = lineOf(state, overlay.width()), y = overlay.height() / 2.0;
  const Theme& theme = overlay.theme();
  overlay.rectangle({x - 1.5 * s, 0, x + 1.5 * s, static_cast<double>(overlay.height())}, theme.canvas, 0.6);
  overlay.rectangle({x - 0.5 * s, 0, x + 0.5 * s, static_cast<double>(overlay.height())}, theme.text);
  overlay.rectangle({x - 5 * s, y - 14 * s, x + 5 * s, y + 14 * s}, theme.canvas);
  overlay.rectangle({x - 4 * s, y - 13 * s, x + 4 * s, y + 13 * s}, theme.text);
  for (const double across : {-1.5, 1.5})
    overlay.rectangle({x + (across - 0.5) * s, y - 6 * s, x + (across + 0.5) * s, y + 6 * s}, theme.canvas);
  // A name stands where there is room for it.
  const auto name = [&](const session::Layer& layer, bool left) {
    const Overlay::Style style{11, theme.text, left ? Overlay::Anchor::Right : Overlay::Anchor::Left, true, false};
    std::string words = layer.role == session::Role::Truth        ? "truth"
                        : layer.role == session::Role::Prediction ? "prediction"
                                                                  : layer.name;
    const double room = (left ? x : overlay.width() - x) - 16 * s;
    if (overlay.sizeOf(words, style)[0] <= room)
      overlay.text(x + (left ? -10 : 10) * s, overlay.height() - 36 * s, words, style);
  };
  name(*sides.first, true);
  name(*sides.second, false);
}

} // namespace discern::scene
