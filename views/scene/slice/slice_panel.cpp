#include "scene/slice/slice_panel.h"

#include "scene/compare/curtain.h"
#include "scene/feed.h"
#include "scene/overlay/painter.h"
#include "scene/placement.h"
#include "scene/shape/shape_view.h"
#include "scene/slice/chosen_voxels.h"
#include "scene/slice/furnishing.h"
#include "scene/slice/layer_picture.h"
#include "scene/slice/look.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>
#include <vtkCamera.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>

namespace discern::scene {
namespace {

/// Room for letters and bars around the data when the view fits them; logical pixels.
constexpr double marginAcross = 26, marginUpright = 40;

class SlicePanel final : public FlatPanel {
public:
  SlicePanel(std::string name, Context context)
      : FlatPanel(std::move(context)), name_(std::move(name)), difference_(renderer_),
        chosen_(context_, renderer_, [this] { arrived(); }) {
    blendInOrder(renderer_);
    renderer_->GetActiveCamera()->ParallelProjectionOn();
    (void)difference_.setOrdinal(500);
    applyTheme();
  }

  [[nodiscard]] std::string name() const override { return name_; }

  [[nodiscard]] Overlay* overlay() override { return &overlay_; }

  void attach(vtkRenderWindow* window) override {
    window->SetMultiSamples(0); // pixels of the data stay pixels
    window->AddRenderer(renderer_);
    overlay_.attach(window);
  }

  void resize(int width, int height) override {
    if (width == width_ && height == height_) return;
    width_ = std::max(1, width);
    height_ = std::max(1, height);
    dirty_ = true;
    refresh();
  }

  void update(const session::State& state) override {
    if (known_ && state == state_) return;
    const bool moved = known_ && !(state.cursor == state_.cursor);
    if (moved) previousCursor_ = state_.cursor;
    scrubbing_ = scrubbing_ || moved;
    state_ = state;
    known_ = true;
    dirty_ = true;
    refresh();
  }

  void setTheme(const Theme& theme) override {
    context_.theme = theme;
    applyTheme();
    dirty_ = true;
    refresh();
  }

  void reread() override {
    dirty_ = true;
    refresh();
  }

  void overrideMode(const std::string& mode) override {
    if (mode == override_) return;
    override_ = mode;
    dirty_ = true;
    refresh();
  }

  [[nodiscard]] bool complete() const override {
    if (!known_ || !chosen_.feed().settled()) return false;
    return std::all_of(state_.layers.begin(), state_.layers.end(), [&](const session::Layer& layer) {
      if (!layer.visible || failed_.contains(layer.path)) return true;
      const auto slot = slots_.find(layer.id);
      return slot != slots_.end() && slot->second->field && slot->second->feed.settled() &&
             (!slot->second->section || slot->second->section->feed.settled());
    });
  }

  [[nodiscard]] std::optional<data::Vec3> worldAt(double x, double y) const override {
    const data::FieldInfo* field = leading();
    if (!field) return std::nullopt;
    const Sight sight = sightNow();
    const Point2 point{sight.low.u + x * sight.worldPerPixel, sight.low.v + y * sight.worldPerPixel};
    return plane_.raise(point, state_.cursor[static_cast<std::size_t>(plane_.normalAxis)]);
  }

  [[nodiscard]] session::View2D view() const override {
    const auto stored = state_.views2d.find(name_);
    if (stored != state_.views2d.end() && stored->second.height > 0) return stored->second;
    session::View2D fitted;
    const double across = std::max(1.0, width_ - 2 * marginAcross * context_.scale);
    const double upright = std::max(1.0, height_ - 2 * marginUpright * context_.scale);
    const auto [low, high] = extent();
    const double worldPerPixel = std::max({(high.u - low.u) / across, (high.v - low.v) / upright, 1e-12});
    fitted.height = worldPerPixel * height_;
    fitted.centre = plane_.raise({(low.u + high.u) / 2, (low.v + high.v) / 2},
                                 state_.cursor[static_cast<std::size_t>(plane_.normalAxis)]);
    return fitted;
  }

  [[nodiscard]] data::Vec3 stepped(const data::Vec3& cursor, int steps) const override {
    const data::FieldInfo* field = leading();
    if (!field) return cursor;
    const Cut cut = cutOf(*field, plane_, cursor);
    const auto axis = static_cast<std::size_t>(cut.normal);
    data::Vec3 index = field->index(cursor);
    const double slope = field->world(plusOne(index, axis))[static_cast<std::size_t>(plane_.normalAxis)] -
                         field->world(index)[static_cast<std::size_t>(plane_.normalAxis)];
    const std::int64_t slice = cut.slice + (slope < 0 ? -steps : steps);
    index[axis] = static_cast<double>(std::clamp<std::int64_t>(slice, 0, field->shape[axis] - 1));
    return field->world(index);
  }

