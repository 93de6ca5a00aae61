#include "scene/diagram/counts/groups_panel.h"

#include "scene/colour/labels.h"
#include "scene/format.h"

#include <algorithm>
#include <cmath>

namespace discern::scene {
namespace {

constexpr int groupsPurpose = 0;

std::string exact(double value) { return nlohmann::json(value).dump(); }

class Groups final : public GroupsPanel {
public:
  Groups(Context context, std::string id) : GroupsPanel(std::move(context), "groups", std::move(id)) {}

  [[nodiscard]] const data::GroupsAnswer& groups() const override { return groups_; }

  [[nodiscard]] std::optional<View> fitted() const override {
    if (empty()) return std::nullopt;
    const double pad = 0.05 * (groups_.range[1] - groups_.range[0]);
    return View{{0, static_cast<double>(groups_.groups.size())}, {groups_.range[0] - pad, groups_.range[1] + pad}};
  }

  [[nodiscard]] std::vector<Choice> choices() const override {
    return {{"x", "Values", diagram() ? diagram()->x : "", sourcesOf(SourceKind::Values, state_, context_.provider)},
            {"y", "Labels", diagram() ? diagram()->y : "", sourcesOf(SourceKind::Labels, state_, context_.provider)},
            {"shape", "Shape", option("shape", "boxes"), {{"boxes", "boxes"}, {"violins", "violins"}}},
            {"order",
             "Order",
             option("order", "label"),
             {{"label", "by label"}, {"median", "by median"}, {"size", "by size"}}}};
  }
  [[nodiscard]] std::string hint() const override {
    return "Click a group to choose its label (Ctrl adds), arrows go to its neighbours";
  }

  [[nodiscard]] std::vector<session::Command> click(Pixel pixel, bool add) const override {
    const auto at = groupAt(pixel);
    return at ? choose(*at, add) : std::vector<session::Command>{};
  }

  [[nodiscard]] std::vector<session::Command> step(int right, int) const override {
    if (empty() || right == 0) return {};
    const auto all = ordered();
    std::int64_t at = right > 0 ? -1 : static_cast<std::int64_t>(all.size());
    for (std::size_t i = 0; i < all.size(); ++i)
      if (isChosen(groups_.groups[all[i]].label)) {
        at = static_cast<std::int64_t>(i);
        if (right < 0) break;
      }
    return choose(
        static_cast<std::size_t>(std::clamp<std::int64_t>(at + right, 0, static_cast<std::int64_t>(all.size()) - 1)),
        false);
  }

  [[nodiscard]] Sheet sheet() const override {
    Sheet sheet;
    if (empty()) return sheet;
    sheet.push_back({"label", "name", "voxels", "min", "lower whisker", "lower quartile", "median", "upper quartile",
                     "upper whisker", "max", "mean", "standard deviation"});
    for (const std::size_t i : ordered()) {
      const auto& group = groups_.groups[i];
      sheet.push_back({std::to_string(group.label), group.name, std::to_string(group.count), exact(group.min),
                       exact(group.whiskerLow), exact(group.low), exact(group.median), exact(group.high),
                       exact(group.whiskerHigh), exact(group.max), exact(group.mean), exact(group.deviation)});
    }
    return sheet;
  }

protected:
  void ask() override {
    const session::Diagram& of = *diagram();
    const bool both = known(of.x) && known(of.y);
    const auto values = fieldRef(state_, context_.provider, of.x), labels = fieldRef(state_, context_.provider, of.y);
    if (!both || !values || !labels) {
      drop(groupsPurpose);
      groups_ = {};
      return;
    }
    data::GroupsRequest request;
    request.of = *values;
    request.labels = *labels;
    want<data::GroupsAnswer>(request, groupsPurpose,
                             [this](data::GroupsAnswer answer) { groups_ = std::move(answer); });
  }

  [[nodiscard]] bool empty() const override { return groups_.groups.empty(); }
  [[nodiscard]] std::string emptyText() const override {
    if (!state_.layer(diagram()->x)) return "The layer of values is not open any more";
    if (!state_.layer(diagram()->y)) return "Choose a layer of labels";
    return "No label has a voxel with a value";
  }

  [[nodiscard]] std::string restText() const override {
    std::string words = std::to_string(groups_.groups.size()) + " labels";
    if (groups_.leftOut > 0) words += ", " + std::to_string(groups_.leftOut) + " smaller ones are left out";
    std::string chosen;
    for (const auto& group : groups_.groups)
      if (isChosen(group.label)) chosen += (chosen.empty() ? "   " : "; ") + groupText(group);
    return words + chosen;
  }

  [[nodiscard]] std::string textAt(Pixel pixel) const override {
    const auto at = groupAt(pixel);
    return at ? groupText(groups_.groups[ordered()[*at]]) : std::string();
  }

