#include "data/address.h"
#include "data/error.h"
#include "direct_provider.h"
#include "figure/figure.h"
#include "figure/motion.h"
#include "figure/video.h"
#include "gl_context.h"
#include "io/file.h"
#include "request.h"
#include "scene/open_state.h"
#include "session/session.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <filesystem>
#include <set>
#include <span>
#include <sstream>

namespace discern::render {
namespace {

/// What a file holds. Throws data::ReadError.
data::DatasetInfo opened(data::FieldProvider& provider, const std::string& path) {
  data::DatasetInfo dataset;
  provider.open(path, [&](auto reply) {
    const std::string before = path + ": "; // which the exception adds again
    if (!reply.error.empty())
      throw data::ReadError(path, reply.error.substr(reply.error.starts_with(before) ? before.size() : 0));
    dataset = std::move(reply.value);
  });
  return dataset;
}

/// A path as a state names it.
std::string wholePath(const std::string& file) {
  if (data::isRemote(file)) return data::Address::from(file).text();
  return std::filesystem::absolute(file).lexically_normal().string();
}

/// Every file that a session shows.
std::vector<std::string> filesOf(const session::State& state) {
  std::vector<std::string> files;
  files.reserve(state.layers.size() + state.tables.size());
  for (const session::Layer& layer : state.layers)
    files.push_back(layer.path);
  for (const session::Table& table : state.tables)
    files.push_back(table.path);
  return files;
}

session::State stateOf(const Request& request, data::FieldProvider& provider) {
  session::State state;
  const auto add = [&](const std::vector<std::string>& files, std::optional<session::Role> role) {
    for (const std::string& file : files) {
      const data::DatasetInfo dataset = opened(provider, wholePath(file));
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
    std::string plots, found = views.contains(request.view) ? request.view : std::string();
    for (const session::Diagram& diagram : state.diagrams) { // a plot by its id, or as a panel is called
      plots += (plots.empty() ? "; plots of this session are " : ", ") + diagram.id;
      const std::string panel = diagram.kind + ":" + diagram.id;
      if (request.view == diagram.id || request.view == panel) found = panel;
    }
    if (found.empty())
      throw data::UsageError("there is no view called \"" + request.view +
                             "\"; there are axial, coronal, sagittal, volume, map, course, line and table" + plots);
    state.maximised = found;
  }
  if (!request.mode.empty()) {
    if (std::ranges::find(session::comparisonModes, request.mode) == session::comparisonModes.end())
      throw data::UsageError("--mode is overlay, prediction, truth, difference, swipe or checkerboard, not \"" +
                             request.mode + "\"");
    state.comparison.mode = request.mode;
  }
  if (!request.crosshair) state.crosshair = false;
  if (!request.cursor.empty()) state.cursor = pointFrom(request.cursor);
  if (!request.time.empty()) {
    try {
      state.time = std::stoll(request.time);
    } catch (const std::exception&) {
      throw data::UsageError("--time expects a step, not \"" + request.time + "\"");
    }
  }
}

std::string suffixOf(const std::string& output) {
  std::string suffix = std::filesystem::path(output).extension().string();
  std::transform(suffix.begin(), suffix.end(), suffix.begin(), [](unsigned char c) { return std::tolower(c); });
  return suffix;
}

void checkOutput(const Request& request) {
  const std::string suffix = suffixOf(request.output);
  const bool video = suffix == ".mp4" || suffix == ".webm";
  if (suffix == ".png" || suffix == ".svg" || suffix == ".pdf") return;
  if (video && !request.animate.empty()) return;
  if (video) throw data::UsageError("a video shows something that changes: add --animate time or --animate orbit");
  throw data::UsageError("figures are written as .png, .svg or .pdf" +
                         std::string(request.animate.empty() ? "" : ", animations also as .mp4 or .webm") +
                         (suffix.empty() ? ": give the output a name that ends in one of them" : ", not as " + suffix));
}

void write(const std::string& file, const std::string& bytes) {
  io::FileWriter out(file);
  out.write(std::as_bytes(std::span(bytes)));
  out.commit();
}

/// Draws states one after the other in one look.
class Draughtsman {
public:
  Draughtsman(const Request& request, data::FieldProvider& provider)
      : request_(request), provider_(provider),
        theme_(scene::Theme::fromTokens(scene::resourceFolder() + "/theme.json", request.dark)) {
    const auto pixels = [&](double logical) {
      return std::clamp(static_cast<int>(logical * request.scale + 0.5), 16, 32767);
    };
    drawing_.width = pixels(request.width);
    drawing_.height = pixels(request.height);
    drawing_.scale = request.scale;
    drawing_.dpi = screenDpi * request.scale;
    drawing_.transparent = request.transparent;
    drawing_.vision = request.vision;
    drawing_.tile = request.tile;
    drawing_.cancelled = request.cancelled;
    drawing_.report = [this](const std::string& sentence) {
      if (said_.insert(sentence).second) std::fprintf(stderr, "discern-run: %s\n", sentence.c_str());
    };
  }
  /// `from` and `to`: this picture's share of the progress.
  [[nodiscard]] Figure draw(const session::State& state, const std::string& file, double from = 0, double to = 1) {
    // In pixels of a screen a picture is what the window shows; for paper, letters and lines are drawn finer.
    drawing_.asOnScreen = request_.scale == 1 && !request_.transparent && request_.vision.empty() &&
                          suffixOf(file) != ".svg" && suffixOf(file) != ".pdf" &&
                          std::max(drawing_.width, drawing_.height) <= request_.tile;
    drawing_.progress = [this, from, to](double share) {
      if (request_.progress) request_.progress(from + share * (to - from));
    };
    Figure figure = drawFigure(state, provider_, theme_, drawing_);
    if (request_.embed) figure.session = session::textOf(state, file);
    return figure;
  }
  [[nodiscard]] const scene::Theme& theme() const { return theme_; }
  void save(const Figure& figure, const std::string& file) const {
    const std::string suffix = suffixOf(file);
    write(file, suffix == ".svg"   ? svgOf(figure)
                : suffix == ".pdf" ? pdfOf(figure)
                                   : pngOf(flatten(figure), figure.dpi, figure.transparent, figure.session));
  }

private:
  const Request& request_;
  data::FieldProvider& provider_;
  scene::Theme theme_;
  FigureRequest drawing_;
  std::set<std::string> said_;
};

/// "orbit.png" → "orbit-0007.png".
std::string frameFile(const std::string& output, std::size_t frame) {
  const std::filesystem::path path(output);
  char number[32];
  std::snprintf(number, sizeof number, "-%04zu", frame);
  return (path.parent_path() / (path.stem().string() + number + path.extension().string())).string();
}

/// Draws the frames into files, or a video. False: cancelled, and nothing is left.
bool animate(const Request& request, const std::vector<session::State>& frames, Draughtsman& draughtsman) {
  const std::string suffix = suffixOf(request.output);
  std::optional<Video> video;
  std::vector<std::string> files;
  const auto count = static_cast<double>(frames.size());
  const auto undo = [&files] {
    for (const std::string& file : files)
      std::filesystem::remove(file);
  };
  try {
    for (std::size_t i = 0; i < frames.size(); ++i) {
      if (request.cancelled && request.cancelled()) throw Cancelled();
      const std::string file = frameFile(request.output, i + 1);
      const Figure figure =
          draughtsman.draw(frames[i], file, static_cast<double>(i) / count, static_cast<double>(i + 1) / count);
      if (suffix == ".mp4" || suffix == ".webm") {
        if (!video) video.emplace(request.output, figure.width, figure.height, request.rate);
        video->add(flatten(figure));
      } else {
        draughtsman.save(figure, file);
        files.push_back(file);
      }
    }
    if (video) video->commit();
  } catch (const Cancelled&) {
    undo();
    return false;
  } catch (...) {
    undo();
    throw;
  }
  return true;
}

} // namespace
} // namespace discern::render

bool discern_render(const discern::render::Request& request) {
  using namespace discern;
  render::checkOutput(request);
  session::State state;
  std::vector<std::string> files = request.files;
  if (request.session) {
    state = session::load(request.files.at(0));
    files = render::filesOf(state);
  }
  for (const auto* more : {&request.predictions, &request.truths})
    files.insert(files.end(), more->begin(), more->end());
  render::DirectProvider direct;
  const bool far = request.far && std::any_of(files.begin(), files.end(), data::isRemote);
  data::FieldProvider& provider = far ? request.far() : direct;
  if (!request.session) state = render::stateOf(request, provider);
  for (const std::string& file : request.session ? files : std::vector<std::string>())
    (void)render::opened(provider, file); // a file that is gone is told before anything is drawn
  render::adjust(state, request);
  const render::GlContext context;
  render::Draughtsman draughtsman(request, provider);
  try {
    if (!request.animate.empty())
      return render::animate(request, render::framesOf(request.animate, state, provider, draughtsman.theme()),
                             draughtsman);
    const render::Figure figure = draughtsman.draw(state, request.output);
    if (request.cancelled && request.cancelled()) return false;
    draughtsman.save(figure, request.output);
  } catch (const render::Cancelled&) {
    return false;
  }
  return true;
}
