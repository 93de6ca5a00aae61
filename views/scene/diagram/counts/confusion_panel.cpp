#include "scene/diagram/counts/confusion_panel.h"

#include "scene/format.h"

#include <algorithm>
#include <cmath>

namespace discern::scene {
namespace {

constexpr int confusionPurpose = 0;

class Confusion final : public ConfusionPanel {
public:
  Confusion(Context context, std::string id) : ConfusionPanel(std::move(context), "confusion", std::move(id)) {}

  [[nodiscard]] const data::ConfusionAnswer& confusion() const override { return counts_; }

  [[nodiscard]] std::optional<View> fitted() const override {
    if (empty()) return std::nullopt;
    return View{{0, static_cast<double>(counts_.prediction.size())}, {0, static_cast<double>(counts_.truth.size())}};
  }

  [[nodiscard]] std::vector<Choice> choices() const override {
    const SourceList labels = sourcesOf(SourceKind::Either, state_, context_.provider);
    return {{"x", "Truth (rows)", diagram() ? diagram()->x : "", labels},
            {"y", "Prediction (columns)", diagram() ? diagram()->y : "", labels},
            {"shares",
             "Colours show",
             option("shares", "truth"),
             {{"truth", "share of the truth"}, {"prediction", "share of the prediction"}, {"counts", "log counts"}}}};
  }
  [[nodiscard]] bool zoomsBoth() const override { return true; }
  [[nodiscard]] std::string hint() const override {
    return "Click a cell to choose its voxels, arrows go to its neighbours, Esc lets go";
  }

  [[nodiscard]] std::vector<session::Command> click(Pixel pixel, bool) const override {
    const auto cell = cellAt(pixel);
    return cell ? choose((*cell)[0], (*cell)[1]) : std::vector<session::Command>{};
  }

  [[nodiscard]] std::vector<session::Command> step(int right, int up) const override {
    if (empty()) return {};
    const auto from = chosen().value_or(std::array<std::size_t, 2>{0, 0});
    const auto moved = [](std::size_t at, int by, std::size_t count) {
      return static_cast<std::size_t>(
          std::clamp<std::int64_t>(static_cast<std::int64_t>(at) + by, 0, static_cast<std::int64_t>(count) - 1));
    };
    return choose(moved(from[0], -up, counts_.truth.size()), moved(from[1], right, counts_.prediction.size()));
  }

  [[nodiscard]] Sheet sheet() const override {
    Sheet sheet;
    if (empty()) return sheet;
    std::vector<std::string> head{"truth \\ prediction"};
    head.insert(head.end(), counts_.predictionNames.begin(), counts_.predictionNames.end());
    sheet.push_back(std::move(head));
    for (std::size_t row = 0; row < counts_.truth.size(); ++row) {
      std::vector<std::string> line{counts_.truthNames[row]};
      for (std::size_t column = 0; column < counts_.prediction.size(); ++column)
        line.push_back(std::to_string(count(row, column)));
      sheet.push_back(std::move(line));
    }
    return sheet;
  }

protected:
  void ask() override {
    const session::Diagram& of = *diagram();
    const bool both = known(of.x) && known(of.y);
    const auto truth = fieldRef(state_, context_.provider, of.x),
               prediction = fieldRef(state_, context_.provider, of.y);
    if (!both || !truth || !prediction) {
      drop(confusionPurpose);
      counts_ = {};
      return;
    }
    data::ConfusionRequest request;
    request.truth = *truth;
    request.prediction = *prediction;
    want<data::ConfusionAnswer>(request, confusionPurpose,
                                [this](data::ConfusionAnswer answer) { counts_ = std::move(answer); });
  }

  [[nodiscard]] bool empty() const override { return counts_.counts.empty(); }
  [[nodiscard]] std::string emptyText() const override {
    for (const std::string& id : {diagram()->x, diagram()->y})
      if (!state_.layer(id)) return "A layer of this plot is not open any more";
    return "No voxel has a label on both sides";
  }

  [[nodiscard]] std::string restText() const override {
    std::int64_t agree = 0;
    for (std::size_t row = 0; row < counts_.truth.size(); ++row)
      for (std::size_t column = 0; column < counts_.prediction.size(); ++column)
        if (counts_.truth[row] == counts_.prediction[column]) agree += count(row, column);
    std::string words = formatNumber(static_cast<double>(counts_.voxels), 9) + " voxels, " +
                        formatNumber(100.0 * static_cast<double>(agree) / static_cast<double>(counts_.voxels), 4) +
                        " % have the same label";
    if (counts_.leftOut > 0)
      words += "   small labels with " + std::to_string(counts_.leftOut) + " voxels are left out";
    if (const auto cell = chosen()) words += "   chosen: " + cellText((*cell)[0], (*cell)[1]);
    return words;
  }