  [[nodiscard]] std::optional<std::pair<std::string, std::int64_t>> labelAt(const data::Vec3& world) const override {
    for (auto layer = state_.layers.rbegin(); layer != state_.layers.rend(); ++layer) {
      const auto found = slots_.find(layer->id);
      if (found == slots_.end()) continue;
      const Slot& slot = *found->second;
      if (!slot.shown || !slot.field || onGrid(*slot.field) || !drawsLabels(*layer, *slot.field)) continue;
      const data::BlockPtr block = slot.feed.block();
      if (!block) continue;
      const data::Vec3 index = slot.field->index(world);
      const double stride = static_cast<double>(std::int64_t{1} << block->slab.level);
      data::Index3 voxel{};
      for (std::size_t axis = 0; axis < 3; ++axis)
        voxel[axis] = static_cast<std::int64_t>(std::floor((std::floor(index[axis] + 0.5 + 1e-9)) / stride));
      voxel[static_cast<std::size_t>(slot.cut.normal)] = block->slab.box.lo[static_cast<std::size_t>(slot.cut.normal)];
      const double value = block->value(voxel);
      if (std::isnan(value)) continue;
      return std::pair{layer->id, static_cast<std::int64_t>(std::llround(value))};
    }
    return std::nullopt;
  }

private:
  struct Slot {
    Slot(data::FieldProvider& provider, data::FieldProvider::Ticket ticket, vtkRenderer* renderer,
         std::function<void()> changed)
        : feed(provider, ticket, std::move(changed)), picture(renderer) {}
    Feed feed;
    LayerPicture picture;
    std::optional<data::FieldInfo> field;
    std::uint64_t generation = 0; ///< of the file, when `field` was taken from it
    std::string path, fieldName;
    std::unique_ptr<ShapeView> section; ///< of a layer on a grid
    Cut cut;
    bool shown = false; ///< the layer has a part in this picture
    std::optional<Look> drawn;
  };

  static data::Vec3 plusOne(data::Vec3 index, std::size_t axis) {
    index[axis] += 1;
    return index;
  }

  void applyTheme() {
    renderer_->SetBackground(context_.theme.canvas.data());
    overlay_.setTheme(context_.theme);
  }

  /// The field that decides planes, stepping and units: the active layer's, else the first that is known.
  [[nodiscard]] const data::FieldInfo* leading() const {
    const auto known = [&](const std::string& id) -> const data::FieldInfo* {
      const auto slot = slots_.find(id);
      return slot != slots_.end() && slot->second->field ? &*slot->second->field : nullptr;
    };
    if (const data::FieldInfo* active = known(state_.active)) return active;
    for (const session::Layer& layer : state_.layers)
      if (const data::FieldInfo* field = known(layer.id)) return field;
    return nullptr;
  }

  [[nodiscard]] std::pair<Point2, Point2> extent() const {
    Point2 low{1e300, 1e300}, high{-1e300, -1e300};
    for (const auto& [id, slot] : slots_) {
      if (!slot->field) continue;
      const auto [from, to] = slot->field->worldBounds();
      for (const data::Vec3& corner : {from, to}) {
        const Point2 point = plane_.flatten(corner);
        low = {std::min(low.u, point.u), std::min(low.v, point.v)};
        high = {std::max(high.u, point.u), std::max(high.v, point.v)};
      }
    }
    if (low.u > high.u) return {{-0.5, -0.5}, {0.5, 0.5}};
    return {low, high};
  }

  [[nodiscard]] Sight sightNow() const {
    const session::View2D shown = view();
    const Point2 centre = plane_.flatten(shown.centre);
    const double worldPerPixel = shown.height / height_;
    return {{centre.u - worldPerPixel * width_ / 2, centre.v - shown.height / 2},
            {centre.u + worldPerPixel * width_ / 2, centre.v + shown.height / 2},
            worldPerPixel};
  }

  /// Brings the picture up to the state: asks for what is missing, draws what is there. Replies that come at once lead
  /// to another round, not to recursion.
  void refresh() {
    if (busy_) {
      again_ = true;
      return;
    }
    busy_ = true;
    do {
      again_ = false;
      matchSlots();
      if (const data::FieldInfo* field = leading()) plane_ = planeFor(name_, *field, state_.radiological);
      ask();
      draw();
    } while (again_);
    busy_ = false;
    if (dirty_ && context_.needsRender) context_.needsRender();
    dirty_ = false;
  }

