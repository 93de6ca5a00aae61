#include "scene/diagram/counts/histogram_panel.h"

#include "scene/format.h"

#include <algorithm>
#include <cmath>

namespace discern::scene {
namespace {

constexpr int countsPurpose = 0;

class Histogram final : public HistogramPanel {
public:
  Histogram(Context context, std::string id) : HistogramPanel(std::move(context), "histogram", std::move(id)) {}

  [[nodiscard]] const data::HistogramAnswer& counts() const override { return counts_; }

  [[nodiscard]] std::optional<View> fitted() const override {
    if (empty()) return std::nullopt;
    // One bin that towers over all (of background, mostly) is cut off: the others would not be seen beside it.
    double most = 1, second = 1;
    for (const std::uint32_t count : counts_.counts) {
      const double tall = height(count);
      second = std::max(second, std::min(most, tall));
      most = std::max(most, tall);
    }
    if (most > 4 * second && counts_.counts.size() > 4) most = 1.3 * second;
    std::array<double, 2> range = counts_.extent;
    if (!(range[0] < range[1])) range = counts_.range;
    return View{range, {0, 1.06 * most}};
  }

  [[nodiscard]] std::vector<Choice> choices() const override {
    return {{"x", "Layer", diagram() ? diagram()->x : "", sourcesOf(SourceKind::Either, state_, context_.provider)},
            {"bins",
             "Bins",
             option("bins", "128"),
             {{"32", "32 bins"}, {"64", "64 bins"}, {"128", "128 bins"}, {"256", "256 bins"}, {"512", "512 bins"}}},
            {"counts", "Counts", option("counts", "counts"), {{"counts", "counts"}, {"logarithm", "log counts"}}}};
  }
  [[nodiscard]] bool encloses() const override { return true; }
  [[nodiscard]] std::string hint() const override {
    return "Drag across values to choose their voxels (Ctrl: only those chosen already), Esc lets go";
  }

  [[nodiscard]] std::vector<session::Command> enclose(const std::vector<Pixel>& outline, bool add) const override {
    const auto shown = view();
    if (!shown || !diagram()) return {};
    const auto low = chart_.pixelOf(shown->x[0], 0), high = chart_.pixelOf(shown->x[1], 0);
    std::array<double, 2> range{1e300, -1e300};
    for (const Pixel& pixel : outline) {
      const double x =
          shown->x[0] + std::clamp((pixel[0] - low[0]) / (high[0] - low[0]), 0.0, 1.0) * (shown->x[1] - shown->x[0]);
      range = {std::min(range[0], x), std::max(range[1], x)};
    }
    session::VoxelSelection voxels;
    if (add) voxels = state_.voxels;
    voxels.name = add && !voxels.name.empty() ? voxels.name + ", narrowed" : sourceName(state_, diagram()->x);
    voxels.all.push_back({diagram()->x, {}, range, {}, {}});
    return {{"selectVoxels", voxels}};
  }

  [[nodiscard]] std::vector<session::Command> click(Pixel, bool) const override {
    if (state_.voxels.all.empty()) return {};
    return {{"selectVoxels", session::VoxelSelection{}}};
  }

  [[nodiscard]] Sheet sheet() const override {
    Sheet sheet;
    if (empty()) return sheet;
    sheet.push_back({"from", "to", "voxels", "chosen"});
    for (std::size_t i = 0; i < counts_.counts.size(); ++i)
      sheet.push_back({nlohmann::json(edge(i)).dump(), nlohmann::json(edge(i + 1)).dump(),
                       std::to_string(counts_.counts[i]),
                       std::to_string(counts_.chosen.empty() ? 0 : counts_.chosen[i])});
    return sheet;
  }

protected:
  void ask() override {
    const session::Diagram& of = *diagram();
    const bool open = known(of.x);
    const auto ref = fieldRef(state_, context_.provider, of.x);
    if (!open || !ref) {
      drop(countsPurpose);
      counts_ = {};
      return;
    }
    if (shown_ != of.x) counts_ = {};
    shown_ = of.x;
    data::HistogramRequest request;
    request.of = *ref;
    request.bins = std::clamp(std::atoi(option("bins", "128").c_str()), 2, 4096);
    if (const auto range = state_.plots.find(of.id); range != state_.plots.end()) request.range = range->second.x;
    request.chosen = chosenVoxels(state_, context_.provider);
    want<data::HistogramAnswer>(request, countsPurpose, [this](data::HistogramAnswer answer) {
      counts_ = std::move(answer);
      if (counts_.missing == counts_.voxels) counts_ = {};
    });
  }

