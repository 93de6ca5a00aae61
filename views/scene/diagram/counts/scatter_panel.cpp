#include "scene/diagram/counts/scatter_panel.h"

#include "scene/format.h"

#include <algorithm>
#include <cmath>

namespace discern::scene {
namespace {

constexpr int densityPurpose = 0;
constexpr int cell = 2, largeCell = 4; ///< logical pixels of a cell: of many voxels, and of few
constexpr std::int64_t few = 20'000;

std::string exact(double value) { return nlohmann::json(value).dump(); }

class Scatter final : public ScatterPanel {
public:
  Scatter(Context context, std::string id) : ScatterPanel(std::move(context), "scatter", std::move(id)) {}

  [[nodiscard]] const data::DensityAnswer& density() const override { return density_; }

  [[nodiscard]] std::optional<View> fitted() const override {
    if (empty()) return std::nullopt;
    const auto padded = [](const std::array<double, 2>& range) {
      const double pad = range[1] > range[0] ? 0.03 * (range[1] - range[0]) : std::max(0.5, 0.1 * std::abs(range[0]));
      return std::array{range[0] - pad, range[1] + pad};
    };
    return View{padded(density_.xExtent), padded(density_.yExtent)};
  }

  [[nodiscard]] std::vector<Choice> choices() const override {
    const SourceList values = sourcesOf(SourceKind::Either, state_, context_.provider);
    return {{"y", "Upright", diagram() ? diagram()->y : "", values},
            {"x", "Across", diagram() ? diagram()->x : "", values},
            {"shades", "Shades", option("shades", "logarithm"), {{"logarithm", "log counts"}, {"counts", "counts"}}}};
  }
  [[nodiscard]] bool encloses() const override { return true; }
  [[nodiscard]] bool zoomsBoth() const override { return true; }
  [[nodiscard]] std::string hint() const override {
    return "Drag around values to choose their voxels (L or Alt: freehand, Ctrl: only those chosen already), Esc lets "
           "go";
  }

  [[nodiscard]] std::vector<session::Command> enclose(const std::vector<Pixel>& outline, bool add) const override {
    const auto shown = view();
    if (!shown || !diagram()) return {};
    const auto low = chart_.pixelOf(shown->x[0], shown->y[0]), high = chart_.pixelOf(shown->x[1], shown->y[1]);
    session::VoxelSelection::Condition condition;
    condition.layer = diagram()->x;
    condition.against = diagram()->y;
    for (const Pixel& pixel : outline) {
      const double across = std::clamp((pixel[0] - low[0]) / (high[0] - low[0]), 0.0, 1.0);
      const double up = std::clamp((pixel[1] - low[1]) / (high[1] - low[1]), 0.0, 1.0);
      condition.outline.push_back(
          {shown->x[0] + across * (shown->x[1] - shown->x[0]), shown->y[0] + up * (shown->y[1] - shown->y[0])});
    }
    session::VoxelSelection voxels;
    if (add) voxels = state_.voxels; // conditions hold together: a second one narrows the first
    voxels.name = add && !voxels.name.empty() ? voxels.name + ", narrowed" : diagramName(*diagram(), state_);
    voxels.all.push_back(std::move(condition));
    return {{"selectVoxels", voxels}};
  }

  [[nodiscard]] std::vector<session::Command> click(Pixel, bool) const override {
    if (state_.voxels.all.empty()) return {};
    return {{"selectVoxels", session::VoxelSelection{}}};
  }

  [[nodiscard]] Sheet sheet() const override {
    Sheet sheet;
    if (empty()) return sheet;
    sheet.push_back({axisWords(state_, context_.provider, diagram()->x),
                     axisWords(state_, context_.provider, diagram()->y), "voxels", "chosen"});
    for (int j = 0; j < density_.up; ++j)
      for (int i = 0; i < density_.across; ++i) {
        const auto at =
            static_cast<std::size_t>(j) * static_cast<std::size_t>(density_.across) + static_cast<std::size_t>(i);
        if (density_.counts[at] == 0) continue;
        const auto [x, y] = middle(i, j);
        sheet.push_back({exact(x), exact(y), std::to_string(density_.counts[at]),
                         std::to_string(density_.chosen.empty() ? 0 : density_.chosen[at])});
      }
    return sheet;
  }

protected:
  void ask() override {
    const session::Diagram& of = *diagram();
    const bool both = known(of.x) && known(of.y);
    const auto x = fieldRef(state_, context_.provider, of.x), y = fieldRef(state_, context_.provider, of.y);
    if (!both || !x || !y) {
      drop(densityPurpose);
      density_ = {};
      return;
    }
    if (shown_ != of.x + " " + of.y) density_ = {};
    shown_ = of.x + " " + of.y;
    data::DensityRequest request;
    request.x = *x;
    request.y = *y;
    const int size = density_.voxels > 0 && density_.voxels - density_.missing < few ? largeCell : cell;
    const auto cells = [&](double pixels) { return std::clamp(static_cast<int>(pixels / px(size)), 16, 1024); };
    request.across = cells(width_ - px(80));
    request.up = cells(height_ - px(80));
    if (const auto shown = empty() ? std::optional<View>() : view()) {
      request.xRange = shown->x;
      request.yRange = shown->y;
    } else if (const auto range = state_.plots.find(of.id); range != state_.plots.end()) {
      request.xRange = range->second.x;
      request.yRange = range->second.y;
    }
    request.chosen = chosenVoxels(state_, context_.provider);
    want<data::DensityAnswer>(request, densityPurpose, [this](data::DensityAnswer answer) {
      const bool first = density_.counts.empty();
      density_ = std::move(answer);
      if (density_.missing == density_.voxels) density_ = {};
      if (first && diagram() && !density_.counts.empty()) ask(); // now with the room around the values
    });
  }