  void draw() override {
    raster_.hide();
    const View shown = *view();
    const auto all = ordered();
    Chart::Axis across{sourceName(state_, diagram()->y), shown.x[0], shown.x[1], {}};
    const double room = (width_ - px(90)) / (shown.x[1] - shown.x[0]);
    const auto letters = static_cast<std::size_t>(std::max(0.0, room / px(7)));
    for (std::size_t i = 0; i < all.size(); ++i) {
      const double at = static_cast<double>(i) + 0.5;
      if (at < shown.x[0] || at > shown.x[1]) continue;
      const auto& group = groups_.groups[all[i]];
      std::string words = group.name;
      if (words.size() > letters) words = std::to_string(group.label); // where no names fit, numbers may
      if (words.size() <= letters) across.ticks.emplace_back(at, words);
    }
    if (across.ticks.empty()) across.ticks.emplace_back(shown.x[0], "");
    chart_.show({}, across, {axisWords(state_, context_.provider, diagram()->x), shown.y[0], shown.y[1], {}}, look());
    const bool violins = option("shape", "boxes") == "violins";
    for (std::size_t i = 0; i < all.size(); ++i)
      if (static_cast<double>(i) + 1 > shown.x[0] && static_cast<double>(i) < shown.x[1])
        drawGroup(groups_.groups[all[i]], static_cast<double>(i) + 0.5, violins);
  }

private:
  [[nodiscard]] std::vector<std::size_t> ordered() const {
    std::vector<std::size_t> all(groups_.groups.size());
    for (std::size_t i = 0; i < all.size(); ++i)
      all[i] = i;
    const std::string by = option("order", "label");
    const auto& of = groups_.groups;
    if (by == "median")
      std::stable_sort(all.begin(), all.end(), [&](auto a, auto b) { return of[a].median < of[b].median; });
    if (by == "size")
      std::stable_sort(all.begin(), all.end(), [&](auto a, auto b) { return of[a].count > of[b].count; });
    return all;
  }

  [[nodiscard]] bool isChosen(std::int64_t label) const {
    const auto found = state_.selection.find(diagram()->y);
    return found != state_.selection.end() && found->second.contains(label);
  }

  [[nodiscard]] std::optional<std::size_t> groupAt(Pixel pixel) const {
    const auto at = chart_.dataAt(pixel[0], pixel[1]);
    if (!at || empty()) return std::nullopt;
    return std::min(static_cast<std::size_t>(std::max(0.0, (*at)[0])), groups_.groups.size() - 1);
  }

  [[nodiscard]] std::string groupText(const data::GroupsAnswer::Group& group) const {
    const std::string unit = groups_.unit.empty() || groups_.unit == "1" ? "" : " " + groups_.unit;
    return group.name + ":  median " + formatNumber(group.median, 4) + unit + " (" + formatNumber(group.low, 4) +
           " to " + formatNumber(group.high, 4) + "), mean " + formatNumber(group.mean, 4) + ", " +
           formatNumber(static_cast<double>(group.count), 9) + " voxels";
  }

  [[nodiscard]] std::vector<session::Command> choose(std::size_t place, bool add) const {
    auto selection = state_.selection;
    auto& labels = selection[diagram()->y];
    if (!add) labels.clear();
    labels.insert(groups_.groups[ordered()[place]].label);
    return {{"select", {{"selection", selection}}}};
  }

  void drawGroup(const data::GroupsAnswer::Group& group, double at, bool violin) {
    const auto frame = chart_.frame();
    const double cell = (frame[2] - frame[0]) / (view()->x[1] - view()->x[0]);
    const double half = std::clamp(0.36 * cell, 1.0, px(28)), x = chart_.pixelOf(at, 0)[0];
    const auto y = [&](double value) { return std::clamp(chart_.pixelOf(0, value)[1], frame[1], frame[3]); };
    const auto box = [&](double x0, double y0, double x1, double y1, const Rgb& colour, double opacity) {
      x0 = std::max(x0, frame[0]);
      x1 = std::min(x1, frame[2]);
      if (x0 < x1) overlay_.rectangle({x0, y0, x1, std::max(y1, y0 + 1)}, colour, opacity);
    };
    const bool chosen = isChosen(group.label);
    const Rgb colour = labelColour(group.label);
    const double thin = std::max(1.0, px(1));
    if (chosen) box(x - cell / 2, frame[1], x + cell / 2, frame[3], context_.theme.accent, 0.16);
    if (violin) {
      const auto bins = group.curve.size();
      const double step = (groups_.range[1] - groups_.range[0]) / static_cast<double>(bins);
      for (std::size_t i = 0; i + 1 < bins; ++i) {
        const double v0 = groups_.range[0] + (static_cast<double>(i) + 0.5) * step, v1 = v0 + step;
        const double a = half * group.curve[i], b = half * group.curve[i + 1];
        if (v1 < group.min - step || v0 > group.max + step || (a < 0.2 && b < 0.2)) continue;
        if (x - half < frame[0] || x + half > frame[2]) continue;
        overlay_.quad({x - a, y(v0), x + a, y(v0), x + b, y(v1), x - b, y(v1)}, colour, 0.75);
      }
    } else {
      const double cap = half / 2;
      box(x - thin / 2, y(group.whiskerLow), x + thin / 2, y(group.low), context_.theme.text, 0.8);
      box(x - thin / 2, y(group.high), x + thin / 2, y(group.whiskerHigh), context_.theme.text, 0.8);
      for (const double end : {group.whiskerLow, group.whiskerHigh})
        box(x - cap, y(end) - thin / 2, x + cap, y(end) + thin / 2, context_.theme.text, 0.8);
      box(x - half, y(group.low), x + half, y(group.high), colour, 0.85);
      for (const double end : {group.min, group.max}) // what lies farther out
        if (end < group.whiskerLow || end > group.whiskerHigh)
          box(x - px(1.5), y(end) - px(1.5), x + px(1.5), y(end) + px(1.5), context_.theme.muted, 0.9);
    }
    const double width = violin ? std::max(half / 3, px(3)) : half;
    box(x - width, y(group.median) - px(1), x + width, y(group.median) + px(1), context_.theme.text, 1);
    if (violin) box(x - thin / 2, y(group.low), x + thin / 2, y(group.high), context_.theme.text, 0.9);
  }

  data::GroupsAnswer groups_;
};

} // namespace

std::unique_ptr<GroupsPanel> makeGroupsPanel(Context context, std::string id) {
  return std::make_unique<Groups>(std::move(context), std::move(id));
}

} // namespace discern::scene
