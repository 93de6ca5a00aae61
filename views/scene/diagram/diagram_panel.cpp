#include "scene/diagram/diagram_panel.h"

#include "scene/format.h"

#include <algorithm>
#include <vtkRenderWindow.h>

namespace discern::scene {

DiagramPanel::DiagramPanel(Context context, std::string kind, std::string id)
    : AxesPanel(std::move(context)), raster_(renderer_), chart_(renderer_), kind_(std::move(kind)), id_(std::move(id)) {
  renderer_->InteractiveOff();
  renderer_->SetBackground(context_.theme.canvas.data());
  overlay_.setTheme(context_.theme);
}

void DiagramPanel::attach(vtkRenderWindow* window) {
  window->SetMultiSamples(4);
  window->AddRenderer(renderer_);
  overlay_.attach(window);
}

void DiagramPanel::resize(int width, int height) {
  if (width == width_ && height == height_) return;
  width_ = std::max(1, width);
  height_ = std::max(1, height);
  if (known_ && diagram()) ask();
  changed();
}

void DiagramPanel::update(const session::State& state) {
  if (known_ && state == state_) return;
  state_ = state;
  known_ = true;
  if (diagram()) ask();
  changed();
}

void DiagramPanel::setTheme(const Theme& theme) {
  context_.theme = theme;
  renderer_->SetBackground(context_.theme.canvas.data());
  overlay_.setTheme(context_.theme);
  changed();
}

void DiagramPanel::reread() {
  asked_.clear();
  if (known_ && diagram()) ask();
}

bool DiagramPanel::complete() const { return known_ && waiting_.empty() && opening_.empty(); }

std::optional<AxesPanel::View> DiagramPanel::view() const {
  auto view = fitted();
  const auto chosen = state_.plots.find(id_);
  if (!view || chosen == state_.plots.end()) return view;
  if (chosen->second.x) view->x = *chosen->second.x;
  if (chosen->second.y) view->y = *chosen->second.y;
  return view;
}

void DiagramPanel::hover(std::optional<Pixel> pixel) {
  if (pixel == hover_) return;
  hover_ = pixel;
  changed();
}

void DiagramPanel::sketch(std::vector<Pixel> outline) {
  if (outline == outline_) return;
  outline_ = std::move(outline);
  changed();
}

std::string DiagramPanel::option(const std::string& name, const char* fallback) const {
  const session::Diagram* of = diagram();
  const auto found = of ? of->options.find(name) : std::map<std::string, std::string>::const_iterator();
  return of && found != of->options.end() ? found->second : fallback;
}

bool DiagramPanel::known(const std::string& source) {
  const session::Layer* layer = state_.layer(source);
  if (!layer) return state_.tableOf(source) != nullptr;
  if (context_.provider.info(layer->path)) return true;
  if (failed_.contains(layer->path) || !opening_.insert(layer->path).second) return false;
  context_.provider.open(layer->path, [weak = std::weak_ptr(alive_), this,
                                       path = layer->path](data::FieldProvider::Reply<data::DatasetInfo> reply) {
    if (weak.expired()) return;
    opening_.erase(path);
    if (!reply.error.empty()) failed_.insert(path);
    if (diagram()) ask();
    changed();
  });
  return context_.provider.info(layer->path) != nullptr; // the answer may have come at once
}

void DiagramPanel::drop(int purpose) {
  asked_.erase(purpose);
  errors_.erase(purpose);
  waiting_.erase(purpose);
}

bool DiagramPanel::arrived(int purpose, const std::string& asked, const std::string& error) {
  const auto current = asked_.find(purpose);
  if (current == asked_.end() || current->second != asked) return false;
  waiting_.erase(purpose);
  if (error.empty())
    errors_.erase(purpose);
  else
    errors_[purpose] = error;
  return true;
}

void DiagramPanel::changed() {
  redraw();
  if (context_.needsRender) context_.needsRender();
}

/// A sentence in the middle, in lines that fit.
void DiagramPanel::say(const std::string& words) {
  trouble_ = words;
  const Overlay::Style style{12, context_.theme.muted, Overlay::Anchor::Centre, false, false};
  std::vector<std::string> lines{""};
  for (std::size_t at = 0; at < words.size();) {
    const std::size_t end = std::min(words.find(' ', at), words.size());
    const std::string word = words.substr(at, end - at);
    const std::string longer = lines.back().empty() ? word : lines.back() + " " + word;
    if (lines.back().empty() || overlay_.sizeOf(longer, style)[0] < width_ - px(48))
      lines.back() = longer;
    else
      lines.push_back(word);
    at = end + 1;
  }
  double y = height_ / 2.0 + px(9) * (static_cast<double>(lines.size()) - 1);
  for (const std::string& line : lines) {
    overlay_.text(width_ / 2.0, y, line, style);
    y -= px(18);
  }
}

void DiagramPanel::redraw() {
  overlay_.begin(width_, height_, context_.scale);
  raster_.fit(width_, height_);
  heading_.clear();
  trouble_.clear();
  const bool nothing = !diagram() || empty();
  if (nothing || !errors_.empty()) {
    chart_.hide();
    raster_.hide();
    if (!errors_.empty())
      say(errors_.begin()->second);
    else if (complete())
      say(diagram() ? emptyText() : "This plot was closed");
    else if (known_)
      say("Working it out…");
    overlay_.end();
    return;
  }
  draw();
  heading_ = hover_ ? textAt(*hover_) : std::string();
  const bool resting = heading_.empty();
  if (resting) heading_ = restText();
  const Overlay::Style plain{11, resting ? context_.theme.muted : context_.theme.text, Overlay::Anchor::Left, false,
                             false};
  std::string fits = heading_; // its end goes first
  while (fits.size() > 1 && overlay_.sizeOf(fits, plain)[0] > width_ - px(20)) {
    const std::size_t cut = fits.rfind(' ', fits.size() - 5);
    fits = fits.substr(0, cut == std::string::npos ? fits.size() / 2 : cut) + " …";
    if (cut == std::string::npos || fits.size() < 16) break;
  }
  overlay_.text(px(12), height_ - px(15), fits, plain);
  for (std::size_t i = 0; i < outline_.size(); ++i) {
    const Pixel &a = outline_[i], &b = outline_[(i + 1) % outline_.size()];
    overlay_.line(a[0], a[1], b[0], b[1], context_.scale, context_.theme.accent);
  }
  overlay_.end();
}

} // namespace discern::scene