  [[nodiscard]] bool empty() const override { return density_.counts.empty(); }
  [[nodiscard]] std::string emptyText() const override {
    for (const std::string& id : {diagram()->x, diagram()->y})
      if (!state_.layer(id)) return "A layer of this plot is not open any more";
    return "No voxel has both values";
  }

  [[nodiscard]] std::string restText() const override {
    std::string words = formatNumber(static_cast<double>(density_.voxels - density_.missing), 9) + " voxels";
    if (std::isfinite(density_.correlation)) words += "   r = " + formatNumber(density_.correlation, 3);
    if (!density_.chosen.empty())
      words += "   " + formatNumber(static_cast<double>(density_.chosenVoxels), 9) + " chosen";
    return words;
  }

  [[nodiscard]] std::string textAt(Pixel pixel) const override {
    const auto at = chart_.dataAt(pixel[0], pixel[1]);
    if (!at) return {};
    const auto place = [](double value, const std::array<double, 2>& range, int count) {
      return static_cast<int>(std::floor((value - range[0]) / (range[1] - range[0]) * count));
    };
    const int i = place((*at)[0], density_.xRange, density_.across), j = place((*at)[1], density_.yRange, density_.up);
    if (i < 0 || j < 0 || i >= density_.across || j >= density_.up) return {};
    const auto slot =
        static_cast<std::size_t>(j) * static_cast<std::size_t>(density_.across) + static_cast<std::size_t>(i);
    std::string words = formatNumber((*at)[0], 4) + ", " + formatNumber((*at)[1], 4) + ":  " +
                        std::to_string(density_.counts[slot]) + (density_.counts[slot] == 1 ? " voxel" : " voxels");
    if (!density_.chosen.empty()) words += ", " + std::to_string(density_.chosen[slot]) + " chosen";
    return words;
  }

  void draw() override {
    const View shown = *view();
    chart_.show({}, {axisWords(state_, context_.provider, diagram()->x), shown.x[0], shown.x[1], {}},
                {axisWords(state_, context_.provider, diagram()->y), shown.y[0], shown.y[1], {}}, look());
    paint();
    const auto low = chart_.pixelOf(density_.xRange[0], density_.yRange[0]),
               high = chart_.pixelOf(density_.xRange[1], density_.yRange[1]);
    raster_.show({low[0], low[1], high[0], high[1]}, chart_.frame(), density_.across, density_.up, colours_);
    drawOutlines();
  }

private:
  [[nodiscard]] std::array<double, 2> middle(int i, int j) const {
    const auto at = [](const std::array<double, 2>& range, int place, int count) {
      return range[0] + (place + 0.5) / count * (range[1] - range[0]);
    };
    return {at(density_.xRange, i, density_.across), at(density_.yRange, j, density_.up)};
  }

  void paint() {
    const bool logarithm = option("shades", "logarithm") == "logarithm";
    std::uint32_t most = 1;
    for (const std::uint32_t count : density_.counts)
      most = std::max(most, count);
    const auto share = [&](std::uint32_t count) {
      return logarithm ? std::log1p(static_cast<double>(count)) / std::log1p(static_cast<double>(most))
                       : static_cast<double>(count) / most;
    };
    const bool any = std::any_of(density_.chosen.begin(), density_.chosen.end(), [](std::uint32_t n) { return n > 0; });
    const Rgb &ink = context_.theme.text, &accent = context_.theme.accent;
    colours_.assign(density_.counts.size(), Rgba8{0, 0, 0, 0});
    for (std::size_t i = 0; i < colours_.size(); ++i) {
      const std::uint32_t count = density_.counts[i];
      if (count == 0) continue;
      const double strength = 0.18 + 0.82 * share(count);
      const double chosen = density_.chosen.empty() ? 0 : static_cast<double>(density_.chosen[i]) / count;
      if (chosen > 0)
        colours_[i] = toRgba8(accent, std::max(0.55, strength));
      else
        colours_[i] = toRgba8(ink, any ? 0.6 * strength : strength);
    }
  }

  /// What was enclosed in these two layers.
  void drawOutlines() {
    for (const auto& condition : state_.voxels.all) {
      const bool same = condition.layer == diagram()->x && condition.against == diagram()->y;
      const bool turned = condition.layer == diagram()->y && condition.against == diagram()->x;
      if (condition.outline.empty() || (!same && !turned)) continue;
      for (std::size_t i = 0; i < condition.outline.size(); ++i) {
        auto a = condition.outline[i], b = condition.outline[(i + 1) % condition.outline.size()];
        if (turned) {
          std::swap(a[0], a[1]);
          std::swap(b[0], b[1]);
        }
        const auto frame = chart_.frame();
        const auto p = chart_.pixelOf(a[0], a[1]), q = chart_.pixelOf(b[0], b[1]);
        const auto inside = [&](const Pixel& one) {
          return one[0] >= frame[0] - 1 && one[0] <= frame[2] + 1 && one[1] >= frame[1] - 1 && one[1] <= frame[3] + 1;
        };
        if (inside(p) && inside(q)) overlay_.line(p[0], p[1], q[0], q[1], px(1), context_.theme.accent, 0.9);
      }
    }
  }

  data::DensityAnswer density_;
  std::string shown_;
  std::vector<Rgba8> colours_;
};

} // namespace

std::unique_ptr<ScatterPanel> makeScatterPanel(Context context, std::string id) {
  return std::make_unique<Scatter>(std::move(context), std::move(id));
}

} // namespace discern::scene