  [[nodiscard]] std::string textAt(Pixel pixel) const override {
    const auto cell = cellAt(pixel);
    return cell ? cellText((*cell)[0], (*cell)[1]) : std::string();
  }

  void draw() override {
    const View shown = *view();
    const std::size_t rows = counts_.truth.size(), columns = counts_.prediction.size();
    Chart::Axis across{"prediction: " + sourceName(state_, diagram()->y), shown.x[0], shown.x[1], {}};
    Chart::Axis up{"truth: " + sourceName(state_, diagram()->x), shown.y[0], shown.y[1], {}};
    const double wide = (width_ - px(140)) / (shown.x[1] - shown.x[0]),
                 tall = (height_ - px(90)) / (shown.y[1] - shown.y[0]);
    for (std::size_t row = 0; row < rows; ++row)
      if (const double at = static_cast<double>(rows - row) - 0.5; at > shown.y[0] && at < shown.y[1] && tall >= px(12))
        up.ticks.emplace_back(at, shortened(counts_.truthNames[row], 14));
    const auto letters = static_cast<std::size_t>(std::max(0.0, wide / px(7.2)));
    for (std::size_t column = 0; column < columns; ++column)
      if (const double at = static_cast<double>(column) + 0.5; at > shown.x[0] && at < shown.x[1] && letters >= 2)
        across.ticks.emplace_back(at, shortened(counts_.predictionNames[column], letters));
    if (up.ticks.empty()) up.ticks.emplace_back(shown.y[0], "");
    if (across.ticks.empty()) across.ticks.emplace_back(shown.x[0], "");
    Chart::Look room = look();
    room.grid = false;
    chart_.show({}, across, up, room);
    // Shades of the accent on the canvas, so that nothing is nothing.
    std::vector<Rgba8> colours(rows * columns);
    for (std::size_t row = 0; row < rows; ++row)
      for (std::size_t column = 0; column < columns; ++column)
        colours[(rows - 1 - row) * columns + column] = toRgba8(shade(share(row, column)));
    const auto low = chart_.pixelOf(0, 0),
               high = chart_.pixelOf(static_cast<double>(columns), static_cast<double>(rows));
    raster_.show({low[0], low[1], high[0], high[1]}, chart_.frame(), static_cast<int>(columns), static_cast<int>(rows),
                 colours);
    writeNumbers();
    const auto cell = chosen();
    if (!cell) return;
    const auto a = chart_.pixelOf(static_cast<double>((*cell)[1]), static_cast<double>(rows - 1 - (*cell)[0]));
    const auto b = chart_.pixelOf(static_cast<double>((*cell)[1]) + 1, static_cast<double>(rows - (*cell)[0]));
    for (const auto& edge : {std::array{a[0], a[1], b[0], a[1]},
                             {b[0], a[1], b[0], b[1]},
                             {b[0], b[1], a[0], b[1]},
                             {a[0], b[1], a[0], a[1]}})
      overlay_.line(edge[0], edge[1], edge[2], edge[3], px(2), context_.theme.text);
  }

private:
  [[nodiscard]] std::int64_t count(std::size_t row, std::size_t column) const {
    return counts_.counts[row * counts_.prediction.size() + column];
  }

  [[nodiscard]] double share(std::size_t row, std::size_t column) const {
    const std::string of = option("shares", "truth");
    double whole = 0;
    if (of == "counts") {
      const double most = static_cast<double>(*std::max_element(counts_.counts.begin(), counts_.counts.end()));
      return std::log1p(static_cast<double>(count(row, column))) / std::log1p(std::max(1.0, most));
    }
    const bool truth = of == "truth";
    for (std::size_t i = 0; i < (truth ? counts_.prediction.size() : counts_.truth.size()); ++i)
      whole += static_cast<double>(truth ? count(row, i) : count(i, column));
    return whole > 0 ? static_cast<double>(count(row, column)) / whole : 0;
  }

  [[nodiscard]] Rgb shade(double share) const {
    const double strength = share <= 0 ? 0.03 : 0.1 + 0.9 * share;
    Rgb mixed{};
    for (std::size_t i = 0; i < 3; ++i)
      mixed[i] = context_.theme.canvas[i] + strength * (context_.theme.prediction[i] - context_.theme.canvas[i]);
    return mixed;
  }

  [[nodiscard]] static std::string shortened(const std::string& words, std::size_t most) {
    return words.size() <= most ? words : words.substr(0, most > 1 ? most - 1 : 1) + "…";
  }

