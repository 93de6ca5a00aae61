#include "scene/plot/plot_panel.h"

#include "scene/format.h"
#include "scene/overlay/painter.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>

namespace discern::scene {
namespace {

constexpr double aroundX = 0.015, aroundY = 0.06; ///< room beside the data, as a share of them
constexpr double reach = 12;                      ///< logical pixels within which a point is hit
constexpr std::int64_t few = 2000;                ///< points that are large enough to be told apart

std::array<double, 2> padded(std::array<double, 2> range, double share) {
  const double pad = range[1] > range[0] ? share * (range[1] - range[0]) : std::max(0.5, 0.1 * std::abs(range[1]));
  return {range[0] - pad, range[1] + pad};
}

} // namespace

PlotPanel::PlotPanel(Context context) : AxesPanel(std::move(context)), chart_(renderer_) {
  renderer_->InteractiveOff();
  renderer_->SetBackground(context_.theme.canvas.data());
  overlay_.setTheme(context_.theme);
}

void PlotPanel::attach(vtkRenderWindow* window) {
  window->SetMultiSamples(4); // smooth lines
  window->AddRenderer(renderer_);
  overlay_.attach(window);
}

void PlotPanel::resize(int width, int height) {
  if (width == width_ && height == height_) return;
  width_ = std::max(1, width);
  height_ = std::max(1, height);
  if (known_) ask();
  changed();
}

void PlotPanel::update(const session::State& state) {
  state_ = state;
  known_ = true;
  ask();
  changed();
}

void PlotPanel::setTheme(const Theme& theme) {
  context_.theme = theme;
  renderer_->SetBackground(context_.theme.canvas.data());
  overlay_.setTheme(context_.theme);
  changed();
}

int PlotPanel::plotWidth() const { return std::max(64, static_cast<int>(width_ - 80 * context_.scale)); }

std::array<double, 2> PlotPanel::xAll() const {
  std::array<double, 2> all{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (const Trace& trace : traces_)
    if (trace.curve.xExtent[0] <= trace.curve.xExtent[1])
      all = {std::min(all[0], trace.curve.xExtent[0]), std::max(all[1], trace.curve.xExtent[1])};
  return all;
}

std::array<double, 2> PlotPanel::yIn(const std::array<double, 2>& x) const {
  std::array<double, 2> in{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (const Trace& trace : traces_)
    for (std::size_t i = 0; i < trace.curve.x.size(); ++i) {
      const double y = trace.curve.y[i];
      if (trace.curve.x[i] < x[0] || trace.curve.x[i] > x[1] || !std::isfinite(y)) continue;
      in = {std::min(in[0], y), std::max(in[1], y)};
    }
  if (!(in[0] <= in[1])) in = {0, 1};
  return in;
}

std::optional<PlotPanel::View> PlotPanel::fitted() const {
  const auto x = xAll();
  if (!(x[0] <= x[1])) return std::nullopt;
  return View{padded(x, aroundX), padded(yIn(x), aroundY)};
}

std::optional<PlotPanel::View> PlotPanel::view() const {
  auto view = fitted();
  if (!view) return view;
  const auto chosen = state_.plots.find(plot());
  if (chosen == state_.plots.end()) return view;
  if (chosen->second.x) {
    view->x = *chosen->second.x;
    view->y = padded(yIn(view->x), aroundY);
  }
  if (chosen->second.y) view->y = *chosen->second.y;
  return view;
}

std::optional<PlotPanel::Hit> PlotPanel::hitAt(double px, double py) const {
  const auto at = chart_.dataAt(px, py);
  if (!at) return std::nullopt;
  std::optional<Hit> best;
  double nearest = std::numeric_limits<double>::infinity();
  for (std::size_t t = 0; t < traces_.size(); ++t) {
    const data::Curve& curve = traces_[t].curve;
    for (std::size_t i = 0; i < curve.x.size(); ++i) {
      if (!std::isfinite(curve.y[i])) continue;
      const auto pixel = chart_.pixelOf(curve.x[i], curve.y[i]);
      // Of a line the place across counts; how far up decides between neighbours.
      const double across = pixel[0] - px, up = (pixel[1] - py) * (traces_[t].joined ? 0.05 : 1);
      const double away = std::hypot(across, up);
      if (away >= nearest || (!traces_[t].joined && away > reach * context_.scale)) continue;
      nearest = away;
      best = Hit{t, curve.index[i], curve.x[i], curve.y[i]};
    }
  }
  return best;
}

void PlotPanel::hover(std::optional<std::array<double, 2>> pixel) {
  if (pixel && !chart_.dataAt((*pixel)[0], (*pixel)[1])) pixel.reset();
  if (pixel == hover_) return;
  hover_ = pixel;
  changed();
}

void PlotPanel::brush(std::optional<std::array<double, 4>> pixels) {
  if (pixels == brush_) return;
  brush_ = pixels;
  changed();
}

std::string PlotPanel::acrossText(double x) const { return formatNumber(x, 7); }

std::string PlotPanel::upTitle() const {
  const Trace& first = traces_.front();
  const bool oneUnit =
      std::all_of(traces_.begin(), traces_.end(), [&](const Trace& trace) { return trace.unit == first.unit; });
  std::string title = traces_.size() == 1 ? first.name : "value";
  if (oneUnit && !first.unit.empty() && first.unit != "1") title += " (" + first.unit + ")";
  const double room = height_ / context_.scale - 74;
  if (6.3 * static_cast<double>(title.size()) > room) title = oneUnit ? first.unit : ""; // the heading names it
  return title;
}

void PlotPanel::changed() {
  draw();
  if (context_.needsRender) context_.needsRender();
}

void PlotPanel::draw() {
  const double scale = context_.scale;
  overlay_.begin(width_, height_, scale);
  const auto shown = view();
  heading_.clear();
  if (!shown) {
    chart_.hide();
    const Overlay::Style style{12, context_.theme.muted, Overlay::Anchor::Centre, false, false};
    if (complete()) overlay_.text(width_ / 2.0, height_ / 2.0, emptyText(), style);
    overlay_.end();
    return;
  }
  std::vector<Chart::Line> lines;
  if (const auto at = mark(); at && *at >= shown->x[0] && *at <= shown->x[1])
    lines.push_back({{*at, *at}, {shown->y[0], shown->y[1]}, context_.theme.text, 0.55, 1, 0});
  for (std::size_t t = 0; t < traces_.size(); ++t) {
    const Trace& trace = traces_[t];
    const Rgb colour = Chart::lineColour(context_.theme, t);
    const std::int64_t count = trace.curve.count;
    const double dot = !trace.dots ? 0 : count <= few / 4 ? 7 : count <= few ? 5 : 3;
    lines.push_back({trace.curve.x, trace.curve.y, colour, trace.joined ? 1 : 0.85, trace.joined ? 1.4 : 0, dot});
  }
  for (std::size_t t = 0; t < traces_.size(); ++t) { // what is selected lies on top, with a rim
    const data::Curve& curve = traces_[t].curve;
    if (curve.keptX.empty()) continue;
    lines.push_back({curve.keptX, curve.keptY, context_.theme.text, 1, 0, 11});
    lines.push_back({curve.keptX, curve.keptY, Chart::lineColour(context_.theme, t), 1, 0, 7});
  }
  Chart::Axis across{acrossTitle(), shown->x[0], shown->x[1], acrossTicks(shown->x[0], shown->x[1])};
  chart_.show(lines, across, {upTitle(), shown->y[0], shown->y[1], {}}, {context_.theme, scale, width_, height_, 30});
  drawHeading();
  if (brush_) {
    const auto [x0, y0, x1, y1] = *brush_;
    const Overlay::Box box{std::min(x0, x1), std::min(y0, y1), std::max(x0, x1), std::max(y0, y1)};
    overlay_.rectangle(box, context_.theme.accent, 0.15);
    for (const auto& edge : {std::array{box.x0, box.y0, box.x1, box.y0}, std::array{box.x1, box.y0, box.x1, box.y1},
                             std::array{box.x1, box.y1, box.x0, box.y1}, std::array{box.x0, box.y1, box.x0, box.y0}})
      overlay_.line(edge[0], edge[1], edge[2], edge[3], scale, context_.theme.accent);
  }
  overlay_.end();
}

/// The values under the pointer, else at the mark, else only what the colours stand for.
void PlotPanel::drawHeading() {
  const double scale = context_.scale, y = height_ - 15 * scale;
  std::optional<double> at;
  std::optional<Hit> hit;
  if (hover_) {
    hit = hitAt((*hover_)[0], (*hover_)[1]);
    if (hit) at = hit->x;
  } else {
    at = mark();
  }
  const Overlay::Style plain{11, context_.theme.text, Overlay::Anchor::Left, false, false};
  const Overlay::Style muted{11, context_.theme.muted, Overlay::Anchor::Left, false, false};
  double x = 12 * scale;
  const auto say = [&](const std::string& words, const Overlay::Style& style) {
    heading_ += (heading_.empty() ? "" : "  ") + words;
    x = overlay_.text(x, y, words, style).x1 + 12 * scale;
  };
  if (at) {
    say(acrossText(*at), muted);
    const auto top = chart_.frame();
    const auto pixel = chart_.pixelOf(*at, 0);
    if (hover_) overlay_.line(pixel[0], top[1], pixel[0], top[3], scale, context_.theme.muted, 0.6);
  }
  for (std::size_t t = 0; t < traces_.size() && x < width_ - 80 * scale; ++t) {
    const Trace& trace = traces_[t];
    const data::Curve& curve = trace.curve;
    std::string words = trace.name;
    std::optional<std::size_t> here;
    if (at && trace.joined && curve.ordered) { // the drawn value nearest in x, and of those the one that was hit
      for (std::size_t i = 0; i < curve.x.size(); ++i) {
        const bool nearer = !here || std::abs(curve.x[i] - *at) < std::abs(curve.x[*here] - *at);
        if (nearer || (hit && hit->trace == t && hit->index == curve.index[i])) here = i;
      }
    } else if (hit && hit->trace == t) {
      const auto found = std::find(curve.index.begin(), curve.index.end(), hit->index);
      if (found != curve.index.end()) here = static_cast<std::size_t>(found - curve.index.begin());
    }
    if (here) {
      words += ":  " + formatNumber(curve.y[*here], 6);
      if (std::isfinite(curve.y[*here]) && !trace.unit.empty() && trace.unit != "1") words += " " + trace.unit;
      const auto dot = chart_.pixelOf(curve.x[*here], curve.y[*here]);
      const double half = 3 * scale;
      if (std::isfinite(dot[1]) && chart_.dataAt(dot[0], dot[1]))
        overlay_.rectangle({dot[0] - half, dot[1] - half, dot[0] + half, dot[1] + half},
                           Chart::lineColour(context_.theme, t));
    }
    const double swatch = 8 * scale;
    overlay_.rectangle({x, y - swatch / 2, x + swatch, y + swatch / 2}, Chart::lineColour(context_.theme, t));
    x += swatch + 6 * scale;
    say(words, plain);
  }
}

} // namespace discern::scene