  [[nodiscard]] bool empty() const override { return counts_.counts.empty(); }
  [[nodiscard]] std::string emptyText() const override {
    return state_.layer(diagram()->x) ? "No voxel has a value" : "The layer of this plot is not open any more";
  }

  [[nodiscard]] std::string restText() const override {
    const auto number = [](double value) { return formatNumber(value, 5); };
    std::string words = formatNumber(static_cast<double>(counts_.voxels - counts_.missing), 9) + " voxels   mean " +
                        number(counts_.mean) + " ± " + number(counts_.deviation);
    if (counts_.missing > 0) words += "   " + formatNumber(static_cast<double>(counts_.missing), 9) + " missing";
    if (!counts_.chosen.empty())
      words += "   " + formatNumber(static_cast<double>(counts_.chosenVoxels), 9) + " chosen, mean " +
               number(counts_.chosenMean);
    return words;
  }

  [[nodiscard]] std::string textAt(Pixel pixel) const override {
    const auto at = chart_.dataAt(pixel[0], pixel[1]);
    if (!at) return {};
    const double share = ((*at)[0] - counts_.range[0]) / (counts_.range[1] - counts_.range[0]);
    if (share < 0 || share >= 1) return {};
    const auto bin = static_cast<std::size_t>(share * static_cast<double>(counts_.counts.size()));
    std::string words = formatNumber(edge(bin), 5) + " to " + formatNumber(edge(bin + 1), 5) + ":  " +
                        std::to_string(counts_.counts[bin]) + " voxels";
    if (!counts_.chosen.empty()) words += ", " + std::to_string(counts_.chosen[bin]) + " chosen";
    return words;
  }

  void draw() override {
    raster_.hide();
    const View shown = *view();
    const bool logarithm = option("counts", "counts") == "logarithm";
    Chart::Axis up{"voxels", shown.y[0], shown.y[1], {}};
    if (logarithm) // whole powers of ten
      for (int power = 0; power <= static_cast<int>(shown.y[1]); ++power)
        up.ticks.emplace_back(power, formatNumber(std::pow(10.0, power), 4));
    chart_.show({}, {axisWords(state_, context_.provider, diagram()->x), shown.x[0], shown.x[1], {}}, up, look());
    bars(counts_.counts, context_.theme.muted, counts_.chosen.empty() ? 0.85 : 0.5);
    bars(counts_.chosen, context_.theme.accent, 0.95);
    const auto frame = chart_.frame();
    for (const auto& condition : state_.voxels.all) {
      if (!condition.range || condition.layer != diagram()->x) continue;
      const double x0 = std::clamp(chart_.pixelOf((*condition.range)[0], 0)[0], frame[0], frame[2]);
      const double x1 = std::clamp(chart_.pixelOf((*condition.range)[1], 0)[0], frame[0], frame[2]);
      overlay_.rectangle({x0, frame[1], x1, frame[3]}, context_.theme.accent, 0.12);
    }
  }

private:
  [[nodiscard]] double height(std::uint32_t count) const {
    if (option("counts", "counts") != "logarithm") return count;
    return count == 0 ? 0 : std::log10(static_cast<double>(count)) + 0.15; // one voxel is seen, too
  }
  [[nodiscard]] double edge(std::size_t bin) const {
    return counts_.range[0] + static_cast<double>(bin) / static_cast<double>(counts_.counts.size()) *
                                  (counts_.range[1] - counts_.range[0]);
  }
  void bars(const std::vector<std::uint32_t>& counts, const Rgb& colour, double opacity) {
    const auto frame = chart_.frame();
    for (std::size_t i = 0; i < counts.size(); ++i) {
      if (counts[i] == 0) continue;
      const auto low = chart_.pixelOf(edge(i), 0), high = chart_.pixelOf(edge(i + 1), height(counts[i]));
      const double x0 = std::max(low[0], frame[0]), x1 = std::min(high[0], frame[2]);
      const double y0 = std::max(low[1], frame[1]), y1 = std::min(std::max(high[1], y0 + px(1)), frame[3]);
      if (x0 < x1 && y0 < y1) overlay_.rectangle({x0, y0, x1, y1}, colour, opacity);
      if (x0 >= x1 || high[1] <= frame[3] + 1) continue;
      for (int gap = 0; gap < 2; ++gap) // cut off
        overlay_.rectangle({x0 - px(2), frame[3] - px(8 + 5 * gap), x1 + px(2), frame[3] - px(6 + 5 * gap)},
                           context_.theme.canvas);
    }
  }

  data::HistogramAnswer counts_;
  std::string shown_;
};

} // namespace

std::unique_ptr<HistogramPanel> makeHistogramPanel(Context context, std::string id) {
  return std::make_unique<Histogram>(std::move(context), std::move(id));
}

} // namespace discern::scene
