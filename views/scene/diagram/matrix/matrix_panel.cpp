#include "scene/diagram/matrix/matrix_panel.h"

#include "scene/colour/colormap.h"
#include "scene/format.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

namespace discern::scene {
namespace {

constexpr int matrixPurpose = 0;
constexpr double barRoom = 72;           ///< logical pixels
constexpr std::int64_t mostDrawn = 4096; ///< cells along an axis of the picture

std::string exact(double value) { return std::isfinite(value) ? nlohmann::json(value).dump() : std::string(); }

class Matrix final : public MatrixPanel {
public:
  Matrix(Context context, std::string id) : MatrixPanel(std::move(context), "matrix", std::move(id)) {}

  [[nodiscard]] const data::MatrixAnswer& matrix() const override { return matrix_; }

  [[nodiscard]] std::optional<View> fitted() const override {
    if (empty()) return std::nullopt;
    return View{{0, static_cast<double>(matrix_.columns)}, {0, static_cast<double>(matrix_.rows)}};
  }

  [[nodiscard]] std::optional<std::array<std::int64_t, 2>> cellAt(Pixel pixel) const override {
    const auto at = chart_.dataAt(pixel[0], pixel[1]);
    if (!at || empty()) return std::nullopt;
    const auto place = [](double where, std::int64_t count) {
      return static_cast<std::size_t>(std::clamp<std::int64_t>(static_cast<std::int64_t>(where), 0, count - 1));
    };
    // The first row is at the top.
    return std::array<std::int64_t, 2>{
        matrix_.rowOrder[place(static_cast<double>(matrix_.rows) - (*at)[1], matrix_.rows)],
        matrix_.columnOrder[place((*at)[0], matrix_.columns)]};
  }

  [[nodiscard]] std::vector<Choice> choices() const override {
    SourceList labels{{"", "nothing else"}};
    for (auto& one : sourcesOf(SourceKind::Labels, state_, context_.provider))
      labels.push_back(std::move(one));
    std::vector<Choice> all{
        {"x", "Matrix", diagram() ? diagram()->x : "", sourcesOf(SourceKind::Matrices, state_, context_.provider)},
        {"order",
         "Order",
         option("order", "file"),
         {{"file", "as in the file"},
          {"average", "average linkage"},
          {"ward", "Ward"},
          {"complete", "complete linkage"},
          {"single", "single linkage"}}},
        {"colours",
         "Colours",
         option("colours", "automatic"),
         {{"automatic", "automatic"},
          {"viridis", "Viridis"},
          {"magma", "Magma"},
          {"cividis", "Cividis"},
          {"coolwarm", "cool to warm"},
          {"grey", "grey"}}}};
    if (labels.size() > 1) all.push_back({"y", "Rows are also labels of", diagram() ? diagram()->y : "", labels});
    return all;
  }

  [[nodiscard]] bool zoomsBoth() const override { return true; }
  [[nodiscard]] std::string hint() const override {
    return "Click a cell to choose its row and column (Ctrl adds), arrows go to its neighbours";
  }

  [[nodiscard]] std::vector<session::Command> click(Pixel pixel, bool add) const override {
    const auto cell = cellAt(pixel);
    if (!cell) return {};
    return choose((*cell)[0], (*cell)[1], add);
  }

  [[nodiscard]] std::vector<session::Command> step(int right, int up) const override {
    if (empty()) return {};
    const auto rows = chosen(false), columns = chosen(true);
    std::int64_t row = 0, column = 0;
    if (lastHolds(rows, columns)) {
      row = placeOf(matrix_.rowOrder, (*last_)[0]) - up;
      column = placeOf(matrix_.columnOrder, (*last_)[1]) + right;
    } else if (!rows.empty() && !columns.empty()) {
      row = placeOf(matrix_.rowOrder, *rows.begin()) - up;
      column = placeOf(matrix_.columnOrder, *columns.rbegin()) + right;
    }
    row = std::clamp<std::int64_t>(row, 0, matrix_.rows - 1);
    column = std::clamp<std::int64_t>(column, 0, matrix_.columns - 1);
    return choose(matrix_.rowOrder[static_cast<std::size_t>(row)],
                  matrix_.columnOrder[static_cast<std::size_t>(column)], false);
  }

