#include "scene/plot/course_panel.h"

#include "scene/diagram/sources.h"
#include "scene/format.h"
#include "scene/overlay/overlay.h"
#include "scene/placement.h"
#include "scene/plot/chart.h"
#include "scene/plot/course_lines.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>

namespace discern::scene {
namespace {

class ChartedCourses final : public CoursePanel {
public:
  explicit ChartedCourses(Context context) : CoursePanel(std::move(context)), chart_(renderer_) {
    renderer_->InteractiveOff();
    applyTheme();
  }

  [[nodiscard]] std::string name() const override { return "course"; }

  [[nodiscard]] Overlay* overlay() override { return &overlay_; }

  void attach(vtkRenderWindow* window) override {
    window->SetMultiSamples(4); // smooth lines
    window->AddRenderer(renderer_);
    overlay_.attach(window);
  }

  void resize(int width, int height) override {
    if (width == width_ && height == height_) return;
    width_ = std::max(1, width);
    height_ = std::max(1, height);
    changed();
  }

  void update(const session::State& state) override {
    const bool same =
        known_ && state.cursor == state_.cursor && state.time == state_.time && state.layers == state_.layers;
    if (same && !unknown_) return;
    state_ = state;
    known_ = true;
    ask();
    changed();
  }

  void setTheme(const Theme& theme) override {
    context_.theme = theme;
    applyTheme();
    changed();
  }

  [[nodiscard]] bool complete() const override { return known_ && !unknown_ && waiting_->empty(); }

  [[nodiscard]] std::optional<data::Vec3> worldAt(double, double) const override { return std::nullopt; }
  [[nodiscard]] std::optional<std::int64_t> stepAt(double x, double y) const override {
    const auto at = chart_.dataAt(x, y);
    if (!at || times_.empty()) return std::nullopt;
    return std::min_element(times_.begin(), times_.end(),
                            [time = (*at)[0]](double a, double b) { return std::abs(a - time) < std::abs(b - time); }) -
           times_.begin();
  }
  [[nodiscard]] const std::vector<Course>& courses() const override { return courses_; }

private:
  struct Asked {
    std::string path, field;
    data::Index3 voxel{};
    int component = 0;
    bool operator==(const Asked&) const = default;
  };

  struct Located {
    std::string path, field;
    data::Vec3 cursor{};
    std::optional<data::Index3> voxel;
    bool waiting = false;
  };

  void applyTheme() {
    renderer_->SetBackground(context_.theme.canvas.data());
    overlay_.setTheme(context_.theme);
  }

  void ask() {
    std::erase_if(located_, [&](const auto& entry) { return !state_.layer(entry.first); });
    std::erase_if(asked_, [&](const auto& entry) { return !state_.layer(entry.first); });
    std::erase_if(courses_, [&](const Course& course) { return !state_.layer(course.layer); });
    unknown_ = false;
    for (const session::Layer& layer : state_.layers) {
      const auto drop = [&] {
        asked_.erase(layer.id);
        waiting_->erase(layer.id);
        std::erase_if(courses_, [&](const Course& course) { return course.layer == layer.id; });
      };
      const data::DatasetInfo* dataset = context_.provider.info(layer.path);
      if (!dataset) {
        open(layer.path);
        continue;
      }
      const data::FieldInfo* field = dataset->field(layer.field);
      const bool wanted = field && layer.visible && layer.role == session::Role::Image && !field->labels &&
                          field->time.size > 1 && (!onGrid(*field) || field->tabular);
      if (wanted && field->tabular && !located(layer, *dataset, *field)) continue; // the old course stays meanwhile
      const auto voxel = !wanted          ? std::nullopt
                         : field->tabular ? located_.at(layer.id).voxel
                                          : voxelAt(*field, state_.cursor);
      if (!voxel) {
        drop();
        continue;
      }
      const Asked asked{layer.path, field->name, *voxel, layer.component};
      if (const auto before = asked_.find(layer.id); before != asked_.end() && before->second == asked) continue;
      asked_[layer.id] = asked;
      waiting_->insert(layer.id);
      if (!purposes_.contains(layer.id)) purposes_[layer.id] = static_cast<int>(purposes_.size());
      context_.provider.series({layer.path, field->name}, *voxel, layer.component, {this, purposes_[layer.id]},
                               [weak = std::weak_ptr(waiting_), this, id = layer.id, asked,
                                info = *field](data::FieldProvider::Reply<std::vector<double>> reply) {
                                 const auto waiting = weak.lock();
                                 if (!waiting) return;
                                 const auto current = asked_.find(id);
                                 if (current == asked_.end() || !(current->second == asked)) return;
                                 waiting->erase(id);
                                 arrived(id, info, std::move(reply));
                               });
    }
  }

