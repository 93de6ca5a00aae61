#include "scene/diagram/matrix/network_panel.h"

#include "scene/colour/colormap.h"
#include "scene/format.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace discern::scene {
namespace {

constexpr int networkPurpose = 0;
constexpr double reach = 9; ///< logical pixels within which a node or an edge is hit

class Network final : public NetworkPanel {
public:
  Network(Context context, std::string id) : NetworkPanel(std::move(context), "network", std::move(id)) {}

  [[nodiscard]] const data::NetworkAnswer& network() const override { return network_; }

  [[nodiscard]] Pixel placeOf(std::size_t node) const override {
    const double room = std::max(px(40), std::min(width_ - px(110), height_ - px(90)));
    return {width_ / 2.0 + (network_.x[node] - 0.5) * room, (height_ - px(24)) / 2.0 + (network_.y[node] - 0.5) * room};
  }

  [[nodiscard]] std::optional<View> fitted() const override { return std::nullopt; } // nothing to zoom

  [[nodiscard]] std::vector<Choice> choices() const override {
    SourceList labels{{"", "nothing else"}};
    for (auto& one : sourcesOf(SourceKind::Labels, state_, context_.provider))
      labels.push_back(std::move(one));
    std::vector<Choice> all{
        {"x", "Matrix", diagram() ? diagram()->x : "", sourcesOf(SourceKind::Matrices, state_, context_.provider)},
        {"layout", "Layout", option("layout", "circle"), {{"circle", "circle"}, {"force", "springs"}}},
        {"edges",
         "Edges",
         option("edges", "600"),
         {{"100", "100 edges"},
          {"300", "300 edges"},
          {"600", "600 edges"},
          {"1500", "1500 edges"},
          {"4000", "4000 edges"}}},
        {"order",
         "Order on the circle",
         option("order", "average"),
         {{"file", "as in the file"}, {"average", "average linkage"}, {"ward", "Ward"}}}};
    if (labels.size() > 1) all.push_back({"y", "Nodes are also labels of", diagram() ? diagram()->y : "", labels});
    return all;
  }
  [[nodiscard]] std::string hint() const override {
    return "Click a node, or an edge for both of its nodes, to choose them (Ctrl adds), a click beside lets go";
  }

  [[nodiscard]] std::vector<session::Command> click(Pixel pixel, bool add) const override {
    if (empty()) return {};
    if (const auto node = nodeAt(pixel)) return choose({static_cast<std::int64_t>(*node)}, add);
    if (const auto edge = edgeAt(pixel)) return choose({network_.edges[*edge].a, network_.edges[*edge].b}, add);
    return add || chosen().empty() ? std::vector<session::Command>{} : choose({}, false);
  }

  [[nodiscard]] std::vector<session::Command> step(int right, int up) const override {
    if (empty()) return {};
    const auto now = chosen();
    const auto count = static_cast<std::int64_t>(network_.x.size());
    const std::int64_t from = now.empty() ? -1 : right + up > 0 ? *now.rbegin() : *now.begin();
    return choose({std::clamp<std::int64_t>(from + (right + up > 0 ? 1 : -1), 0, count - 1)}, false);
  }

