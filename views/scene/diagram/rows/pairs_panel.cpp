#include "scene/diagram/rows/density_picture.h"
#include "scene/diagram/rows/table_rows.h"
#include "scene/format.h"

#include <algorithm>
#include <cmath>

namespace discern::scene {
namespace {

constexpr double left = 14, below = 30, above = 36, right = 12, gap = 4; ///< logical pixels

class Pairs final : public RowsPanel {
public:
  Pairs(Context context, std::string id) : RowsPanel(std::move(context), "pairs", std::move(id)) {}

  [[nodiscard]] std::optional<View> fitted() const override { return std::nullopt; } // nothing to zoom
  [[nodiscard]] std::string hint() const override {
    return "Drag around points of a cell to choose their rows (Ctrl adds), a click lets go";
  }

  [[nodiscard]] std::vector<session::Command> enclose(const std::vector<Pixel>& outline, bool add) const override {
    if (empty() || outline.empty()) return {};
    const auto where = cellAt(outline.front()); // where the drag began
    if (!where) return {};
    const auto [row, column] = *where;
    const auto box = boxOf(row, column);
    std::vector<std::size_t> places;
    for (std::size_t i = 0; i < count(); ++i) {
      const double x = columns()[column].values[i], y = columns()[row].values[i];
      if (!std::isfinite(x) || !std::isfinite(y)) continue;
      const double px0 = box[0] + share(column, x) * (box[2] - box[0]),
                   py0 = box[1] + share(row, y) * (box[3] - box[1]);
      bool inside = false;
      for (std::size_t e = 0; e < outline.size(); ++e) {
        const Pixel &a = outline[e], &b = outline[(e + 1) % outline.size()];
        const bool crosses = (a[1] > py0) != (b[1] > py0);
        if (crosses && px0 < (b[0] - a[0]) * (py0 - a[1]) / (b[1] - a[1]) + a[0]) inside = !inside;
      }
      if (row == column) { // of a histogram, how far across counts
        const auto [low, high] = std::minmax_element(outline.begin(), outline.end());
        inside = px0 >= (*low)[0] && px0 <= (*high)[0];
      }
      if (inside) places.push_back(i);
    }
    return choose(places, add);
  }

protected:
  [[nodiscard]] std::size_t mostColumns() const override { return 6; }

  void arrange() override {
    if (empty()) return;
    // One picture of all cells; a cell of the picture is two pixels.
    const double scale = 2 * context_.scale;
    picture_.clear(static_cast<int>(width_ / scale), static_cast<int>(height_ / scale));
    const std::size_t n = columns().size();
    for (std::size_t row = 0; row < n; ++row)
      for (std::size_t column = 0; column < n; ++column) {
        if (row == column) continue;
        const auto box = boxOf(row, column);
        for (std::size_t i = 0; i < count(); ++i) {
          const double x = columns()[column].values[i], y = columns()[row].values[i];
          if (!std::isfinite(x) || !std::isfinite(y)) continue;
          picture_.add(static_cast<int>((box[0] + share(column, x) * (box[2] - box[0])) / scale),
                       static_cast<int>((box[1] + share(row, y) * (box[3] - box[1])) / scale), isChosen(i));
        }
      }
    fresh_ = true;
  }

  [[nodiscard]] std::string textAt(Pixel pixel) const override {
    const auto where = empty() ? std::nullopt : cellAt(pixel);
    if (!where) return {};
    const auto [row, column] = *where;
    const auto box = boxOf(row, column);
    const auto value = [&](std::size_t of, double at, double from, double to) {
      const Column& c = columns()[of];
      return formatNumber(c.low + (at - from) / (to - from) * (c.high - c.low), 4) +
             (c.unit.empty() || c.unit == "1" ? "" : " " + c.unit);
    };
    std::string words = columns()[column].name + " " + value(column, pixel[0], box[0], box[2]);
    if (row != column)
      words += ", " + columns()[row].name + " " + value(row, pixel[1], box[1], box[3]) +
               "   r = " + formatNumber(correlation(row, column), 3);
    return words;
  }