  [[nodiscard]] Sheet sheet() const override {
    Sheet sheet;
    if (empty()) return sheet;
    std::vector<std::string> head{""};
    for (const std::int32_t column : matrix_.columnOrder)
      head.push_back(nameAt(column, true));
    sheet.push_back(std::move(head));
    for (const std::int32_t row : matrix_.rowOrder) {
      std::vector<std::string> line{nameAt(row, false)};
      for (const std::int32_t column : matrix_.columnOrder)
        line.push_back(exact(value(row, column)));
      sheet.push_back(std::move(line));
    }
    return sheet;
  }

protected:
  void ask() override {
    const session::Diagram& of = *diagram();
    if (!state_.layer(of.x) && !state_.tableOf(of.x)) {
      drop(matrixPurpose);
      matrix_ = {};
      return;
    }
    if (!known(of.x)) return;
    data::MatrixRequest request;
    if (const session::Table* table = state_.tableOf(of.x)) {
      request.path = table->path;
      request.table = table->table;
      request.ofTable = true;
    } else if (const auto ref = fieldRef(state_, context_.provider, of.x)) {
      request.path = ref->path;
      request.field = ref->field;
      request.component = ref->component;
      request.time = ref->time;
    } else {
      return;
    }
    if (of.x != shown_) matrix_ = {};
    shown_ = of.x;
    request.order = option("order", "file");
    want<data::MatrixAnswer>(request, matrixPurpose, [this](data::MatrixAnswer answer) {
      matrix_ = std::move(answer);
      last_.reset();
      measure();
      if (static_cast<std::int64_t>(matrix_.values.size()) != matrix_.rows * matrix_.columns) matrix_ = {};
    });
  }

  [[nodiscard]] bool empty() const override { return matrix_.values.empty(); }
  [[nodiscard]] std::string emptyText() const override {
    return sourceName(state_, diagram()->x).empty() ? "The layer or table of this plot is not open any more"
                                                    : "There is no matrix in it: one plane of numbers is needed";
  }

  [[nodiscard]] std::string restText() const override {
    if (empty()) return {};
    std::string words = formatNumber(static_cast<double>(matrix_.rows), 9) + " × " +
                        formatNumber(static_cast<double>(matrix_.columns), 9);
    if (matrix_.symmetric) words += ", symmetric";
    const auto rows = chosen(false), columns = chosen(true);
    if (rows.empty() || columns.empty()) return words;
    if (rows.size() <= 2 && columns.size() <= 2) {
      const bool last = lastHolds(rows, columns);
      const std::int64_t row = last ? (*last_)[0] : *rows.begin(), column = last ? (*last_)[1] : *columns.rbegin();
      return words + "   chosen: " + cellText(row, column);
    }
    return words + "   chosen: " + std::to_string(rows.size()) + " rows";
  }

  [[nodiscard]] std::string textAt(Pixel pixel) const override {
    const auto cell = cellAt(pixel);
    return cell ? cellText((*cell)[0], (*cell)[1]) : std::string();
  }

  void draw() override {
    const View shown = *view();
    const bool trees = !matrix_.rowTree.empty();
    Chart::Look room = look();
    room.grid = false;
    treeRoom_ = std::min(56.0, 0.14 * std::min(width_, height_) / context_.scale);
    room.top = 32 + (matrix_.columnTree.empty() ? 0 : treeRoom_);
    room.right = barRoom + (trees ? treeRoom_ : 0);
    const auto show = [&](double wide, double tall) {
      chart_.show({}, {"", shown.x[0], shown.x[1], ticks(true, shown.x, wide)},
                  {"", shown.y[0], shown.y[1], ticks(false, shown.y, tall)}, room);
    };
    show(width_ - px(140), height_ - px(80));
    if (matrix_.rows == matrix_.columns) { // cells as tall as wide
      const auto frame = chart_.frame();
      const double spare = (frame[2] - frame[0]) - (frame[3] - frame[1]);
      if (spare > 0)
        room.right += spare / context_.scale;
      else
        room.bottom = -spare / context_.scale; // the rest stays free below
      show(std::min(frame[2] - frame[0], frame[3] - frame[1]), std::min(frame[2] - frame[0], frame[3] - frame[1]));
    }
    const auto low = chart_.pixelOf(0, 0),
               high = chart_.pixelOf(static_cast<double>(matrix_.columns), static_cast<double>(matrix_.rows));
    paint();
    raster_.show({low[0], low[1], high[0], high[1]}, chart_.frame(), drawnColumns_, drawnRows_, colours_);
    drawTree(matrix_.rowTree, matrix_.rowOrder, false);
    drawTree(matrix_.columnTree, matrix_.columnOrder, true);
    drawChosen();
    drawBar();
  }

private:
  [[nodiscard]] double value(std::int64_t row, std::int64_t column) const {
    return matrix_.values[static_cast<std::size_t>(row * matrix_.columns + column)];
  }

