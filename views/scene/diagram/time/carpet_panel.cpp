#include "scene/diagram/time/carpet_panel.h"

#include "scene/colour/labels.h"
#include "scene/format.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace discern::scene {
namespace {

constexpr int carpetPurpose = 0;
constexpr double tracesRoom = 64; ///< logical pixels above the carpet

class Carpet final : public CarpetPanel {
public:
  Carpet(Context context, std::string id) : CarpetPanel(std::move(context), "carpet", std::move(id)) {}

  [[nodiscard]] const data::CarpetAnswer& carpet() const override { return carpet_; }

  [[nodiscard]] std::optional<View> fitted() const override {
    if (empty()) return std::nullopt;
    return View{{-0.5, static_cast<double>(carpet_.steps) - 0.5}, {0, static_cast<double>(carpet_.rows)}};
  }

  [[nodiscard]] std::vector<Choice> choices() const override {
    SourceList labels{{"", "no labels"}};
    for (auto& one : sourcesOf(SourceKind::Labels, state_, context_.provider))
      labels.push_back(std::move(one));
    return {{"x", "Layer", diagram() ? diagram()->x : "", sourcesOf(SourceKind::Courses, state_, context_.provider)},
            {"y", "Rows in the order of", diagram() ? diagram()->y : "", labels},
            {"rows",
             "Rows",
             option("rows", "400"),
             {{"100", "100 rows"}, {"400", "400 rows"}, {"1000", "1000 rows"}, {"4000", "4000 rows"}}},
            {"colours", "Colours", option("colours", "grey"), {{"grey", "grey"}, {"coolwarm", "cool to warm"}}}};
  }
  [[nodiscard]] std::string hint() const override {
    return "Click to go to a time and a voxel, arrows step time and rows";
  }

  [[nodiscard]] std::vector<session::Command> click(Pixel pixel, bool) const override {
    const auto cell = cellAt(pixel);
    return cell ? goTo((*cell)[0], (*cell)[1]) : std::vector<session::Command>{};
  }
  [[nodiscard]] std::vector<session::Command> step(int right, int up) const override {
    if (empty()) return {};
    const std::int64_t row = std::clamp<std::int64_t>(nearestRow().value_or(0) - up, 0, carpet_.rows - 1);
    const std::int64_t time = std::clamp<std::int64_t>(state_.time + right, 0, carpet_.steps - 1);
    return up == 0 ? std::vector<session::Command>{{"setTime", {{"step", time}}}} : goTo(row, time);
  }

  [[nodiscard]] Sheet sheet() const override {
    Sheet sheet;
    if (empty()) return sheet;
    std::vector<std::string> head{"i", "j", "k", "label"};
    const data::FieldInfo* field = voxelField(state_, context_.provider, diagram()->x);
    for (std::int64_t t = 0; t < carpet_.steps; ++t)
      head.push_back(field ? field->time.label(t) : std::to_string(t));
    sheet.push_back(std::move(head));
    for (int row = 0; row < carpet_.rows; ++row) {
      const data::Index3& voxel = carpet_.voxels[static_cast<std::size_t>(row)];
      std::vector<std::string> line{
          std::to_string(voxel[0]), std::to_string(voxel[1]), std::to_string(voxel[2]),
          carpet_.labels.empty() ? "" : std::to_string(carpet_.labels[static_cast<std::size_t>(row)])};
      for (std::int64_t t = 0; t < carpet_.steps; ++t)
        line.push_back(std::isfinite(score(row, t)) ? nlohmann::json(score(row, t)).dump() : "");
      sheet.push_back(std::move(line));
    }
    return sheet;
  }

protected:
  void ask() override {
    const session::Diagram& of = *diagram();
    const bool open = known(of.x);
    if (!of.y.empty()) (void)known(of.y);
    auto ref = fieldRef(state_, context_.provider, of.x);
    if (!open || !ref) {
      drop(carpetPurpose);
      carpet_ = {};
      return;
    }
    data::CarpetRequest request;
    ref->time = 0; // of all times: going to another asks nothing
    request.of = *ref;
    request.rows = std::clamp(std::atoi(option("rows", "400").c_str()), 10, 4000);
    if (!of.y.empty()) {
      auto labels = fieldRef(state_, context_.provider, of.y);
      if (!labels) return; // its file is being opened
      labels->time = 0;
      request.labels = labels;
    }
    want<data::CarpetAnswer>(request, carpetPurpose, [this](data::CarpetAnswer answer) {
      carpet_ = std::move(answer);
      painted_.clear();
      if (carpet_.values.size() != static_cast<std::size_t>(carpet_.rows * carpet_.steps)) carpet_ = {};
    });
  }

  [[nodiscard]] bool empty() const override { return carpet_.values.empty(); }
  [[nodiscard]] std::string emptyText() const override {
    if (!state_.layer(diagram()->x)) return "The layer of this plot is not open any more";
    return diagram()->y.empty() ? "No voxel has a value" : "No voxel has a label";
  }

  [[nodiscard]] std::string restText() const override {
    return std::to_string(carpet_.rows) + " of " + formatNumber(static_cast<double>(carpet_.of), 9) +
           " voxels, standard scores from −2.5 to 2.5, straight trends removed";
  }

