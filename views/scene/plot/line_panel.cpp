#include "scene/plot/line_panel.h"

#include "scene/format.h"
#include "scene/plot/linear.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>

namespace discern::scene {
namespace {

constexpr int firstPurpose = 100; ///< of the tickets

class FieldLines final : public LinePanel {
public:
  using LinePanel::LinePanel;
  [[nodiscard]] std::string name() const override { return "line"; }
  [[nodiscard]] std::string plot() const override { return "line"; }
  [[nodiscard]] bool complete() const override { return known_ && opening_.empty() && waiting_->empty(); }
  [[nodiscard]] bool overTime() const override { return lead_ && axis_ == 3; }

  [[nodiscard]] std::optional<std::int64_t> indexAt(double x) const override {
    if (!lead_) return std::nullopt;
    return static_cast<std::int64_t>(std::llround(indexAlong(*lead_, axis_, x)));
  }
  [[nodiscard]] std::optional<data::Vec3> worldOf(std::int64_t index) const override {
    if (!lead_ || axis_ == 3) return std::nullopt;
    data::Vec3 at{0, 0, 0};
    at[static_cast<std::size_t>(axis_)] = static_cast<double>(index);
    return lead_->world(at);
  }

protected:
  void ask() override {
    lead_ = nullptr;
    for (const session::Layer& layer : state_.layers)
      askFor(layer);
    const auto gone = [&](const std::string& id) { return !asked_.contains(id); };
    std::erase_if(asked_, [&](const auto& entry) {
      const session::Layer* layer = state_.layer(entry.first);
      return !layer || !layer->visible;
    });
    std::erase_if(traces_, [&](const Trace& trace) { return gone(trace.source); });
    std::erase_if(*waiting_, gone);
  }

  [[nodiscard]] std::string acrossTitle() const override { return lead_ ? axisTitle(*lead_, axis_) : ""; }

  [[nodiscard]] std::vector<std::pair<double, std::string>> acrossTicks(double low, double high) const override {
    if (!overTime() || !isDated(*lead_)) return {};
    return dateTicks(lead_->time.unit, lead_->time.calendar, low, high,
                     static_cast<int>(width_ / (108 * context_.scale)));
  }

  [[nodiscard]] std::string acrossText(double x) const override {
    if (!lead_) return {};
    if (overTime()) {
      if (lead_->time.values.empty()) return "step " + formatNumber(x, 12);
      if (isDated(*lead_)) {
        const std::string& unit = lead_->time.unit;
        return formatNumber(x, 10) + " " + unit.substr(0, unit.find(" since ")) + "  (" + dateAt(x) + ")";
      }
      return formatNumber(x, 10) + (lead_->time.unit.empty() ? "" : " " + lead_->time.unit);
    }
    const std::string& unit = lead_->frame == data::Frame::VoxelIndex ? std::string() : lead_->worldUnit;
    return lead_->axisNames[static_cast<std::size_t>(axis_)] + " " + formatNumber(x, 9) +
           (unit.empty() ? "" : " " + unit);
  }

  [[nodiscard]] std::string emptyText() const override { return "None of the visible layers has a single axis"; }

  [[nodiscard]] std::optional<double> mark() const override {
    if (!lead_) return std::nullopt;
    if (axis_ == 3)
      return placeAlong(*lead_, 3, static_cast<double>(std::clamp<std::int64_t>(state_.time, 0, lead_->time.size - 1)));
    return state_.cursor[worldAxisOf(*lead_, axis_)];
  }

private:
  [[nodiscard]] std::string dateAt(double time) const { return dateText(lead_->time.unit, lead_->time.calendar, time); }

