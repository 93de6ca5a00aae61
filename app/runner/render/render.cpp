#include "compose.h"
#include "data/error.h"
#include "direct_provider.h"
#include "gl_context.h"
#include "request.h"
#include "scene/open_state.h"
#include "session/session.h"

#include <algorithm>
#include <cstdio>
#include <filesystem>
#include <set>
#include <sstream>

namespace discern::render {
namespace {

session::State stateOf(const Request& request, DirectProvider& provider) {
  if (request.session) {
    session::State state = session::load(request.files.at(0));
    for (const session::Layer& layer : state.layers)
      (void)provider.opened(layer.path); // a file that is gone is told before anything is drawn
    for (const session::Table& table : state.tables)
      (void)provider.opened(table.path);
    return state;
  }
  session::State state;
  const auto add = [&](const std::vector<std::string>& files, std::optional<session::Role> role) {
    for (const std::string& file : files) {
      const std::string path = std::filesystem::absolute(file).lexically_normal().string();
      const data::DatasetInfo& dataset = provider.opened(path);
      if (!role && scene::opensAsTables(dataset)) {
        scene::addTables(state, scene::tablesOf(dataset));
        continue;
      }
      session::Layer layer = scene::layerFor(dataset);
      if (role) layer.role = *role;
      const bool values = layer.role == session::Role::Image;
      const std::string before = state.active;
      scene::addLayer(state, std::move(layer), dataset);
      if (!values && !before.empty()) state.active = before; // the colour bar stays the image's
    }
  };
  add(request.files, std::nullopt);
  add(request.predictions, session::Role::Prediction);
  add(request.truths, session::Role::Truth);
  return state;
}

data::Vec3 pointFrom(const std::string& words) {
  data::Vec3 point{};
  std::istringstream in(words);
  char comma = 0;
  if (!(in >> point[0] >> comma >> point[1] >> comma >> point[2]) || !(in >> std::ws).eof())
    throw data::UsageError("--cursor expects three numbers like 28,30,15, not \"" + words + "\"");
  return point;
}

void adjust(session::State& state, const Request& request) {
  if (!request.view.empty()) {
    const std::set<std::string> views{"axial", "coronal", "sagittal", "volume", "map", "course", "line", "table"};
    if (!views.contains(request.view))
      throw data::UsageError("there is no view called \"" + request.view +
                             "\"; there are axial, coronal, sagittal, volume, map, course, line and table");
    state.maximised = request.view;
  }
  if (!request.mode.empty()) {
    const std::set<std::string> modes{"overlay", "prediction", "truth", "difference"};
    if (!modes.contains(request.mode))
      throw data::UsageError("--mode is overlay, prediction, truth or difference, not \"" + request.mode + "\"");
    state.comparison.mode = request.mode;
  }
  if (!request.cursor.empty()) state.cursor = pointFrom(request.cursor);
  if (!request.time.empty()) {
    try {
      state.time = std::stoll(request.time);
    } catch (const std::exception&) {
      throw data::UsageError("--time expects a step, not \"" + request.time + "\"");
    }
  }
}

void checkOutput(const std::string& output) {
  const std::string suffix = std::filesystem::path(output).extension().string();
  if (suffix == ".png") return;
  throw data::UsageError("pictures are written as PNG: give the output a name that ends in .png" +
                         (suffix.empty() ? std::string() : ", not " + suffix));
}

} // namespace
} // namespace discern::render

void discern_render(const discern::render::Request& request) {
  using namespace discern;
  render::checkOutput(request.output);
  render::DirectProvider provider;
  session::State state = render::stateOf(request, provider);
  render::adjust(state, request);
  const auto theme = scene::Theme::fromTokens(scene::resourceFolder() + "/theme.json", request.dark);
  const auto pixels = [&](int logical) {
    return std::clamp(static_cast<int>(logical * request.scale + 0.5), 16, 16384);
  };
  std::set<std::string> said;
  const render::GlContext context;
  const render::Picture picture =
      render::drawState(state, provider, theme, pixels(request.width), pixels(request.height), request.scale,
                        [&](const std::string& sentence) {
                          if (said.insert(sentence).second) std::fprintf(stderr, "discern-run: %s\n", sentence.c_str());
                        });
  render::writePng(picture, request.output);
}