  void arrived() {
    dirty_ = true;
    refresh();
  }

  void matchSlots() {
    std::erase_if(slots_, [&](const auto& entry) { return !state_.layer(entry.first); });
    for (const session::Layer& layer : state_.layers) {
      auto& slot = slots_[layer.id];
      if (!slot)
        slot = std::make_unique<Slot>(context_.provider, data::FieldProvider::Ticket{this, nextPurpose_++}, renderer_,
                                      [this] { arrived(); });
      if (slot->path != layer.path || slot->fieldName != layer.field) {
        slot->path = layer.path;
        slot->fieldName = layer.field;
        slot->field.reset();
        slot->feed.clear();
        slot->section.reset();
        slot->drawn.reset();
      }
      if (const std::uint64_t generation = context_.provider.generation(layer.path);
          context_.provider.info(layer.path) && std::exchange(slot->generation, generation) != generation)
        slot->field.reset(); // another file: perhaps of another shape
      if (slot->field) continue;
      if (const data::DatasetInfo* dataset = context_.provider.info(layer.path)) {
        slot->field = placedField(*dataset, layer);
        if (!slot->field) fail(layer.path, layer.path + ": has no field called \"" + layer.field + "\"");
      } else if (!failed_.contains(layer.path) && opening_.insert(layer.path).second) {
        context_.provider.open(layer.path, [weak = std::weak_ptr(alive_), this,
                                            path = layer.path](data::FieldProvider::Reply<data::DatasetInfo> reply) {
          if (weak.expired()) return;
          opening_.erase(path);
          if (!reply.error.empty()) fail(path, reply.error);
          arrived();
        });
      }
    }
  }

  void fail(const std::string& path, const std::string& why) {
    if (failed_.insert(path).second && context_.report) context_.report(why);
  }

  [[nodiscard]] std::string mode() const { return override_.empty() ? state_.comparison.mode : override_; }

  void ask() {
    const Sight sight = sightNow();
    for (const session::Layer& layer : state_.layers) {
      Slot& slot = *slots_.at(layer.id);
      slot.shown = false;
      if (!slot.field || !layer.visible || layer.opacity <= 0) continue;
      slot.cut = cutOf(*slot.field, plane_, state_.cursor);
      if (!slot.cut.inside) continue;
      slot.shown = true;
      const data::FieldProvider::Key key{layer.path, slot.field->name};
      if (onGrid(*slot.field)) {
        askSection(layer, slot, key);
        continue;
      }
      const data::Slab slab =
          slabFor(layer, *slot.field, slabOf(*slot.field, plane_, slot.cut, sight, state_.time, layer.component));
      if (!layer.range || drawsLabels(layer, *slot.field))
        slot.feed.wantStatistics(key, statisticsTime(*slot.field), slab.component,
                                 scalePeers(state_, layer, context_.provider));
      slot.feed.want(key, slab, data::Priority::Cursor);
      if (scrubbing_ && slot.feed.settled()) prefetch(slot, key, slab);
      if (const std::string error = slot.feed.takeError(); !error.empty() && context_.report) context_.report(error);
    }
    if (const Slot* of = chosenSlot())
      chosen_.feed().want(state_,
                          slabOf(*of->field, plane_, cutOf(*of->field, plane_, state_.cursor), sight, state_.time, 0));
    else
      chosen_.feed().want(state_, std::nullopt);
  }

  /// Of the layer on whose grid the chosen voxels lie, when the slice goes through it.
  [[nodiscard]] const Slot* chosenSlot() const {
    const auto slot = state_.voxels.all.empty() ? slots_.end() : slots_.find(state_.voxels.all.front().layer);
    const bool there = slot != slots_.end() && slot->second->field && !onGrid(*slot->second->field);
    return there && cutOf(*slot->second->field, plane_, state_.cursor).inside ? slot->second.get() : nullptr;
  }

  void askSection(const session::Layer& layer, Slot& slot, const data::FieldProvider::Key& key) {
    if (!key.field.empty())
      slot.feed.wantStatistics(key, statisticsTime(*slot.field), layer.component,
                               scalePeers(state_, layer, context_.provider));
    if (!slot.section)
      slot.section.reset(new ShapeView{ShapeFeed(context_.provider, {this, nextPurpose_++}, [this] { arrived(); }),
                                       ShapePicture(renderer_)});
    const auto axis = static_cast<std::size_t>(plane_.normalAxis);
    data::ShapeRequest request = shapeOf(*slot.field, layer, state_.time, state_.cursor);
    if (slot.field->shape[axis] > 1 && !(slot.field->tabular && axis == 2))
      request.section = sectionAcross(axis, state_.cursor); // what is flat is seen whole
    slot.section->feed.want(request);
    for (const std::string& error : {slot.feed.takeError(), slot.section->feed.takeError()})
      if (!error.empty() && context_.report) context_.report(error);
  }