  [[nodiscard]] std::optional<std::array<std::size_t, 2>> cellAt(Pixel pixel) const {
    const auto at = chart_.dataAt(pixel[0], pixel[1]);
    if (!at || empty()) return std::nullopt;
    const auto place = [](double where, std::size_t count) {
      return static_cast<std::size_t>(
          std::clamp<std::int64_t>(static_cast<std::int64_t>(where), 0, static_cast<std::int64_t>(count) - 1));
    };
    return std::array{place(static_cast<double>(counts_.truth.size()) - (*at)[1], counts_.truth.size()),
                      place((*at)[0], counts_.prediction.size())};
  }

  [[nodiscard]] std::string cellText(std::size_t row, std::size_t column) const {
    const auto percent = [](double part) { return formatNumber(100 * part, 3) + " %"; };
    double rowSum = 0, columnSum = 0;
    for (std::size_t i = 0; i < counts_.prediction.size(); ++i)
      rowSum += static_cast<double>(count(row, i));
    for (std::size_t i = 0; i < counts_.truth.size(); ++i)
      columnSum += static_cast<double>(count(i, column));
    const auto here = static_cast<double>(count(row, column));
    std::string words = counts_.truthNames[row] + " taken for " + counts_.predictionNames[column] + ":  " +
                        std::to_string(count(row, column)) + (count(row, column) == 1 ? " voxel" : " voxels");
    if (here > 0)
      words += ", " + percent(here / rowSum) + " of the truth, " + percent(here / columnSum) + " of the prediction";
    return words;
  }

  [[nodiscard]] std::vector<session::Command> choose(std::size_t row, std::size_t column) const {
    session::VoxelSelection voxels;
    voxels.name = counts_.truthNames[row] + " taken for " + counts_.predictionNames[column];
    voxels.all.push_back({diagram()->x, {counts_.truth[row]}, std::nullopt, {}, {}});
    voxels.all.push_back({diagram()->y, {counts_.prediction[column]}, std::nullopt, {}, {}});
    return {{"selectVoxels", voxels}};
  }

  /// The cell whose voxels are chosen.
  [[nodiscard]] std::optional<std::array<std::size_t, 2>> chosen() const {
    const auto& all = state_.voxels.all;
    if (all.size() != 2 || all[0].layer != diagram()->x || all[1].layer != diagram()->y || all[0].labels.size() != 1 ||
        all[1].labels.size() != 1)
      return std::nullopt;
    const auto row = std::find(counts_.truth.begin(), counts_.truth.end(), *all[0].labels.begin());
    const auto column = std::find(counts_.prediction.begin(), counts_.prediction.end(), *all[1].labels.begin());
    if (row == counts_.truth.end() || column == counts_.prediction.end()) return std::nullopt;
    return std::array{static_cast<std::size_t>(row - counts_.truth.begin()),
                      static_cast<std::size_t>(column - counts_.prediction.begin())};
  }

  void writeNumbers() {
    const View shown = *view();
    const auto frame = chart_.frame();
    const double wide = (frame[2] - frame[0]) / (shown.x[1] - shown.x[0]),
                 tall = (frame[3] - frame[1]) / (shown.y[1] - shown.y[0]);
    if (wide < px(44) || tall < px(18)) return;
    const bool counts = option("shares", "truth") == "counts";
    for (std::size_t row = 0; row < counts_.truth.size(); ++row)
      for (std::size_t column = 0; column < counts_.prediction.size(); ++column) {
        if (count(row, column) == 0) continue;
        const auto at =
            chart_.pixelOf(static_cast<double>(column) + 0.5, static_cast<double>(counts_.truth.size() - row) - 0.5);
        if (at[0] < frame[0] || at[0] > frame[2] || at[1] < frame[1] || at[1] > frame[3]) continue;
        const Rgb ground = shade(share(row, column));
        const bool light = 0.3 * ground[0] + 0.59 * ground[1] + 0.11 * ground[2] > 0.5;
        overlay_.text(
            at[0], at[1],
            counts ? std::to_string(count(row, column)) : formatNumber(100 * share(row, column), 3) + " %",
            {11, light ? Rgb{0.08, 0.09, 0.1} : Rgb{0.95, 0.96, 0.97}, Overlay::Anchor::Centre, false, false});
      }
  }

  data::ConfusionAnswer counts_;
};

} // namespace

std::unique_ptr<ConfusionPanel> makeConfusionPanel(Context context, std::string id) {
  return std::make_unique<Confusion>(std::move(context), std::move(id));
}

} // namespace discern::scene