  void askFor(const session::Layer& layer) {
    const data::DatasetInfo* dataset = context_.provider.info(layer.path);
    if (!dataset) return open(layer.path);
    const data::FieldInfo* field = layer.grid.empty() ? dataset->field(layer.field) : nullptr;
    const auto axis = field ? lineAxis(*field) : std::nullopt;
    if (!axis || !layer.visible) return;
    if (!lead_ || layer.id == state_.active) {
      lead_ = field;
      axis_ = *axis;
    }
    const std::int64_t size = *axis == 3 ? field->time.size : field->shape[static_cast<std::size_t>(*axis)];
    data::LineRequest request;
    request.path = layer.path;
    request.field = field->name;
    request.axis = *axis;
    request.time = *axis == 3 ? 0 : std::clamp<std::int64_t>(state_.time, 0, field->time.size - 1);
    request.component = std::clamp(layer.component, 0, field->components - 1);
    request.to = size;
    request.across = plotWidth();
    if (const auto range = state_.plots.find("line"); range != state_.plots.end() && range->second.x) {
      const double a = indexAlong(*field, *axis, (*range->second.x)[0]);
      const double b = indexAlong(*field, *axis, (*range->second.x)[1]);
      request.from = std::max<std::int64_t>(0, static_cast<std::int64_t>(std::floor(std::min(a, b))) - 1);
      request.to = std::min(size, static_cast<std::int64_t>(std::ceil(std::max(a, b))) + 2);
    }
    const std::string wanted = nlohmann::json(request).dump();
    if (const auto before = asked_.find(layer.id); before != asked_.end() && before->second == wanted) return;
    asked_[layer.id] = wanted;
    waiting_->insert(layer.id);
    if (!purposes_.contains(layer.id)) purposes_[layer.id] = firstPurpose + static_cast<int>(purposes_.size());
    context_.provider.line(request, {this, purposes_[layer.id]},
                           [weak = std::weak_ptr(waiting_), this, id = layer.id, wanted, field,
                            axis = *axis](data::FieldProvider::Reply<data::Curve> reply) {
                             const auto waiting = weak.lock();
                             if (!waiting) return;
                             const auto current = asked_.find(id);
                             if (current == asked_.end() || current->second != wanted) return;
                             waiting->erase(id);
                             arrived(id, *field, axis, std::move(reply));
                           });
  }

  void open(const std::string& path) {
    if (failed_.contains(path) || !opening_.insert(path).second) return;
    context_.provider.open(
        path, [weak = std::weak_ptr(waiting_), this, path](data::FieldProvider::Reply<data::DatasetInfo> reply) {
          if (weak.expired()) return;
          opening_.erase(path);
          if (!reply.error.empty()) failed_.insert(path);
          ask();
          changed();
        });
  }

  void arrived(const std::string& id, const data::FieldInfo& field, int axis,
               data::FieldProvider::Reply<data::Curve> reply) {
    const session::Layer* layer = state_.layer(id);
    if (!reply.error.empty()) {
      std::erase_if(traces_, [&](const Trace& trace) { return trace.source == id; });
      if (context_.report) context_.report(reply.error);
    } else if (layer) {
      Trace trace{id,   field.quantity.empty() ? field.name : field.quantity, field.unit, std::move(reply.value), true,
                  false};
      if (trace.name.empty() || state_.layers.size() > 1) trace.name = layer->name;
      for (double& x : trace.curve.x)
        x = placeAlong(field, axis, x);
      auto& extent = trace.curve.xExtent;
      extent = {placeAlong(field, axis, extent[0]), placeAlong(field, axis, extent[1])};
      if (extent[0] > extent[1]) std::swap(extent[0], extent[1]);
      // Few values stand as points too, so that one between two gaps is seen.
      trace.dots = trace.curve.count <= plotWidth() / (6 * context_.scale);
      const auto same =
          std::find_if(traces_.begin(), traces_.end(), [&](const Trace& other) { return other.source == id; });
      if (same != traces_.end())
        *same = std::move(trace);
      else
        traces_.push_back(std::move(trace));
      const auto place = [&](const Trace& one) {
        return std::find_if(state_.layers.begin(), state_.layers.end(),
                            [&](const session::Layer& each) { return each.id == one.source; });
      };
      std::sort(traces_.begin(), traces_.end(), [&](const Trace& a, const Trace& b) { return place(a) < place(b); });
    }
    changed();
  }

  const data::FieldInfo* lead_ = nullptr; ///< gives the axis below
  int axis_ = 0;
  std::map<std::string, std::string> asked_; ///< layer → the request in force
  std::map<std::string, int> purposes_;
  std::shared_ptr<std::set<std::string>> waiting_ =
      std::make_shared<std::set<std::string>>(); ///< layers; replies hold it weakly
  std::set<std::string> opening_, failed_;
};

} // namespace

std::unique_ptr<LinePanel> makeLinePanel(Context context) { return std::make_unique<FieldLines>(std::move(context)); }

} // namespace discern::scene