  void drawSection(const session::Layer& layer, Slot& slot, bool hidden, int ordinal) {
    if (!slot.section) return;
    const data::ShapePtr shape = slot.section->feed.shape();
    if (!slot.shown || hidden || !shape || (!slot.field->name.empty() && !slot.feed.statistics())) {
      slot.section->picture.hide();
      slot.drawn.reset();
      return;
    }
    Look look = lookOf(layer, *slot.field, slot.feed.scaleStatistics(), context_.theme, context_.scale, true, {});
    ShapePicture::Look picture = shapeLook(shape, look, layer, context_.theme, context_.scale);
    picture.plain = context_.theme.muted;
    picture.flat = plane_;
    picture.ordinal = ordinal;
    slot.section->picture.show(picture, maps_.get(picture.colormap, context_.report));
    if (slot.field->name.empty())
      slot.drawn.reset(); // no values, no colour bar
    else
      slot.drawn = std::move(look);
  }

  /// The next slice in the direction in which the cursor was moved last.
  void prefetch(Slot& slot, const data::FieldProvider::Key& key, data::Slab slab) {
    const auto axis = static_cast<std::size_t>(slot.cut.normal);
    const std::int64_t before = cutOf(*slot.field, plane_, previousCursor_).slice;
    if (before == slot.cut.slice) return;
    const std::int64_t next = slab.box.lo[axis] + (slot.cut.slice > before ? 1 : -1);
    if (next < 0 || next >= slot.field->shapeAt(slab.level)[axis]) return;
    slab.box.lo[axis] = next;
    slab.box.hi[axis] = next + 1;
    slot.feed.prefetch(key, slab, 0);
  }

  void draw() {
    const Sight sight = sightNow();
    vtkCamera* camera = renderer_->GetActiveCamera();
    const double u = (sight.low.u + sight.high.u) / 2, v = (sight.low.v + sight.high.v) / 2;
    camera->SetFocalPoint(u, v, 0);
    camera->SetPosition(u, v, 50);
    camera->SetViewUp(0, 1, 0);
    camera->SetParallelScale((sight.high.v - sight.low.v) / 2);
    camera->SetClippingRange(1, 100);

    const session::Layer* truth = sideOf(state_, session::Role::Truth);
    const session::Layer* prediction = sideOf(state_, session::Role::Prediction);
    checkGrids(truth, prediction);
    const bool difference = mode() == "difference" && drawDifference(truth, prediction);
    if (!difference) {
      difference_.hide();
      drawnDifference_ = {};
    }
    bool bottomImage = true;
    int ordinal = 0;
    stack();
    for (const session::Layer& layer : state_.layers) {
      Slot& slot = *slots_.at(layer.id);
      ++ordinal;
      const bool hidden = (mode() == "prediction" && layer.role == session::Role::Truth) ||
                          (mode() == "truth" && layer.role == session::Role::Prediction) ||
                          (difference && (&layer == truth || &layer == prediction));
      const Curtain curtain = curtainOf(mode(), layer, state_, width_, context_.scale);
      if (slot.field && onGrid(*slot.field)) {
        drawSection(layer, slot, hidden, ordinal - 1);
        if (slot.section) slot.section->picture.setCurtain(curtain);
        continue;
      }
      slot.picture.setCurtain(curtain);
      const data::BlockPtr block = slot.shown && !hidden ? slot.feed.block() : nullptr;
      if (!block) {
        slot.picture.hide();
        slot.drawn.reset();
        continue;
      }
      const auto selected = state_.selection.find(layer.id);
      Look look = lookOf(layer, *slot.field, slot.feed.scaleStatistics(), context_.theme, context_.scale, bottomImage,
                         selected == state_.selection.end() ? std::set<std::int64_t>{} : selected->second);
      look.block = block;
      look.cut = slot.cut;
      look.plane = plane_;
      look.smooth = look.smooth && state_.interpolate;
      if (!look.labels) bottomImage = false;
      if (slot.drawn == look) continue;
      drawLook(slot.picture, *slot.field, look, look.labels ? nullptr : &maps_.get(look.colormap, context_.report));
      slot.drawn = std::move(look);
    }
    const Slot* of = chosenSlot();
    chosen_.draw(of ? &*of->field : nullptr, plane_, of ? cutOf(*of->field, plane_, state_.cursor) : Cut{},
                 context_.theme, context_.scale);
    furnish(sight, difference);
  }