  [[nodiscard]] std::string textAt(Pixel pixel) const override {
    const auto cell = cellAt(pixel);
    if (!cell) return {};
    const auto [row, time] = *cell;
    const data::Index3& voxel = carpet_.voxels[static_cast<std::size_t>(row)];
    const data::FieldInfo *field = voxelField(state_, context_.provider, diagram()->x),
                          *labels = voxelField(state_, context_.provider, diagram()->y);
    std::string words = (field ? field->time.label(time) : std::to_string(time)) + ", voxel " +
                        std::to_string(voxel[0]) + ", " + std::to_string(voxel[1]) + ", " + std::to_string(voxel[2]);
    if (labels && !carpet_.labels.empty())
      words += ", " + labelName(*labels, carpet_.labels[static_cast<std::size_t>(row)]);
    return words + ":  " + formatNumber(score(row, time), 3) + " standard deviations";
  }

  void draw() override {
    const View shown = *view();
    const data::FieldInfo* field = voxelField(state_, context_.provider, diagram()->x);
    Chart::Look room = look();
    room.top = 32 + tracesRoom;
    room.left = 56;
    room.grid = false;
    Chart::Axis across{"step", shown.x[0], shown.x[1], {}};
    if (field && !field->time.values.empty() && field->time.unit.find(" since ") == std::string::npos) {
      across.title = field->time.unit.empty() ? "time" : "time (" + field->time.unit + ")";
      const auto& times = field->time.values;
      const auto timeAt = [&](double step) {
        const double at = std::clamp(step, 0.0, static_cast<double>(times.size()) - 1);
        const auto below = static_cast<std::size_t>(at);
        const std::size_t above = std::min(below + 1, times.size() - 1);
        return times[below] + (at - static_cast<double>(below)) * (times[above] - times[below]);
      };
      const double low = timeAt(shown.x[0]), high = timeAt(shown.x[1]);
      for (const double tick : roundTicks(low, high, std::clamp(static_cast<int>((width_ - px(80)) / px(72)), 2, 12)))
        if (high > low) // times rise evenly enough for a tick between
          across.ticks.emplace_back(shown.x[0] + (tick - low) / (high - low) * (shown.x[1] - shown.x[0]),
                                    formatNumber(tick, 6));
    }
    Chart::Axis up{"voxels", shown.y[0], shown.y[1], {{shown.y[0], ""}}};
    chart_.show({}, across, up, room);
    paint();
    const auto low = chart_.pixelOf(-0.5, 0),
               high = chart_.pixelOf(static_cast<double>(carpet_.steps) - 0.5, static_cast<double>(carpet_.rows));
    raster_.show({low[0], low[1], high[0], high[1]}, chart_.frame(), static_cast<int>(carpet_.steps), carpet_.rows,
                 colours_);
    drawLabels();
    const auto frame = chart_.frame();
    drawTrace(carpet_.global, "mean", frame[3] + px(6), px(24), context_.theme.accent, 0);
    drawTrace(carpet_.change, "change", frame[3] + px(36), px(24), context_.theme.warn, 1);
    const double x = chart_.pixelOf(static_cast<double>(state_.time), 0)[0];
    if (x >= frame[0] && x <= frame[2])
      overlay_.rectangle({x - px(0.5), frame[1], x + px(0.5), frame[3] + px(tracesRoom - 4)}, context_.theme.accent,
                         0.9);
    if (const auto row = nearestRow()) {
      const double y = chart_.pixelOf(0, static_cast<double>(carpet_.rows - *row) - 0.5)[1];
      if (y >= frame[1] && y <= frame[3])
        overlay_.quad(
            {frame[2] + px(1), y, frame[2] + px(7), y - px(4), frame[2] + px(7), y + px(4), frame[2] + px(1), y},
            context_.theme.accent, 1);
    }
  }

private:
  [[nodiscard]] float score(std::int64_t row, std::int64_t time) const {
    return carpet_.values[static_cast<std::size_t>(row * carpet_.steps + time)];
  }

  [[nodiscard]] std::optional<std::array<std::int64_t, 2>> cellAt(Pixel pixel) const {
    const auto at = chart_.dataAt(pixel[0], pixel[1]);
    if (!at || empty()) return std::nullopt;
    return std::array<std::int64_t, 2>{
        std::clamp<std::int64_t>(static_cast<std::int64_t>(carpet_.rows - (*at)[1]), 0, carpet_.rows - 1),
        std::clamp<std::int64_t>(std::lround((*at)[0]), 0, carpet_.steps - 1)};
  }

  [[nodiscard]] std::vector<session::Command> goTo(std::int64_t row, std::int64_t time) const {
    const data::FieldInfo* field = voxelField(state_, context_.provider, diagram()->x);
    std::vector<session::Command> commands{{"setTime", {{"step", time}}}};
    if (!field) return commands;
    const data::Index3& voxel = carpet_.voxels[static_cast<std::size_t>(row)];
    commands.push_back({"setCursor",
                        {{"world", field->world({static_cast<double>(voxel[0]), static_cast<double>(voxel[1]),
                                                 static_cast<double>(voxel[2])})}}});
    return commands;
  }