  /// Which cell of its grid holds the cursor, for a field that is a table of cells; asks for it, and says whether it is
  /// known.
  bool located(const session::Layer& layer, const data::DatasetInfo& dataset, const data::FieldInfo& field) {
    const auto placed = placedField(dataset, layer);
    if (!placed) return false;
    Located& found = located_[layer.id];
    if (found.path == layer.path && found.field == field.name && found.cursor == state_.cursor) return !found.waiting;
    found = {layer.path, field.name, state_.cursor, std::nullopt, true};
    waiting_->insert(layer.id);
    if (!probes_.contains(layer.id)) probes_[layer.id] = -1 - static_cast<int>(probes_.size());
    const data::ShapeRequest request = shapeOf(*placed, layer, state_.time, state_.cursor);
    context_.provider.probe(
        request, state_.cursor, {this, probes_[layer.id]},
        [weak = std::weak_ptr(waiting_), this, id = layer.id, cursor = state_.cursor, depth = request.layer,
         columns = field.shape[0]](data::FieldProvider::Reply<data::GridReading> reply) {
          const auto waiting = weak.lock();
          if (!waiting) return;
          const auto at = located_.find(id);
          if (at == located_.end() || at->second.cursor != cursor) return;
          at->second.waiting = false;
          waiting->erase(id);
          if (reply.error.empty() && reply.value.cell >= 0)
            at->second.voxel = data::Index3{reply.value.cell % columns, reply.value.cell / columns, depth};
          ask();
          changed();
        });
    return !found.waiting; // the answer may have come at once
  }

  void open(const std::string& path) {
    if (failed_.contains(path)) return;
    unknown_ = true;
    if (!opening_.insert(path).second) return;
    context_.provider.open(
        path, [weak = std::weak_ptr(waiting_), this, path](data::FieldProvider::Reply<data::DatasetInfo> reply) {
          if (weak.expired()) return;
          opening_.erase(path);
          if (!reply.error.empty()) failed_.insert(path);
          ask();
          changed();
        });
  }

  void arrived(const std::string& id, const data::FieldInfo& field,
               data::FieldProvider::Reply<std::vector<double>> reply) {
    std::erase_if(courses_, [&](const Course& course) { return course.layer == id; });
    const session::Layer* layer = state_.layer(id);
    if (!reply.error.empty()) {
      if (context_.report) context_.report(reply.error);
    } else if (layer) {
      courses_.push_back({id, layer->name, field.quantity, field.unit, field.time, std::move(reply.value)});
      const auto place = [&](const Course& course) {
        return std::find_if(state_.layers.begin(), state_.layers.end(),
                            [&](const session::Layer& each) { return each.id == course.layer; });
      };
      std::sort(courses_.begin(), courses_.end(),
                [&](const Course& a, const Course& b) { return place(a) < place(b); });
    }
    changed();
  }

  void changed() {
    draw();
    if (context_.needsRender) context_.needsRender();
  }

  void draw() {
    const double scale = context_.scale;
    overlay_.begin(width_, height_, scale);
    if (courses_.empty()) {
      chart_.hide();
      times_.clear();
      const Overlay::Style style{12, context_.theme.muted, Overlay::Anchor::Centre, false, false};
      if (waiting_->empty() && !unknown_)
        overlay_.text(width_ / 2.0, height_ / 2.0, "Place the cursor on data with time", style);
    } else {
      const auto layer = state_.layer(courses_.front().layer);
      const data::DatasetInfo* dataset = layer ? context_.provider.info(layer->path) : nullptr;
      const data::FieldInfo* field = dataset ? dataset->field(layer->field) : nullptr;
      times_ = showCourses(chart_, courses_, state_.time, {context_.theme, scale, width_, height_, 30});
      double x = 12 * scale;
      const double y = height_ - 15 * scale;
      if (field)
        x = overlay_
                .text(x, y, formatPosition(*field, state_.cursor),
                      {11, context_.theme.muted, Overlay::Anchor::Left, false, false})
                .x1 +
            12 * scale;
      for (std::size_t i = 0; i < courses_.size() && x < width_ - 80 * scale; ++i) {
        const Course& course = courses_[i];
        const auto at = static_cast<std::size_t>(std::clamp<std::int64_t>(state_.time, 0, course.time.size - 1));
        std::string words = courses_.size() > 1 || course.quantity.empty() ? course.name : course.quantity;
        words += ":  " + (at < course.values.size() ? formatNumber(course.values[at], 5) : std::string("missing"));
        if (!course.unit.empty() && course.unit != "1") words += " " + course.unit;
        words += "  at " + course.time.label(static_cast<std::int64_t>(at));
        const double swatch = 8 * scale;
        overlay_.rectangle({x, y - swatch / 2, x + swatch, y + swatch / 2}, Chart::lineColour(context_.theme, i));
        x = overlay_
                .text(x + swatch + 6 * scale, y, words, {11, context_.theme.text, Overlay::Anchor::Left, false, false})
                .x1 +
            12 * scale;
      }
    }
    overlay_.end();
  }

  vtkNew<vtkRenderer> renderer_;
  Overlay overlay_;
  Chart chart_;
  std::vector<double> times_; ///< of the first course
  std::vector<Course> courses_;
  session::State state_;
  std::map<std::string, Asked> asked_;
  std::map<std::string, Located> located_; ///< layers whose cells have places of their own
  std::map<std::string, int> purposes_, probes_;
  std::shared_ptr<std::set<std::string>> waiting_ =
      std::make_shared<std::set<std::string>>(); ///< layers; replies hold it weakly
  std::set<std::string> opening_, failed_;
  int width_ = 640, height_ = 240;
  bool known_ = false, unknown_ = false;
};

} // namespace

std::unique_ptr<CoursePanel> makeCoursePanel(Context context) {
  return std::make_unique<ChartedCourses>(std::move(context));
}

} // namespace discern::scene
