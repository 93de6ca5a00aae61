#include "scene/diagram/rows/density_picture.h"
#include "scene/diagram/rows/table_rows.h"
#include "scene/format.h"

#include <algorithm>
#include <cmath>

namespace discern::scene {
namespace {

constexpr double below = 34, above = 40, beside = 44; ///< logical pixels around the axes

class Parallel final : public RowsPanel {
public:
  Parallel(Context context, std::string id) : RowsPanel(std::move(context), "parallel", std::move(id)) {}

  [[nodiscard]] std::optional<View> fitted() const override { return std::nullopt; } // nothing to zoom
  [[nodiscard]] std::string hint() const override {
    return "Drag along an axis to choose the rows that pass through (Ctrl adds), a click lets go";
  }

  [[nodiscard]] std::vector<session::Command> enclose(const std::vector<Pixel>& outline, bool add) const override {
    if (empty()) return {};
    double x0 = 1e300, x1 = -1e300, y0 = 1e300, y1 = -1e300;
    for (const Pixel& pixel : outline) {
      x0 = std::min(x0, pixel[0]);
      x1 = std::max(x1, pixel[0]);
      y0 = std::min(y0, pixel[1]);
      y1 = std::max(y1, pixel[1]);
    }
    // The axis inside, else the nearest.
    const std::size_t axis = nearestAxis((x0 + x1) / 2);
    const double low = valueAt(axis, y0), high = valueAt(axis, y1);
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < count(); ++i)
      if (columns()[axis].values[i] >= low && columns()[axis].values[i] <= high) places.push_back(i);
    return choose(places, add);
  }

protected:
  [[nodiscard]] std::size_t mostColumns() const override { return 12; }

  void arrange() override {
    if (empty()) return;
    // Each gap between two axes as a picture of its own width, side by side.
    const int wide = std::max(2, static_cast<int>((across(1) - across(0)) / context_.scale));
    const int tall = std::max(2, static_cast<int>((top() - bottom()) / context_.scale));
    picture_.clear(wide * static_cast<int>(columns().size() - 1), tall);
    for (std::size_t gap = 0; gap + 1 < columns().size(); ++gap) {
      const Column &a = columns()[gap], &b = columns()[gap + 1];
      for (std::size_t i = 0; i < count(); ++i) {
        if (!std::isfinite(a.values[i]) || !std::isfinite(b.values[i])) continue;
        const double from = (a.values[i] - a.low) / (a.high - a.low) * (tall - 1);
        const double to = (b.values[i] - b.low) / (b.high - b.low) * (tall - 1);
        const bool chosen = isChosen(i);
        int before = static_cast<int>(std::lround(from));
        for (int x = 0; x < wide; ++x) {
          const int at = static_cast<int>(std::lround(from + (to - from) * (x + 0.5) / wide));
          // A steep line has no gaps.
          const int step = at > before ? 1 : -1;
          for (int y = before; y != at; y += step)
            picture_.add(static_cast<int>(gap) * wide + x, y, chosen);
          picture_.add(static_cast<int>(gap) * wide + x, at, chosen);
          before = at;
        }
      }
    }
    fresh_ = true;
  }

  [[nodiscard]] std::string textAt(Pixel pixel) const override {
    if (empty() || pixel[1] < bottom() || pixel[1] > top()) return {};
    const std::size_t axis = nearestAxis(pixel[0]);
    const Column& column = columns()[axis];
    return column.name + ":  " + formatNumber(valueAt(axis, pixel[1]), 5) +
           (column.unit.empty() || column.unit == "1" ? "" : " " + column.unit);
  }

  void draw() override {
    chart_.hide();
    if (std::exchange(fresh_, false) || dark_ != context_.theme.dark) colours_ = picture_.colours(context_.theme);
    dark_ = context_.theme.dark;
    const std::array<double, 4> box{across(0), bottom(), across(columns().size() - 1), top()};
    raster_.show(box, box, picture_.columns(), picture_.rows(), colours_);
    const Overlay::Style plain{11, context_.theme.text, Overlay::Anchor::Centre, false, false};
    const Overlay::Style small{10, context_.theme.muted, Overlay::Anchor::Centre, false, false};
    const auto letters = static_cast<std::size_t>(std::max(3.0, (across(1) - across(0)) / px(7)));
    for (std::size_t c = 0; c < columns().size(); ++c) {
      const Column& column = columns()[c];
      const double x = across(c);
      overlay_.rectangle({x - px(0.5), bottom(), x + px(0.5), top()}, context_.theme.muted, 0.9);
      std::string name =
          column.unit.empty() || column.unit == "1" ? column.name : column.name + " (" + column.unit + ")";
      if (name.size() > letters) name = name.substr(0, letters - 1) + "…";
      overlay_.text(x, bottom() - px(22), name, plain);
      overlay_.text(x, bottom() - px(8), formatNumber(column.low, 4), small);
      overlay_.text(x, top() + px(8), formatNumber(column.high, 4), small);
    }
  }

private:
  [[nodiscard]] double bottom() const { return px(below); }
  [[nodiscard]] double top() const { return std::max(bottom() + px(20), height_ - px(above + 8)); }
  [[nodiscard]] double across(std::size_t column) const {
    const double room = std::max(px(40), width_ - px(2 * beside));
    return px(beside) +
           room * static_cast<double>(column) / static_cast<double>(std::max<std::size_t>(2, columns().size()) - 1);
  }
  [[nodiscard]] std::size_t nearestAxis(double x) const {
    const double step = across(1) - across(0);
    return static_cast<std::size_t>(
        std::clamp((x - across(0)) / step + 0.5, 0.0, static_cast<double>(columns().size()) - 1));
  }
  [[nodiscard]] double valueAt(std::size_t axis, double y) const {
    const Column& column = columns()[axis];
    return column.low + std::clamp((y - bottom()) / (top() - bottom()), 0.0, 1.0) * (column.high - column.low);
  }

  DensityPicture picture_;
  std::vector<Rgba8> colours_;
  bool fresh_ = false, dark_ = true;
};

} // namespace

std::unique_ptr<RowsPanel> makeParallelPanel(Context context, std::string id) {
  return std::make_unique<Parallel>(std::move(context), std::move(id));
}

} // namespace discern::scene