  void draw() override {
    chart_.hide();
    if (std::exchange(fresh_, false) || dark_ != context_.theme.dark) colours_ = picture_.colours(context_.theme);
    dark_ = context_.theme.dark;
    const double scale = 2 * context_.scale;
    const std::array<double, 4> box{0, 0, picture_.columns() * scale, picture_.rows() * scale};
    raster_.show(box, box, picture_.columns(), picture_.rows(), colours_);
    const std::size_t n = columns().size();
    for (std::size_t row = 0; row < n; ++row)
      for (std::size_t column = 0; column < n; ++column)
        frame(boxOf(row, column));
    const Overlay::Style name{11, context_.theme.text, Overlay::Anchor::Left, true, false};
    const Overlay::Style small{10, context_.theme.muted, Overlay::Anchor::Centre, false, false};
    for (std::size_t c = 0; c < n; ++c) {
      const auto diagonal = boxOf(c, c), lowest = boxOf(n - 1, c);
      histogram(c, diagonal);
      const auto letters = static_cast<std::size_t>(std::max(3.0, (diagonal[2] - diagonal[0]) / px(7.2)));
      std::string words = columns()[c].unit.empty() || columns()[c].unit == "1"
                              ? columns()[c].name
                              : columns()[c].name + " (" + columns()[c].unit + ")";
      if (words.size() > letters) words = words.substr(0, letters - 1) + "…";
      overlay_.text(diagonal[0] + px(6), diagonal[3] - px(9), words, name);
      const bool wide = lowest[2] - lowest[0] > px(88);
      if (wide) overlay_.text(lowest[0] + px(16), lowest[1] - px(10), formatNumber(columns()[c].low, 3), small);
      overlay_.text(lowest[2] - px(16), lowest[1] - px(10), formatNumber(columns()[c].high, 3), small);
    }
  }

private:
  /// The cell of a row (from the top) and a column.
  [[nodiscard]] std::array<double, 4> boxOf(std::size_t row, std::size_t column) const {
    const auto n = static_cast<double>(columns().size());
    const double wide = (width_ - px(left + right) - (n - 1) * px(gap)) / n;
    const double tall = (height_ - px(above + below) - (n - 1) * px(gap)) / n;
    const double x = px(left) + static_cast<double>(column) * (wide + px(gap));
    const double y = height_ - px(above) - static_cast<double>(row + 1) * tall - static_cast<double>(row) * px(gap);
    return {x, y, x + std::max(4.0, wide), y + std::max(4.0, tall)};
  }
  [[nodiscard]] std::optional<std::array<std::size_t, 2>> cellAt(const Pixel& pixel) const {
    for (std::size_t row = 0; row < columns().size(); ++row)
      for (std::size_t column = 0; column < columns().size(); ++column) {
        const auto box = boxOf(row, column);
        if (pixel[0] >= box[0] && pixel[0] <= box[2] && pixel[1] >= box[1] && pixel[1] <= box[3])
          return std::array{row, column};
      }
    return std::nullopt;
  }
  /// 0 … 1 across the cell, with some room at its edges.
  [[nodiscard]] double share(std::size_t column, double value) const {
    const Column& of = columns()[column];
    return 0.04 + 0.92 * (value - of.low) / (of.high - of.low);
  }
  [[nodiscard]] double correlation(std::size_t a, std::size_t b) const {
    double n = 0, sa = 0, sb = 0, aa = 0, bb = 0, ab = 0;
    for (int pass = 0; pass < 2; ++pass)
      for (std::size_t i = 0; i < count(); ++i) {
        const double x = columns()[a].values[i], y = columns()[b].values[i];
        if (!std::isfinite(x) || !std::isfinite(y)) continue;
        if (pass == 0) {
          n += 1;
          sa += x;
          sb += y;
        } else {
          aa += (x - sa / n) * (x - sa / n);
          bb += (y - sb / n) * (y - sb / n);
          ab += (x - sa / n) * (y - sb / n);
        }
      }
    return ab / std::sqrt(aa * bb);
  }
  void frame(const std::array<double, 4>& box) {
    const double thin = std::max(1.0, px(1));
    for (const auto& [x0, y0, x1, y1] : {std::array{box[0], box[1], box[2], box[1] + thin},
                                         {box[0], box[3] - thin, box[2], box[3]},
                                         {box[0], box[1], box[0] + thin, box[3]},
                                         {box[2] - thin, box[1], box[2], box[3]}})
      overlay_.rectangle({x0, y0, x1, y1}, context_.theme.muted, 0.35);
  }
  void histogram(std::size_t column, const std::array<double, 4>& box) {
    const int bins = std::clamp(static_cast<int>((box[2] - box[0]) / px(5)), 4, 40);
    std::vector<int> all(static_cast<std::size_t>(bins)), chosen(all.size());
    const Column& of = columns()[column];
    for (std::size_t i = 0; i < count(); ++i) {
      if (!std::isfinite(of.values[i])) continue;
      const auto bin = static_cast<std::size_t>(
          std::clamp(static_cast<int>((of.values[i] - of.low) / (of.high - of.low) * bins), 0, bins - 1));
      ++all[bin];
      if (isChosen(i)) ++chosen[bin];
    }
    const int highest = std::max(1, *std::max_element(all.begin(), all.end()));
    const double room = 0.72 * (box[3] - box[1]);
    for (std::size_t b = 0; b < all.size(); ++b) {
      const double x0 = box[0] + (0.04 + 0.92 * static_cast<double>(b) / bins) * (box[2] - box[0]);
      const double x1 = box[0] + (0.04 + 0.92 * static_cast<double>(b + 1) / bins) * (box[2] - box[0]);
      overlay_.rectangle({x0, box[1] + px(2), x1, box[1] + px(2) + room * all[b] / highest}, context_.theme.muted, 0.6);
      overlay_.rectangle({x0, box[1] + px(2), x1, box[1] + px(2) + room * chosen[b] / highest}, context_.theme.accent,
                         0.95);
    }
  }

  DensityPicture picture_;
  std::vector<Rgba8> colours_;
  bool fresh_ = false, dark_ = true;
};

} // namespace

std::unique_ptr<RowsPanel> makePairsPanel(Context context, std::string id) {
  return std::make_unique<Pairs>(std::move(context), std::move(id));
}

} // namespace discern::scene