  void stack() {
    bool changed = false;
    int ordinal = 0;
    for (const session::Layer& layer : state_.layers)
      changed = slots_.at(layer.id)->picture.setOrdinal(ordinal++) || changed;
    if (!changed) return;
    for (const session::Layer& layer : state_.layers)
      slots_.at(layer.id)->picture.raise();
    difference_.raise();
    chosen_.raise();
  }

  void checkGrids(const session::Layer* truth, const session::Layer* prediction) {
    if (!truth || !prediction || truth == prediction) return;
    const Slot &t = *slots_.at(truth->id), &p = *slots_.at(prediction->id);
    if (!t.field || !p.field || sameGrid(*t.field, *p.field)) return;
    if (reportedGrids_.insert(truth->id + " " + prediction->id).second && context_.report)
      context_.report(truth->name + " and " + prediction->name +
                      " lie on different grids. Each is drawn at its own place; nothing was resampled, and no "
                      "difference is shown.");
  }

  bool drawDifference(const session::Layer* truth, const session::Layer* prediction) {
    if (!truth || !prediction || truth == prediction) return false;
    const Slot &t = *slots_.at(truth->id), &p = *slots_.at(prediction->id);
    if (!t.shown || !p.shown || !sameGrid(*t.field, *p.field)) return false;
    const data::BlockPtr of = t.feed.block(), ours = p.feed.block();
    if (!of || !ours || of->slab.box != ours->slab.box) return drawnDifference_.truth != nullptr;
    DifferenceKey key{of, ours, plane_, context_.theme.missed, context_.theme.spurious};
    if (key == drawnDifference_) return true;
    drawVerdicts(difference_, *t.field, *of, *p.field, *ours, plane_, t.cut, context_.theme);
    drawnDifference_ = std::move(key);
    return true;
  }

  void furnish(const Sight& sight, bool difference) {
    Furnishing what{overlay_, context_.theme, state_, sight, plane_, name_};
    what.width = width_;
    what.height = height_;
    what.scale = context_.scale;
    what.leading = leading();
    for (const auto& [id, slot] : slots_)
      if (slot->field && &*slot->field == what.leading && slot->shown && slot->feed.block())
        what.level = slot->feed.block()->slab.level;
    what.difference = difference;
    what.mode = mode();
    what.first = isFirst();
    const session::Layer *truth = sideOf(state_, session::Role::Truth),
                         *prediction = sideOf(state_, session::Role::Prediction);
    what.showsTruth = truth && mode() != "prediction" && slots_.at(truth->id)->shown;
    what.showsPrediction = prediction && mode() != "truth" && slots_.at(prediction->id)->shown;
    for (const session::Layer& layer : state_.layers) { // the active image, else the topmost
      const Slot& slot = *slots_.at(layer.id);
      if (!slot.shown || !slot.field || drawsLabels(layer, *slot.field) || !slot.drawn) continue;
      if (what.image && what.image->id == state_.active) continue;
      what.image = &layer;
      what.imageField = &*slot.field;
      what.look = &*slot.drawn;
      what.map = &maps_.get(slot.drawn->colormap, context_.report);
    }
    furnishSlice(what);
  }

  /// The panel that carries what a picture needs once: colour bar and legends.
  [[nodiscard]] bool isFirst() const {
    const Grid grid = gridOf(state_, context_.provider);
    return !grid.panels.empty() && grid.panels.front() == name_;
  }

  struct DifferenceKey {
    data::BlockPtr truth, prediction;
    Plane plane;
    Rgb missed{}, spurious{};
    bool operator==(const DifferenceKey&) const = default;
  };

  std::string name_;
  session::State state_;
  bool known_ = false, busy_ = false, again_ = false, dirty_ = false, scrubbing_ = false;
  data::Vec3 previousCursor_{0, 0, 0};
  std::string override_;
  int width_ = 1, height_ = 1, nextPurpose_ = 0;
  Plane plane_;
  vtkNew<vtkRenderer> renderer_;
  Overlay overlay_;
  ColorMapShelf maps_;
  LayerPicture difference_;
  ChosenVoxels chosen_;
  DifferenceKey drawnDifference_;
  std::map<std::string, std::unique_ptr<Slot>> slots_;
  std::set<std::string> opening_, failed_, reportedGrids_;
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

} // namespace

std::unique_ptr<FlatPanel> makeSlicePanel(std::string name, Context context) {
  return std::make_unique<SlicePanel>(std::move(name), std::move(context));
}

} // namespace discern::scene