  [[nodiscard]] Sheet sheet() const override {
    Sheet sheet;
    if (empty()) return sheet;
    sheet.push_back({"from", "to", "value"});
    for (const auto& edge : network_.edges)
      sheet.push_back({nodeName(static_cast<std::size_t>(edge.a)), nodeName(static_cast<std::size_t>(edge.b)),
                       nlohmann::json(edge.value).dump()});
    return sheet;
  }

protected:
  void ask() override {
    const session::Diagram& of = *diagram();
    if (!state_.layer(of.x) && !state_.tableOf(of.x)) {
      drop(networkPurpose);
      network_ = {};
      return;
    }
    if (!known(of.x)) return;
    data::NetworkRequest request;
    if (const session::Table* table = state_.tableOf(of.x)) {
      request.matrix.path = table->path;
      request.matrix.table = table->table;
      request.matrix.ofTable = true;
    } else if (const auto ref = fieldRef(state_, context_.provider, of.x)) {
      request.matrix.path = ref->path;
      request.matrix.field = ref->field;
      request.matrix.component = ref->component;
      request.matrix.time = ref->time;
    } else {
      return;
    }
    request.matrix.order = option("order", "average");
    request.layout = option("layout", "circle");
    request.edges = std::clamp(std::atoi(option("edges", "600").c_str()), 1, 20'000);
    want<data::NetworkAnswer>(request, networkPurpose,
                              [this](data::NetworkAnswer answer) { network_ = std::move(answer); });
  }

  [[nodiscard]] bool empty() const override { return network_.x.empty(); }
  [[nodiscard]] std::string emptyText() const override {
    return sourceName(state_, diagram()->x).empty() ? "The layer or table of this plot is not open any more"
                                                    : "There is no square matrix in it";
  }

  [[nodiscard]] std::string restText() const override {
    std::string words =
        std::to_string(network_.x.size()) + " nodes, the " + std::to_string(network_.edges.size()) + " strongest edges";
    if (network_.left > 0)
      words += " of " + std::to_string(network_.left + static_cast<std::int64_t>(network_.edges.size()));
    const auto now = chosen();
    if (now.size() == 1) words += "   " + nodeText(static_cast<std::size_t>(*now.begin()));
    if (now.size() > 1) words += "   " + std::to_string(now.size()) + " chosen";
    return words;
  }

  [[nodiscard]] std::string textAt(Pixel pixel) const override {
    if (empty()) return {};
    if (const auto node = nodeAt(pixel)) return nodeText(*node);
    if (const auto at = edgeAt(pixel)) {
      const auto& edge = network_.edges[*at];
      return nodeName(static_cast<std::size_t>(edge.a)) + " — " + nodeName(static_cast<std::size_t>(edge.b)) + ":  " +
             formatNumber(edge.value, 4) + (network_.unit.empty() || network_.unit == "1" ? "" : " " + network_.unit);
    }
    return {};
  }

  void draw() override {
    chart_.hide();
    raster_.hide();
    const auto now = chosen();
    const double strongest = network_.edges.empty() ? 1 : std::abs(network_.edges.front().value);
    const double weakest = network_.edges.empty() ? 0 : std::abs(network_.edges.back().value);
    const ColorMap& map = maps_.get("coolwarm", context_.report);
    std::vector<std::size_t> onTop;
    for (std::size_t i = network_.edges.size(); i-- > 0;) { // the strongest last
      const auto& edge = network_.edges[i];
      if (now.contains(edge.a) || now.contains(edge.b))
        onTop.push_back(i);
      else
        line(edge, strongest, weakest, map, now.empty() ? 0.55 : 0.12);
    }
    for (const std::size_t i : onTop)
      line(network_.edges[i], strongest, weakest, map, 0.95);
    std::vector<int> degree(network_.x.size());
    for (const auto& edge : network_.edges) {
      ++degree[static_cast<std::size_t>(edge.a)];
      ++degree[static_cast<std::size_t>(edge.b)];
    }
    const double most = std::max(1, *std::max_element(degree.begin(), degree.end()));
    const double largest = std::clamp(240.0 / std::sqrt(static_cast<double>(network_.x.size())) / 2, 3.0, 8.0);
    for (std::size_t node = 0; node < network_.x.size(); ++node) {
      const bool is = now.contains(static_cast<std::int64_t>(node));
      const double radius = px(1.5 + (largest - 1.5) * std::sqrt(degree[node] / most)) + (is ? px(2) : 0);
      const Pixel at = placeOf(node);
      disc(at, radius + px(1), context_.theme.canvas);
      disc(at, radius, is ? context_.theme.accent : context_.theme.text);
    }
    writeNames(now);
  }

private:
  [[nodiscard]] const data::FieldInfo* labelField() const {
    return diagram() && !diagram()->y.empty() ? voxelField(state_, context_.provider, diagram()->y) : nullptr;
  }
  [[nodiscard]] std::int64_t labelOf(std::size_t node) const {
    if (const data::FieldInfo* field = labelField(); field && node < network_.names.size())
      for (const auto& [label, words] : field->labelNames)
        if (words == network_.names[node]) return label;
    return static_cast<std::int64_t>(node) + 1;
  }
  [[nodiscard]] std::string nodeName(std::size_t node) const {
    if (node < network_.names.size()) return network_.names[node];
    if (const data::FieldInfo* field = labelField()) return labelName(*field, labelOf(node));
    return std::to_string(node + 1);
  }
  [[nodiscard]] std::string nodeText(std::size_t node) const {
    int edges = 0;
    double sum = 0;
    for (const auto& edge : network_.edges)
      if (static_cast<std::size_t>(edge.a) == node || static_cast<std::size_t>(edge.b) == node) {
        ++edges;
        sum += edge.value;
      }
    return "node " + nodeName(node) + ":  " + std::to_string(edges) + " edges, together " + formatNumber(sum, 4);
  }

  [[nodiscard]] std::set<std::int64_t> chosen() const {
    std::set<std::int64_t> result;
    const auto count = static_cast<std::int64_t>(network_.x.size());
    if (const auto found = state_.selection.find(diagram()->id); found != state_.selection.end())
      for (const std::int64_t one : found->second)
        if (one >= 0 && one < count) result.insert(one);
    const auto labels = diagram()->y.empty() ? state_.selection.end() : state_.selection.find(diagram()->y);
    if (labels != state_.selection.end())
      for (std::int64_t node = 0; node < count; ++node)
        if (labels->second.contains(labelOf(static_cast<std::size_t>(node)))) result.insert(node);
    return result;
  }

  [[nodiscard]] std::vector<session::Command> choose(const std::set<std::int64_t>& nodes, bool add) const {
    auto selection = state_.selection;
    auto& rows = selection[diagram()->id];
    if (!add) rows.clear();
    rows.insert(nodes.begin(), nodes.end());
    if (!diagram()->y.empty()) {
      auto& labels = selection[diagram()->y];
      if (!add) labels.clear();
      for (const std::int64_t node : nodes)
        labels.insert(labelOf(static_cast<std::size_t>(node)));
    }
    return {{"select", {{"selection", selection}}}};
  }

  [[nodiscard]] std::optional<std::size_t> nodeAt(Pixel pixel) const {
    std::optional<std::size_t> best;
    double nearest = px(reach);
    for (std::size_t node = 0; node < network_.x.size(); ++node) {
      const Pixel at = placeOf(node);
      if (const double away = std::hypot(at[0] - pixel[0], at[1] - pixel[1]); away < nearest) {
        nearest = away;
        best = node;
      }
    }
    return best;
  }

  [[nodiscard]] std::optional<std::size_t> edgeAt(Pixel pixel) const {
    std::optional<std::size_t> best;
    double nearest = px(reach / 2);
    for (std::size_t i = 0; i < network_.edges.size(); ++i) {
      const Pixel a = placeOf(static_cast<std::size_t>(network_.edges[i].a)),
                  b = placeOf(static_cast<std::size_t>(network_.edges[i].b));
      const double dx = b[0] - a[0], dy = b[1] - a[1], square = std::max(1e-9, dx * dx + dy * dy);
      const double along = std::clamp(((pixel[0] - a[0]) * dx + (pixel[1] - a[1]) * dy) / square, 0.0, 1.0);
      const double away = std::hypot(pixel[0] - a[0] - along * dx, pixel[1] - a[1] - along * dy);
      if (away < nearest) {
        nearest = away;
        best = i;
      }
    }
    return best;
  }

  void line(const data::NetworkAnswer::Edge& edge, double strongest, double weakest, const ColorMap& map,
            double opacity) {
    const Pixel a = placeOf(static_cast<std::size_t>(edge.a)), b = placeOf(static_cast<std::size_t>(edge.b));
    const double share = strongest > weakest ? (std::abs(edge.value) - weakest) / (strongest - weakest) : 1;
    const double side = 0.35 + 0.65 * share;
    overlay_.line(a[0], a[1], b[0], b[1], px(0.6 + 1.6 * share), map.at(0.5 + (edge.value > 0 ? 0.5 : -0.5) * side),
                  opacity);
  }

  void disc(const Pixel& at, double radius, const Rgb& colour) {
    constexpr int corners = 12; // pairs of opposite slices make quads
    const auto rim = [&](int i) {
      const double turn = 2 * std::numbers::pi * i / corners;
      return Pixel{at[0] + radius * std::cos(turn), at[1] + radius * std::sin(turn)};
    };
    for (int i = 0; i < corners / 2 - 1; ++i) {
      const Pixel a = rim(i), b = rim(i + 1), c = rim(corners - 2 - i), d = rim(corners - 1 - i);
      overlay_.quad({a[0], a[1], b[0], b[1], c[0], c[1], d[0], d[1]}, colour, 1);
    }
  }

  void writeNames(const std::set<std::int64_t>& now) {
    const bool circle = option("layout", "circle") == "circle";
    const std::size_t count = network_.x.size();
    const bool all = count <= 40;
    const Pixel middle{width_ / 2.0, (height_ - px(24)) / 2.0};
    for (std::size_t node = 0; node < count; ++node) {
      const bool is = now.contains(static_cast<std::int64_t>(node));
      if (!all && (!is || now.size() > 12)) continue;
      const Pixel at = placeOf(node);
      const double dx = at[0] - middle[0], dy = at[1] - middle[1], away = std::max(1.0, std::hypot(dx, dy));
      const double x = at[0] + (circle ? dx / away * px(15) : px(13)), y = at[1] + (circle ? dy / away * px(15) : 0);
      std::string words = nodeName(node);
      if (words.size() > 16) words = words.substr(0, 14) + "…";
      overlay_.text(x, y, words,
                    {10, is ? context_.theme.text : context_.theme.muted,
                     circle && dx < -px(4)            ? Overlay::Anchor::Right
                     : circle && std::abs(dx) < px(4) ? Overlay::Anchor::Centre
                                                      : Overlay::Anchor::Left,
                     !circle || is, is});
    }
  }

  data::NetworkAnswer network_;
  ColorMapShelf maps_;
};

} // namespace

std::unique_ptr<NetworkPanel> makeNetworkPanel(Context context, std::string id) {
  return std::make_unique<Network>(std::move(context), std::move(id));
}

} // namespace discern::scene