  [[nodiscard]] static std::int64_t placeOf(const std::vector<std::int32_t>& order, std::int64_t of) {
    return std::find(order.begin(), order.end(), static_cast<std::int32_t>(of)) - order.begin();
  }

  [[nodiscard]] const data::FieldInfo* labelField() const {
    return diagram() && !diagram()->y.empty() ? voxelField(state_, context_.provider, diagram()->y) : nullptr;
  }

  /// The cell that was chosen here last is still among the chosen ones.
  [[nodiscard]] bool lastHolds(const std::set<std::int64_t>& rows, const std::set<std::int64_t>& columns) const {
    return last_ && rows.contains((*last_)[0]) && columns.contains((*last_)[1]);
  }

  /// The label of the layer that a row stands for: that of the same name, else its number from 1.
  [[nodiscard]] std::int64_t labelOf(std::int64_t row) const {
    const data::FieldInfo* field = labelField();
    if (field && !matrix_.rowNames.empty())
      for (const auto& [label, words] : field->labelNames)
        if (words == matrix_.rowNames[static_cast<std::size_t>(row)]) return label;
    if (field && static_cast<std::int64_t>(field->labelNames.size()) >= matrix_.rows) { // in the order of the table
      std::int64_t at = 0;
      for (const auto& [label, words] : field->labelNames)
        if (label != 0 && at++ == row) return label;
    }
    return row + 1;
  }

  [[nodiscard]] std::string nameAt(std::int64_t of, bool column) const {
    const auto& names = column ? matrix_.columnNames : matrix_.rowNames;
    if (static_cast<std::size_t>(of) < names.size()) return names[static_cast<std::size_t>(of)];
    if (const data::FieldInfo* field = labelField(); field && (!column || matrix_.rows == matrix_.columns))
      return labelName(*field, labelOf(of));
    return std::to_string(of + 1);
  }

  [[nodiscard]] std::string cellText(std::int64_t row, std::int64_t column) const {
    const double number = value(row, column);
    std::string words = "row " + nameAt(row, false) + ", column " + nameAt(column, true) + ":  " +
                        (std::isfinite(number) ? formatNumber(number, 6) : "missing");
    if (!matrix_.unit.empty() && matrix_.unit != "1") words += " " + matrix_.unit;
    return words;
  }

  [[nodiscard]] std::set<std::int64_t> chosen(bool column) const {
    std::set<std::int64_t> result;
    const auto found = state_.selection.find(diagram()->id + (column && !matrix_.symmetric ? " columns" : ""));
    if (found != state_.selection.end())
      for (const std::int64_t one : found->second)
        if (one >= 0 && one < (column ? matrix_.columns : matrix_.rows)) result.insert(one);
    // And the rows of labels that were chosen in another view.
    const auto labels = diagram()->y.empty() ? state_.selection.end() : state_.selection.find(diagram()->y);
    if (labels != state_.selection.end() && (!column || matrix_.symmetric))
      for (std::int64_t row = 0; row < matrix_.rows; ++row)
        if (labels->second.contains(labelOf(row))) result.insert(row);
    return result;
  }