  /// The row of the voxel that lies nearest to the cursor, when that is in the field.
  [[nodiscard]] std::optional<std::int64_t> nearestRow() const {
    const data::FieldInfo* field = voxelField(state_, context_.provider, diagram()->x);
    const auto here = field ? voxelAt(*field, state_.cursor) : std::nullopt;
    if (!here) return std::nullopt;
    std::int64_t best = 0;
    double nearest = std::numeric_limits<double>::infinity();
    for (std::size_t row = 0; row < carpet_.voxels.size(); ++row) {
      double away = 0;
      for (std::size_t axis = 0; axis < 3; ++axis)
        away += std::pow(static_cast<double>(carpet_.voxels[row][axis] - (*here)[axis]), 2);
      if (away < nearest) {
        nearest = away;
        best = static_cast<std::int64_t>(row);
      }
    }
    return best;
  }

  void paint() {
    const std::string key = option("colours", "grey") + (context_.theme.dark ? "d" : "l");
    if (key == painted_) return;
    painted_ = key;
    ColorScale scale;
    scale.range = {-2.5, 2.5};
    scale.missing = toRgba8(context_.theme.missing);
    const ColorMapper mapper(maps_.get(option("colours", "grey"), context_.report), scale);
    colours_.resize(carpet_.values.size());
    for (std::int64_t row = 0; row < carpet_.rows; ++row)
      for (std::int64_t t = 0; t < carpet_.steps; ++t)
        colours_[static_cast<std::size_t>((carpet_.rows - 1 - row) * carpet_.steps + t)] = mapper(score(row, t));
  }

  /// A strip in the colours of the labels, with their names where there is room.
  void drawLabels() {
    if (carpet_.labels.empty()) return;
    const auto frame = chart_.frame();
    const data::FieldInfo* labels = voxelField(state_, context_.provider, diagram()->y);
    const auto chosen = state_.selection.find(diagram()->y);
    for (std::size_t from = 0; from < carpet_.labels.size();) {
      std::size_t to = from;
      while (to < carpet_.labels.size() && carpet_.labels[to] == carpet_.labels[from])
        ++to;
      const std::int64_t label = carpet_.labels[from];
      const double y1 =
          std::min(chart_.pixelOf(0, static_cast<double>(carpet_.rows) - static_cast<double>(from))[1], frame[3]);
      const double y0 =
          std::max(chart_.pixelOf(0, static_cast<double>(carpet_.rows) - static_cast<double>(to))[1], frame[1]);
      from = to;
      if (y1 <= y0) continue;
      overlay_.rectangle({frame[0] - px(10), y0, frame[0] - px(2), y1}, labelColour(label));
      if (chosen != state_.selection.end() && chosen->second.contains(label))
        overlay_.rectangle({frame[0], y0, frame[2], y1}, context_.theme.accent, 0.18);
      if (!labels || y1 - y0 < px(12)) continue;
      std::string words = labelName(*labels, label);
      if (words.size() > 5) words = std::to_string(label);
      overlay_.text(frame[0] - px(14), (y0 + y1) / 2, words,
                    {10, context_.theme.muted, Overlay::Anchor::Right, false, false});
    }
  }

  void drawTrace(const std::vector<float>& values, const char* words, double y0, double tall, const Rgb& colour,
                 std::size_t first) {
    const auto frame = chart_.frame();
    float low = std::numeric_limits<float>::infinity(), high = -low;
    for (std::size_t i = first; i < values.size(); ++i)
      if (std::isfinite(values[i])) {
        low = std::min(low, values[i]);
        high = std::max(high, values[i]);
      }
    overlay_.text(frame[0] - px(6), y0 + tall / 2, words,
                  {10, context_.theme.muted, Overlay::Anchor::Right, false, false});
    if (!(low < high)) return;
    // At most one line a pixel, from the lowest to the highest there.
    const auto place = [&](std::size_t i) { return chart_.pixelOf(static_cast<double>(i), 0)[0]; };
    const auto level = [&](float value) { return y0 + (value - low) / (high - low) * tall; };
    const auto stride =
        std::max<std::size_t>(1, values.size() / static_cast<std::size_t>(std::max(1.0, frame[2] - frame[0])));
    for (std::size_t i = first + stride; i < values.size(); i += stride) {
      const double x0 = place(i - stride), x1 = place(i);
      if (x0 < frame[0] || x1 > frame[2] || !std::isfinite(values[i]) || !std::isfinite(values[i - stride])) continue;
      overlay_.line(x0, level(values[i - stride]), x1, level(values[i]), px(1), colour, 0.95);
    }
  }

  data::CarpetAnswer carpet_;
  std::string painted_;
  ColorMapShelf maps_;
  std::vector<Rgba8> colours_;
};

} // namespace

std::unique_ptr<CarpetPanel> makeCarpetPanel(Context context, std::string id) {
  return std::make_unique<Carpet>(std::move(context), std::move(id));
}

} // namespace discern::scene
