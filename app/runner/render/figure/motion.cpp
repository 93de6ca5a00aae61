#include "figure/motion.h"

#include "data/error.h"
#include "offscreen.h"
#include "scene/panel.h"

#include <algorithm>
#include <cmath>
#include <sstream>

namespace discern::render {
namespace {

using data::Vec3;

constexpr std::int64_t mostFrames = 20000;

/// "time:2:10" → {2, 10}. Throws for what is no number.
std::vector<std::int64_t> numbersAfter(const std::string& motion) {
  std::vector<std::int64_t> numbers;
  std::istringstream in(motion.substr(std::min(motion.size(), motion.find(':'))));
  char colon = 0;
  std::int64_t number = 0;
  while (in >> colon >> number)
    numbers.push_back(number);
  if (!in.eof() || (motion.find(':') != std::string::npos && numbers.empty()))
    throw data::UsageError("--animate expects time, time:FROM:TO, time:FROM:TO:STEP, orbit or orbit:FRAMES, not \"" +
                           motion + "\"");
  return numbers;
}

std::int64_t stepsOf(const session::State& state, const data::FieldProvider& provider) {
  std::int64_t steps = 1;
  for (const session::Layer& layer : state.layers) {
    const data::DatasetInfo* dataset = provider.info(layer.path);
    if (const data::FieldInfo* field = dataset ? dataset->field(layer.field) : nullptr)
      steps = std::max(steps, field->time.size);
  }
  return steps;
}

std::vector<session::State> throughTime(const std::vector<std::int64_t>& range, const session::State& state,
                                        const data::FieldProvider& provider) {
  const std::int64_t steps = stepsOf(state, provider);
  if (steps < 2) throw data::UsageError("nothing here changes with time; --animate orbit goes round a 3D view");
  if (range.size() == 1 || range.size() > 3)
    throw data::UsageError(
        "--animate time:FROM:TO:STEP takes the first and the last step, and how many to go on each time");
  const std::int64_t from = range.empty() ? 0 : range[0], to = range.empty() ? steps - 1 : range[1];
  const std::int64_t by = range.size() > 2 ? range[2] : 1;
  if (from < 0 || to >= steps || from > to || by < 1)
    throw data::UsageError("there are steps from 0 to " + std::to_string(steps - 1) + ", not from " +
                           std::to_string(from) + " to " + std::to_string(to) + " by " + std::to_string(by));
  std::vector<session::State> frames;
  frames.reserve(static_cast<std::size_t>((to - from) / by + 1));
  for (std::int64_t step = from; step <= to; step += by) {
    frames.push_back(state);
    frames.back().time = step;
  }
  return frames;
}

double dot(const Vec3& a, const Vec3& b) { return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]; }

Vec3 cross(const Vec3& a, const Vec3& b) {
  return {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
}

/// Rodrigues' rotation about a unit axis.
Vec3 turned(const Vec3& v, const Vec3& axis, double angle) {
  const Vec3 side = cross(axis, v);
  const double along = dot(axis, v) * (1 - std::cos(angle));
  Vec3 out{};
  for (std::size_t i = 0; i < 3; ++i)
    out[i] = v[i] * std::cos(angle) + side[i] * std::sin(angle) + axis[i] * along;
  return out;
}

std::vector<session::State> around(std::int64_t count, const session::State& state, data::FieldProvider& provider,
                                   const scene::Theme& theme) {
  const scene::Grid grid = scene::gridOf(state, provider);
  if (std::find(grid.panels.begin(), grid.panels.end(), "volume") == grid.panels.end())
    throw data::UsageError("there is no 3D view to go round in; --view volume shows one");
  if (count < 2 || count > mostFrames)
    throw data::UsageError("--animate orbit:FRAMES expects from 2 to " + std::to_string(mostFrames) + " frames");
  // The camera in force: a state that was never turned leaves it to the panel.
  const auto panel = scene::makePanel("volume", {provider, theme, 1, [] {}, [](const std::string&) {}});
  Offscreen offscreen(*panel, 256, 256);
  panel->update(state);
  offscreen.wait(60);
  offscreen.settle();
  const session::View3D view = dynamic_cast<scene::SpacePanel&>(*panel).view();
  const double length = std::sqrt(dot(view.up, view.up));
  const Vec3 axis{view.up[0] / length, view.up[1] / length, view.up[2] / length};
  const Vec3 arm{view.position[0] - view.focal[0], view.position[1] - view.focal[1], view.position[2] - view.focal[2]};
  std::vector<session::State> frames;
  frames.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) {
    const Vec3 now = turned(arm, axis, 2 * M_PI * static_cast<double>(i) / static_cast<double>(count));
    frames.push_back(state);
    session::View3D& camera = frames.back().view3d;
    camera = view;
    for (std::size_t a = 0; a < 3; ++a)
      camera.position[a] = view.focal[a] + now[a];
  }
  return frames;
}

} // namespace

std::vector<session::State> framesOf(const std::string& motion, const session::State& state,
                                     data::FieldProvider& provider, const scene::Theme& theme) {
  const std::vector<std::int64_t> numbers = numbersAfter(motion);
  const std::string kind = motion.substr(0, motion.find(':'));
  constexpr std::int64_t usualFrames = 120;
  if (kind == "time") return throughTime(numbers, state, provider);
  if (kind == "orbit" && numbers.size() <= 1)
    return around(numbers.empty() ? usualFrames : numbers[0], state, provider, theme);
  throw data::UsageError("--animate is time or orbit, not \"" + motion + "\"");
}

} // namespace discern::render