  [[nodiscard]] std::vector<session::Command> choose(std::int64_t row, std::int64_t column, bool add) const {
    const session::Diagram& of = *diagram();
    auto selection = state_.selection;
    auto& rows = selection[of.id];
    auto& columns = selection[of.id + " columns"];
    if (!add) {
      rows.clear();
      columns.clear();
    }
    rows.insert(row);
    (matrix_.symmetric ? rows : columns).insert(column);
    if (!of.y.empty()) {
      auto& labels = selection[of.y];
      if (!add) labels.clear();
      labels.insert(labelOf(row));
      if (matrix_.symmetric) labels.insert(labelOf(column));
    }
    last_ = {row, column};
    std::vector<session::Command> commands{{"select", {{"selection", selection}}}};
    // Of a table, the two columns against each other: what the number says.
    if (const session::Table* table = state_.tableOf(of.x); table && row != column)
      commands.push_back({"setTable",
                          {{"id", table->id},
                           {"x", matrix_.columnNames[static_cast<std::size_t>(column)]},
                           {"y", std::vector<std::string>{matrix_.rowNames[static_cast<std::size_t>(row)]}},
                           {"marks", "points"}}});
    return commands;
  }

  /// The numbers that the colours stand for: all but the 0.5 % at each end; without the diagonal of a symmetric matrix.
  void measure() {
    std::vector<double> values;
    values.reserve(matrix_.values.size());
    for (std::int64_t row = 0; row < matrix_.rows; ++row)
      for (std::int64_t column = 0; column < matrix_.columns; ++column)
        if (const double one = value(row, column); std::isfinite(one) && !(matrix_.symmetric && row == column))
          values.push_back(one);
    scale_ = {};
    diverging_ = false;
    if (!values.empty()) {
      const auto quantile = [&](double q) {
        const auto at = static_cast<std::ptrdiff_t>(q * static_cast<double>(values.size() - 1));
        std::nth_element(values.begin(), values.begin() + at, values.end());
        return values[static_cast<std::size_t>(at)];
      };
      const bool many = values.size() > 400;
      double low = quantile(many ? 0.005 : 0), high = quantile(many ? 0.995 : 1);
      diverging_ = low < 0 && high > 0 && -low > 0.1 * high && high > -0.1 * low;
      if (diverging_) {
        high = std::max(-low, high);
        low = -high;
      }
      if (!(low < high)) high = low + std::max(1e-12, std::abs(low));
      scale_.range = {low, high};
    }
    painted_.clear();
  }

  [[nodiscard]] const ColorMap& colourMap() {
    std::string wanted = option("colours", "automatic");
    if (wanted == "automatic") wanted = diverging_ ? "coolwarm" : "viridis";
    return maps_.get(wanted, context_.report);
  }

  void paint() {
    const std::string key = option("colours", "automatic") + (context_.theme.dark ? "d" : "l");
    if (key == painted_) return;
    painted_ = key;
    drawnColumns_ = static_cast<int>(std::min(matrix_.columns, mostDrawn));
    drawnRows_ = static_cast<int>(std::min(matrix_.rows, mostDrawn));
    scale_.missing = toRgba8(context_.theme.missing);
    const ColorMapper mapper(colourMap(), scale_);
    colours_.resize(static_cast<std::size_t>(drawnColumns_) * static_cast<std::size_t>(drawnRows_));
    for (int r = 0; r < drawnRows_; ++r) {
      const std::int64_t row = matrix_.rowOrder[static_cast<std::size_t>(r * matrix_.rows / drawnRows_)];
      Rgba8* line =
          colours_.data() + static_cast<std::size_t>(drawnRows_ - 1 - r) * static_cast<std::size_t>(drawnColumns_);
      for (int c = 0; c < drawnColumns_; ++c)
        line[c] =
            mapper(value(row, matrix_.columnOrder[static_cast<std::size_t>(c * matrix_.columns / drawnColumns_)]));
    }
  }

  /// Names where they fit, else round numbers of places in the order of the file.
  [[nodiscard]] std::vector<std::pair<double, std::string>> ticks(bool column, const std::array<double, 2>& range,
                                                                  double extent) const {
    const std::int64_t count = column ? matrix_.columns : matrix_.rows;
    const auto& order = column ? matrix_.columnOrder : matrix_.rowOrder;
    const double cell = extent / context_.scale / std::max(1.0, range[1] - range[0]);
    const bool inFile = option("order", "file") == "file";
    const bool named = !(column ? matrix_.columnNames : matrix_.rowNames).empty() || labelField();
    std::size_t longest = 1;
    for (std::int64_t i = 0; i < count && named; ++i)
      longest = std::max(longest, nameAt(i, column).size());
    const double needed = column ? 7.0 * static_cast<double>(std::min<std::size_t>(longest, 14)) + 8 : 13;
    const auto centre = [&](std::int64_t place) {
      return column ? static_cast<double>(place) + 0.5 : static_cast<double>(count - place) - 0.5;
    };
    const auto shortened = [](std::string words) {
      if (words.size() > 14) words = words.substr(0, 12) + "…";
      return words;
    };
    std::vector<std::pair<double, std::string>> all;
    const auto add = [&](double at, std::string words) {
      if (at >= range[0] && at <= range[1]) all.emplace_back(at, std::move(words));
    };
    const auto stride = std::max<std::int64_t>(1, static_cast<std::int64_t>(std::ceil((named    ? needed
                                                                                       : column ? 36
                                                                                                : 14) /
                                                                                      cell)));
    if (named || !inFile) {
      // Names of every so many: the order says nothing by itself, so that numbers in between can't be guessed; where
      // not all fit, none are written.
      for (std::int64_t place = 0; place < count && stride == 1; ++place)
        add(centre(place), shortened(nameAt(order[static_cast<std::size_t>(place)], column)));
      if (all.empty()) all.emplace_back(range[0], "");
      return all;
    }
    std::int64_t every = 1;
    for (std::int64_t factor = 1; every < stride; factor *= 10)
      for (const std::int64_t times : {1, 2, 5})
        if (every < stride) every = times * factor;
    for (std::int64_t number = every == 1 ? 1 : every; number <= count; number += every)
      add(centre(number - 1), std::to_string(number));
    if (all.empty()) all.emplace_back(range[0], "");
    return all;
  }

  void drawTree(const std::vector<data::TreeMerge>& tree, const std::vector<std::int32_t>& order, bool columns) {
    if (tree.empty()) return;
    const auto frame = chart_.frame();
    const std::size_t n = order.size();
    double tallest = 0;
    for (const data::TreeMerge& merge : tree)
      tallest = std::max(tallest, merge.height);
    if (!(tallest > 0)) tallest = 1;
    const double room = px(treeRoom_ - 8), near = columns ? frame[3] + px(3) : frame[2] + px(3);
    std::vector<double> along(n + tree.size()), away(n + tree.size(), 0);
    for (std::size_t place = 0; place < n; ++place) {
      const double at = static_cast<double>(place) + 0.5;
      along[static_cast<std::size_t>(order[place])] =
          columns ? chart_.pixelOf(at, 0)[0] : chart_.pixelOf(0, static_cast<double>(n) - at)[1];
    }
    const double first = columns ? frame[0] : frame[1], last = columns ? frame[2] : frame[3];
    const double half = std::max(0.5, context_.scale / 2);
    const Rgb& colour = context_.theme.muted;
    const auto bar = [&](double a0, double a1, double d0, double d1) { // along, away from the matrix
      a0 = std::clamp(a0, first, last);
      a1 = std::clamp(a1, first, last);
      if (columns)
        overlay_.rectangle({a0 - half, near + d0 - half, a1 + half, near + d1 + half}, colour, 0.9);
      else
        overlay_.rectangle({near + d0 - half, a0 - half, near + d1 + half, a1 + half}, colour, 0.9);
    };
    for (std::size_t m = 0; m < tree.size(); ++m) {
      const auto a = static_cast<std::size_t>(tree[m].a), b = static_cast<std::size_t>(tree[m].b);
      const double height = tree[m].height / tallest * room;
      along[n + m] = (along[a] + along[b]) / 2;
      away[n + m] = height;
      const double low = std::min(along[a], along[b]), high = std::max(along[a], along[b]);
      if (high < first || low > last) continue;
      bar(low, high, height, height);
      for (const std::size_t child : {a, b})
        if (along[child] >= first && along[child] <= last) bar(along[child], along[child], away[child], height);
    }
  }

  void drawChosen() {
    const auto frame = chart_.frame();
    const auto mark = [&](std::int64_t place, bool column) {
      const double at = column ? static_cast<double>(place) : static_cast<double>(matrix_.rows - place - 1);
      const auto low = chart_.pixelOf(at, at), high = chart_.pixelOf(at + 1, at + 1);
      const double from = std::max(column ? low[0] : low[1], column ? frame[0] : frame[1]);
      const double to = std::min(column ? high[0] : high[1], column ? frame[2] : frame[3]);
      if (from > to) return;
      const double thick = std::max(1.0, std::round(px(1.4)));
      for (const double edge : {from - thick, to})
        if (column)
          overlay_.rectangle({edge, frame[1], edge + thick, frame[3]}, context_.theme.text, 0.9);
        else
          overlay_.rectangle({frame[0], edge, frame[2], edge + thick}, context_.theme.text, 0.9);
      // And a mark outside, which is seen where the lines are lost in the colours.
      const double middle = (from + to) / 2, size = px(5);
      if (column)
        overlay_.quad(
            {middle - size, frame[1] - size, middle + size, frame[1] - size, middle, frame[1], middle, frame[1]},
            context_.theme.accent, 1);
      else
        overlay_.quad(
            {frame[0] - size, middle - size, frame[0], middle, frame[0], middle, frame[0] - size, middle + size},
            context_.theme.accent, 1);
    };
    constexpr std::size_t mostMarked = 64;
    std::size_t marked = 0;
    for (const std::int64_t row : chosen(false))
      if (marked++ < mostMarked) mark(placeOf(matrix_.rowOrder, row), false);
    marked = 0;
    for (const std::int64_t column : chosen(true))
      if (marked++ < mostMarked) mark(placeOf(matrix_.columnOrder, column), true);
  }

  void drawBar() {
    const auto frame = chart_.frame();
    const bool trees = !matrix_.rowTree.empty();
    const double x0 = frame[2] + px(trees ? treeRoom_ + 8 : 12), x1 = x0 + px(12);
    const double tall = std::min(frame[3] - frame[1], px(220)), y1 = frame[3], y0 = y1 - tall;
    constexpr int steps = 64;
    const ColorMap& map = colourMap();
    for (int i = 0; i < steps; ++i)
      overlay_.rectangle({x0, y0 + tall * i / steps, x1, y0 + tall * (i + 1) / steps}, map.at((i + 0.5) / steps));
    const double step = scale_.range[1] - scale_.range[0];
    for (const double tick :
         roundTicks(scale_.range[0], scale_.range[1], std::max(2, static_cast<int>(tall / px(32))))) {
      const double y = y0 + (tick - scale_.range[0]) / step * tall;
      overlay_.rectangle({x1, y - px(0.5), x1 + px(4), y + px(0.5)}, context_.theme.muted, 0.8);
      overlay_.text(x1 + px(8), y, formatNumber(tick, digitsFor(scale_.range[0], scale_.range[1], step / 4)),
                    {11, context_.theme.text, Overlay::Anchor::Left, false, false});
    }
    std::string words = matrix_.quantity;
    if (!matrix_.unit.empty() && matrix_.unit != "1") words += (words.empty() ? "" : " ") + ("(" + matrix_.unit + ")");
    if (!words.empty())
      overlay_.text(x0, y0 - px(14), words, {11, context_.theme.muted, Overlay::Anchor::Left, false, false});
  }

  data::MatrixAnswer matrix_;
  std::string shown_, painted_;
  ColorScale scale_;
  bool diverging_ = false;
  double treeRoom_ = 0; ///< logical pixels
  ColorMapShelf maps_;
  std::vector<Rgba8> colours_;
  int drawnColumns_ = 0, drawnRows_ = 0;
  mutable std::optional<std::array<std::int64_t, 2>> last_; ///< chosen here
};

} // namespace

std::unique_ptr<MatrixPanel> makeMatrixPanel(Context context, std::string id) {
  return std::make_unique<Matrix>(std::move(context), std::move(id));
}

} // namespace discern::scene
