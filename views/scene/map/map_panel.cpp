#include "scene/map/map_panel.h"

#include "data/error.h"
#include "scene/chosen/mask_feed.h"
#include "scene/colour/labels.h"
#include "scene/colour/mapper.h"
#include "scene/feed.h"
#include "scene/format.h"
#include "scene/map/coastlines.h"
#include "scene/map/map_frame.h"
#include "scene/map/map_picture.h"
#include "scene/map/map_shape.h"
#include "scene/placement.h"
#include "scene/slice/look.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>
#include <vtkCamera.h>
#include <vtkPolyData.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>
#include <vtkTransform.h>

namespace discern::scene {
namespace {

constexpr double detailBelow = 0.3;            ///< degrees a logical pixel under which the finer coastlines are drawn
constexpr std::int64_t mostCells = 16'000'000; ///< of one level: more would not fit a texture
constexpr double regionalMargin = 0.06;        ///< of the extent, around data that do not go round the globe

class MapPanel final : public FlatPanel {
public:
  explicit MapPanel(Context context)
      : FlatPanel(std::move(context)), coast_(map_), coastHalo_(map_), difference_(map_), chosen_(map_),
        mask_(context_, [this] { changed(); }) {
    map_->GetActiveCamera()->ParallelProjectionOn();
    map_->InteractiveOff();
    applyTheme();
  }

  [[nodiscard]] std::string name() const override { return "map"; }

  [[nodiscard]] Overlay* overlay() override { return &overlay_; }

  void attach(vtkRenderWindow* window) override {
    window->SetMultiSamples(4); // smooth coastlines; texels stay as they are
    window->AddRenderer(ground_);
    overlay_.attach(window, 2);
    map_->SetLayer(1);
    window->AddRenderer(map_);
  }

  void resize(int width, int height) override {
    if (width == width_ && height == height_) return;
    width_ = std::max(1, width);
    height_ = std::max(1, height);
    changed();
  }

  void update(const session::State& state) override {
    if (known_ && state == state_) return;
    playing_ = known_ && state.time != state_.time;
    state_ = state;
    known_ = true;
    changed();
  }

  void setTheme(const Theme& theme) override {
    context_.theme = theme;
    applyTheme();
    for (auto& [id, slot] : slots_)
      slot->drawn.reset();
    drawnDifference_ = {};
    changed();
  }

  void reread() override { changed(); }

  [[nodiscard]] bool complete() const override {
    if (!known_ || !mask_.settled()) return false;
    return std::all_of(state_.layers.begin(), state_.layers.end(), [&](const session::Layer& layer) {
      if (!layer.visible || failed_.contains(layer.path)) return true;
      const auto slot = slots_.find(layer.id);
      return slot != slots_.end() && slot->second->field &&
             (!slot->second->onMap() ||
              (slot->second->feed.settled() && (!slot->second->shape || slot->second->shape->feed.settled())));
    });
  }

  [[nodiscard]] std::optional<data::Vec3> worldAt(double x, double y) const override {
    const Slot* lead = leading();
    if (!lead) return std::nullopt;
    const MapSight sight = sightNow();
    if (x < sight.left || y < sight.bottom || x > sight.left + sight.width || y > sight.bottom + sight.height)
      return std::nullopt;
    const double longitude = sight.longitude(x);
    const double latitude = sight.south + (y - sight.bottom) * sight.perPixel;
    return data::Vec3{lead->grid.counted(longitude), latitude, state_.cursor[2]};
  }

  [[nodiscard]] session::View2D view() const override {
    const auto stored = state_.views2d.find("map");
    if (stored != state_.views2d.end() && stored->second.height > 0) return stored->second;
    session::View2D fitted;
    const auto [low, high] = extent();
    const Area area = areaNow();
    const double perPixel = std::max((high[0] - low[0]) / area.width, (high[1] - low[1]) / area.height);
    fitted.centre = {(low[0] + high[0]) / 2, (low[1] + high[1]) / 2, state_.cursor[2]};
    fitted.height = perPixel * area.height;
    return fitted;
  }

  [[nodiscard]] data::Vec3 stepped(const data::Vec3& cursor, int) const override { return cursor; }

  [[nodiscard]] std::optional<std::pair<std::string, std::int64_t>> labelAt(const data::Vec3& world) const override {
    for (auto layer = state_.layers.rbegin(); layer != state_.layers.rend(); ++layer) {
      const auto found = slots_.find(layer->id);
      if (found == slots_.end() || !layer->visible) continue;
      const Slot& slot = *found->second;
      const data::BlockPtr block = slot.onMap() && drawsLabels(*layer, *slot.field) ? slot.feed.block() : nullptr;
      if (!block) continue;
      const auto cell = mapGrid(*slot.field, block->slab.level).cellAt(world[0], world[1]);
      if (!cell) continue;
      const double value = block->value({(*cell)[0], (*cell)[1], block->slab.box.lo[2]});
      if (!std::isnan(value)) return std::pair{layer->id, static_cast<std::int64_t>(std::llround(value))};
    }
    return std::nullopt;
  }

  void overrideMode(const std::string& mode) override {
    if (mode == override_) return;
    override_ = mode;
    changed();
  }

private:
  struct Slot {
    Slot(data::FieldProvider& provider, data::FieldProvider::Ticket ticket, vtkRenderer* renderer,
         std::function<void()> arrived)
        : feed(provider, ticket, std::move(arrived)), picture(renderer) {}
    [[nodiscard]] bool onMap() const { return field && field->frame == data::Frame::LonLat; }
    Feed feed;
    MapPicture picture;
    std::optional<data::FieldInfo> field;
    MapGrid grid;
    std::uint64_t generation = 0; ///< of the file, when `field` was taken from it
    std::string path, fieldName, gridName;
    std::optional<Look> drawn;
    std::unique_ptr<MapShape> shape; ///< of a layer on a grid
  };
  struct Area { ///< where the map may lie, device pixels
    double left, bottom, width, height;
  };

  void applyTheme() {
    ground_->SetBackground(context_.theme.canvas.data());
    overlay_.setTheme(context_.theme);
    const double scale = context_.scale;
    coast_.setStroke({0.18, 0.19, 0.22}, std::max(1.5, 1.5 * scale), 1); // opaque: VTK smooths no translucent edges
    coastHalo_.setStroke({1, 1, 1}, std::max(2.0, 2.6 * scale), 0.28);
  }

  void changed() {
    dirty_ = true;
    refresh();
  }

  /// Replies that come at once lead to another round, not to recursion.
  void refresh() {
    if (busy_) {
      again_ = true;
      return;
    }
    busy_ = true;
    do {
      again_ = false;
      matchSlots();
      ask();
      draw();
    } while (again_);
    busy_ = false;
    if (dirty_ && context_.needsRender) context_.needsRender();
    dirty_ = false;
  }

  void matchSlots() {
    std::erase_if(slots_, [&](const auto& entry) { return !state_.layer(entry.first); });
    for (const session::Layer& layer : state_.layers) {
      auto& slot = slots_[layer.id];
      if (!slot)
        slot = std::make_unique<Slot>(context_.provider, data::FieldProvider::Ticket{this, nextPurpose_++}, map_,
                                      [this] { changed(); });
      if (slot->path != layer.path || slot->fieldName != layer.field || slot->gridName != layer.grid) {
        slot->path = layer.path;
        slot->fieldName = layer.field;
        slot->gridName = layer.grid;
        slot->shape.reset();
        slot->field.reset();
        slot->feed.clear();
        slot->drawn.reset();
      }
      if (const std::uint64_t generation = context_.provider.generation(layer.path);
          context_.provider.info(layer.path) && std::exchange(slot->generation, generation) != generation)
        slot->field.reset(); // another file: perhaps of another shape
      if (slot->field) continue;
      if (const data::DatasetInfo* dataset = context_.provider.info(layer.path)) {
        const auto field = placedField(*dataset, layer);
        if (!field) {
          fail(layer.path, layer.path + ": has no field called \"" + layer.field + "\"");
          continue;
        }
        slot->field = field;
        if (slot->onMap()) slot->grid = onGrid(*field) ? boundsGrid(*field) : mapGrid(*field);
      } else if (!failed_.contains(layer.path) && opening_.insert(layer.path).second) {
        context_.provider.open(layer.path, [weak = std::weak_ptr(alive_), this,
                                            path = layer.path](data::FieldProvider::Reply<data::DatasetInfo> reply) {
          if (weak.expired()) return;
          opening_.erase(path);
          if (!reply.error.empty()) fail(path, reply.error);
          changed();
        });
      }
    }
  }

  void fail(const std::string& path, const std::string& why) {
    if (failed_.insert(path).second && context_.report) context_.report(why);
  }

  /// What longitudes are counted after and levels are named after: the active layer, else the lowest on the map.
  [[nodiscard]] const Slot* leading() const {
    const auto active = slots_.find(state_.active);
    if (active != slots_.end() && active->second->onMap()) return active->second.get();
    for (const session::Layer& layer : state_.layers)
      if (const auto slot = slots_.find(layer.id); slot != slots_.end() && slot->second->onMap())
        return slot->second.get();
    return nullptr;
  }

  /// The lowest layer that measures something, for colour bar and heading.
  [[nodiscard]] const session::Layer* measuring() const {
    const session::Layer* found = nullptr;
    for (const session::Layer& layer : state_.layers) {
      const auto slot = slots_.find(layer.id);
      if (!layer.visible || slot == slots_.end() || !slot->second->onMap() || drawsLabels(layer, *slot->second->field))
        continue;
      if (!found || layer.id == state_.active || found->id != state_.active) found = &layer;
    }
    return found;
  }

  [[nodiscard]] std::pair<std::array<double, 2>, std::array<double, 2>> extent() const {
    const Slot* lead = leading();
    if (!lead) return {{-180, -90}, {180, 90}};
    const MapGrid& grid = lead->grid;
    std::array<double, 2> low{grid.west(), grid.south()}, high{grid.east(), grid.north()};
    if (grid.closed) high[0] = low[0] + 360;
    if (!grid.closed) {
      const double pad = regionalMargin * std::max(high[0] - low[0], high[1] - low[1]);
      low = {low[0] - pad, std::max(-90.0, low[1] - pad)};
      high = {high[0] + pad, std::min(90.0, high[1] + pad)};
    }
    return {low, high};
  }

  [[nodiscard]] Area areaNow() const {
    const double scale = context_.scale;
    const MapMargins margins = mapMargins(width_ / scale, height_ / scale, measuring() != nullptr);
    return {std::round(margins.left * scale), std::round(margins.bottom * scale),
            std::max(8.0, width_ - (margins.left + margins.right) * scale),
            std::max(8.0, height_ - (margins.top + margins.bottom) * scale)};
  }

  /// The part of the area that the globe reaches: never more than once round, never past a pole.
  [[nodiscard]] MapSight sightNow() const {
    const session::View2D shown = view();
    const Area area = areaNow();
    const double perPixel = shown.height / area.height;
    const double halfWide = std::min(180.0, perPixel * area.width / 2);
    double south = std::max(-90.0, shown.centre[1] - shown.height / 2),
           north = std::min(90.0, shown.centre[1] + shown.height / 2);
    if (north <= south) { // panned past a pole
      south = std::clamp(south, -90.0, 89.0);
      north = south + 1;
    }
    const double middleX = area.left + area.width / 2, middleY = area.bottom + area.height / 2;
    MapSight sight;
    sight.perPixel = perPixel;
    sight.sky = sky();
    sight.left = std::round(middleX - halfWide / perPixel);
    sight.width = std::max(1.0, std::round(2 * halfWide / perPixel));
    sight.bottom = std::round(middleY + (south - shown.centre[1]) / perPixel);
    sight.height = std::max(1.0, std::round((north - south) / perPixel));
    sight.west = shown.centre[0] - sight.width / 2 * perPixel;
    sight.south = (south + north) / 2 - sight.height / 2 * perPixel;
    return sight;
  }

  [[nodiscard]] data::Slab slabOf(const Slot& slot, const session::Layer& layer, const MapSight& sight) const {
    const data::FieldInfo& field = *slot.field;
    const double cell = (slot.grid.east() - slot.grid.west()) / static_cast<double>(field.shape[0]);
    int level = 0;
    // A level is coarse enough when its cells are still no wider than a pixel.
    while (level + 1 < field.levels && (cell * static_cast<double>(std::int64_t{2} << level) <= sight.perPixel ||
                                        field.shapeAt(level)[0] * field.shapeAt(level)[1] > mostCells))
      ++level;
    const data::Index3 shape = field.shapeAt(level);
    std::int64_t z = 0;
    if (field.shape[2] > 1)
      z = std::clamp<std::int64_t>(std::llround(field.index(state_.cursor)[2]), 0, field.shape[2] - 1) >> level;
    z = std::min(z, shape[2] - 1);
    return {{{0, 0, z}, {shape[0], shape[1], z + 1}},
            std::clamp<std::int64_t>(state_.time, 0, field.time.size - 1),
            layer.component,
            level};
  }

  void ask() {
    const MapSight sight = sightNow();
    for (const session::Layer& layer : state_.layers) {
      Slot& slot = *slots_.at(layer.id);
      if (!slot.onMap()) {
        if (slot.field && reportedFrames_.insert(layer.id).second && context_.report)
          context_.report(layer.name + " has no longitudes and latitudes, so it is not on the map.");
        continue;
      }
      if (!layer.visible || layer.opacity <= 0) continue;
      const data::FieldProvider::Key key{layer.path, slot.field->name};
      if (onGrid(*slot.field)) {
        askShape(layer, slot, key);
        continue;
      }
      const data::Slab slab = slabFor(layer, *slot.field, slabOf(slot, layer, sight));
      if (!layer.range || drawsLabels(layer, *slot.field))
        slot.feed.wantStatistics(key, statisticsTime(*slot.field), slab.component,
                                 scalePeers(state_, layer, context_.provider));
      slot.feed.want(key, slab, data::Priority::Visible);
      if (playing_ && slot.feed.settled() && slab.time + 1 < slot.field->time.size) {
        data::Slab next = slab;
        ++next.time;
        slot.feed.prefetch(key, next, 0);
      }
      if (const std::string error = slot.feed.takeError(); !error.empty() && context_.report) context_.report(error);
    }
    const Slot* of = chosenSlot();
    mask_.want(state_,
               of ? std::optional(slabOf(*of, *state_.layer(state_.voxels.all.front().layer), sight)) : std::nullopt);
  }

  /// Of the layer on whose cells the chosen ones lie.
  [[nodiscard]] const Slot* chosenSlot() const {
    const auto slot = state_.voxels.all.empty() ? slots_.end() : slots_.find(state_.voxels.all.front().layer);
    return slot != slots_.end() && slot->second->onMap() && !onGrid(*slot->second->field) ? slot->second.get()
                                                                                          : nullptr;
  }

  void drawChosen(double middle, const MapSight& sight) {
    const Slot* of = chosenSlot();
    const data::BlockPtr block = of ? mask_.block() : nullptr;
    if (!block) {
      chosen_.hide();
      drawnChosen_.reset();
      return;
    }
    chosen_.place(shiftOf(of->grid, middle), 600, of->grid.closed || spans(of->grid, sight));
    if (std::exchange(drawnChosen_, block) == block) return;
    const MapGrid grid = block->slab.level == 0 ? of->grid : mapGrid(*of->field, block->slab.level);
    const LabelSlice slice = sliceOf(*block, *of->field);
    LabelFill fill;
    fill.opacity = 0.4;
    fill.single = context_.theme.accent;
    std::vector<Rgba8> colours(slice.labels.size());
    fillLabels(slice, fill, colours);
    chosen_.showFill(grid, colours, false);
    chosen_.showContour(MapPicture::Contour::All, grid, labelEdges(slice, [](std::int64_t) { return true; }),
                        {context_.theme.accent, std::max(1.0, context_.scale), 1, false});
  }

  void askShape(const session::Layer& layer, Slot& slot, const data::FieldProvider::Key& key) {
    if (!key.field.empty())
      slot.feed.wantStatistics(key, statisticsTime(*slot.field), layer.component,
                               scalePeers(state_, layer, context_.provider));
    if (!slot.shape)
      slot.shape = std::make_unique<MapShape>(context_.provider, data::FieldProvider::Ticket{this, nextPurpose_++},
                                              map_, [this] { changed(); });
    slot.shape->feed.want(shapeOf(*slot.field, layer, state_.time, state_.cursor));
    for (const std::string& error : {slot.feed.takeError(), slot.shape->feed.takeError()})
      if (!error.empty() && context_.report) context_.report(error);
  }

  void drawShape(const session::Layer& layer, Slot& slot, bool hidden, int ordinal, double middle,
                 const MapSight& sight) {
    if (!slot.shape) return;
    const data::ShapePtr shape = slot.shape->feed.shape();
    if (hidden || !shape || (!slot.field->name.empty() && !slot.feed.statistics())) {
      slot.shape->hide();
      slot.drawn.reset();
      return;
    }
    Look look = lookOf(layer, *slot.field, slot.feed.scaleStatistics(), context_.theme, context_.scale, true, {});
    ShapePicture::Look picture = shapeLook(shape, look, layer, context_.theme, context_.scale);
    picture.plain = context_.theme.muted;
    picture.flat = Plane{};
    slot.shape->place(shiftOf(slot.grid, middle), ordinal, slot.grid.closed || spans(slot.grid, sight));
    slot.shape->show(picture, maps_.get(picture.colormap, context_.report));
    if (slot.field->name.empty())
      slot.drawn.reset();
    else
      slot.drawn = std::move(look);
  }

  /// The map is of the sky, not of a planet.
  [[nodiscard]] bool sky() const {
    const Slot* lead = leading();
    return lead && lead->field->sky;
  }

  [[nodiscard]] std::string mode() const { return override_.empty() ? state_.comparison.mode : override_; }

  void draw() {
    const MapSight sight = sightNow();
    map_->SetViewport(sight.left / width_, sight.bottom / height_, (sight.left + sight.width) / width_,
                      (sight.bottom + sight.height) / height_);
    const double middle = sight.west + sight.width * sight.perPixel / 2,
                 centre = sight.south + sight.height * sight.perPixel / 2;
    vtkCamera* camera = map_->GetActiveCamera();
    camera->SetFocalPoint(middle, centre, 0);
    camera->SetPosition(middle, centre, 50);
    camera->SetViewUp(0, 1, 0);
    camera->SetParallelScale(sight.height * sight.perPixel / 2);
    camera->SetClippingRange(1, 100);
    vtkNew<vtkTransform> mirror;
    if (sight.sky) mirror->Scale(-1, 1, 1);
    camera->SetUserViewTransform(mirror);
    drawCoast(sight, middle);

    const session::Layer *truth = sideOf(state_, session::Role::Truth),
                         *prediction = sideOf(state_, session::Role::Prediction);
    const bool difference = mode() == "difference" && drawDifference(truth, prediction, middle);
    if (!difference) {
      difference_.hide();
      drawnDifference_ = {};
    }
    int ordinal = 0;
    bool bottomImage = true;
    for (const session::Layer& layer : state_.layers) {
      Slot& slot = *slots_.at(layer.id);
      ++ordinal;
      const bool hidden = !layer.visible || layer.opacity <= 0 ||
                          (mode() == "prediction" && layer.role == session::Role::Truth) ||
                          (mode() == "truth" && layer.role == session::Role::Prediction) ||
                          (difference && (&layer == truth || &layer == prediction));
      const Curtain curtain = curtainOf(mode(), layer, state_, width_, context_.scale);
      slot.picture.setCurtain(curtain);
      if (slot.shape) slot.shape->setCurtain(curtain);
      if (slot.onMap() && onGrid(*slot.field)) {
        drawShape(layer, slot, hidden, ordinal, middle, sight);
        continue;
      }
      const data::BlockPtr block = slot.onMap() && !hidden ? slot.feed.block() : nullptr;
      if (!block) {
        slot.picture.hide();
        slot.drawn.reset();
        continue;
      }
      const auto selected = state_.selection.find(layer.id);
      Look look = lookOf(layer, *slot.field, slot.feed.scaleStatistics(), context_.theme, context_.scale, bottomImage,
                         selected == state_.selection.end() ? std::set<std::int64_t>{} : selected->second);
      look.block = block;
      look.smooth = look.smooth && state_.interpolate;
      if (!look.labels) bottomImage = false;
      slot.picture.place(shiftOf(slot.grid, middle), ordinal, slot.grid.closed || spans(slot.grid, sight));
      if (slot.drawn == look) continue;
      drawLayer(slot, look);
      slot.drawn = std::move(look);
    }
    drawChosen(middle, sight);
    furnish(sight, difference, truth, prediction);
  }

  /// Copies of data that do not close round the globe are shown too where the view goes past the dateline.
  static bool spans(const MapGrid& grid, const MapSight& sight) {
    return sight.west < grid.west() || sight.east() > grid.east();
  }

  /// By how many whole turns the data have to be moved to lie around `middle`.
  static double shiftOf(const MapGrid& grid, double middle) {
    return 360 * std::round((middle - (grid.west() + grid.east()) / 2) / 360);
  }

  void drawCoast(const MapSight& sight, double middle) {
    coast_.show(!sight.sky && coastRead_);
    coastHalo_.show(!sight.sky && coastRead_);
    if (sight.sky) return;
    const bool detailed = sight.perPixel * context_.scale < detailBelow;
    if (!coastRead_ || detailed != coastDetailed_) {
      coastRead_ = true;
      coastDetailed_ = detailed;
      try {
        const auto lines =
            readCoastlines(resourceFolder() + "/coastlines/coastlines-" + (detailed ? "50m" : "110m") + ".json");
        coast_.setData(lines);
        coastHalo_.setData(lines);
        coast_.show(true);
        coastHalo_.show(true);
      } catch (const data::ReadError& error) {
        if (context_.report) context_.report(error.what());
      }
    }
    const double shift = 360 * std::round(middle / 360);
    coastHalo_.place(shift, 15, true);
    coast_.place(shift, 15.5, true);
  }

  void drawLayer(Slot& slot, const Look& look) {
    const data::Block& block = *look.block;
    const MapGrid grid = block.slab.level == 0 ? slot.grid : mapGrid(*slot.field, block.slab.level);
    using Contour = MapPicture::Contour;
    std::vector<Rgba8> colours(static_cast<std::size_t>(block.slab.box.voxels()));
    if (!look.labels) {
      slot.picture.hide();
      ColorMap map{"grey", "Grey", "sequential", "", "", {{0, 0, 0}, {1, 1, 1}}};
      try {
        map = colorMapNamed(look.colormap);
      } catch (const data::ReadError& error) {
        if (context_.report) context_.report(std::string(error.what()) + "; drawn in grey");
      }
      ColorMapper(map, look.scale).map(block, slot.field->missing, colours);
      slot.picture.showFill(grid, colours, look.smooth);
      return;
    }
    const LabelSlice slice = sliceOf(block, *slot.field);
    if (look.fill.opacity > 0) {
      fillLabels(slice, look.fill, colours);
      slot.picture.showFill(grid, colours, false);
    } else {
      slot.picture.hideFill();
    }
    slot.picture.showContour(Contour::All, grid, labelEdges(slice, [](std::int64_t) { return true; }),
                             {look.line.colour, look.line.width, look.line.opacity, look.halo});
    slot.picture.showContour(Contour::Selected, grid,
                             labelEdges(slice, [&](std::int64_t label) { return look.selected.contains(label); }),
                             {look.selectedLine.colour, look.selectedLine.width, look.selectedLine.opacity, true});
  }

  static LabelSlice sliceOf(const data::Block& block, const data::FieldInfo& field) {
    LabelSlice slice = labelSlice(block, field.missing);
    slice.width = static_cast<int>(block.slab.box.shape()[0]); // also where the data are one cell wide
    slice.height = static_cast<int>(block.slab.box.shape()[1]);
    return slice;
  }

  bool drawDifference(const session::Layer* truth, const session::Layer* prediction, double middle) {
    if (!truth || !prediction || truth == prediction) return false;
    const Slot &t = *slots_.at(truth->id), &p = *slots_.at(prediction->id);
    if (!t.onMap() || !p.onMap() || !sameGrid(*t.field, *p.field)) return false;
    const data::BlockPtr of = t.feed.block(), ours = p.feed.block();
    if (!of || !ours || of->slab.box != ours->slab.box) return false;
    difference_.place(shiftOf(t.grid, middle), 400, t.grid.closed);
    if (drawnDifference_ == std::pair{of, ours}) return true;
    const auto verdicts = compareSlices(sliceOf(*of, *t.field), sliceOf(*ours, *p.field), !t.field->labelNames.empty());
    const Theme& theme = context_.theme;
    std::vector<Rgba8> colours(verdicts.size(), Rgba8{0, 0, 0, 0});
    for (std::size_t i = 0; i < verdicts.size(); ++i) {
      if (verdicts[i] == Verdict::Missed) colours[i] = toRgba8(theme.missed, 0.85);
      if (verdicts[i] == Verdict::Spurious) colours[i] = toRgba8(theme.spurious, 0.85);
      if (verdicts[i] == Verdict::Split) colours[i] = toRgba8(theme.split, 0.85);
      if (verdicts[i] == Verdict::Merged) colours[i] = toRgba8(theme.merged, 0.85);
    }
    difference_.showFill(mapGrid(*t.field, of->slab.level), colours, false);
    drawnDifference_ = {of, ours};
    return true;
  }

  void furnish(const MapSight& sight, bool difference, const session::Layer* truth, const session::Layer* prediction) {
    overlay_.begin(width_, height_, context_.scale);
    if (leading()) {
      MapFrame frame;
      frame.sight = sight;
      frame.cursor = std::array{state_.cursor[0], state_.cursor[1]};
      frame.crosshair = state_.crosshair;
      ColorMap colours;
      if (const session::Layer* layer = measuring()) {
        const Slot& slot = *slots_.at(layer->id);
        const data::FieldInfo& field = *slot.field;
        frame.heading = layer->name;
        if (field.sky) frame.heading += " · " + field.sky->system;
        if (field.shape[2] > 1) frame.heading += " · " + levelText(field);
        if (slot.drawn) {
          try {
            colours = colorMapNamed(slot.drawn->colormap);
            frame.bar = ColourBar{field.quantity.empty() ? field.name : field.quantity, field.unit, &colours,
                                  slot.drawn->scale};
          } catch (const data::ReadError&) { // reported where the picture was drawn
          }
        }
      }
      if (const data::FieldInfo* field = timed())
        frame.date = field->time.label(std::clamp<std::int64_t>(state_.time, 0, field->time.size - 1));
      if (difference) {
        frame.legend = {{"missed", context_.theme.missed},
                        {"spurious", context_.theme.spurious},
                        {"split", context_.theme.split},
                        {"merged", context_.theme.merged}};
      } else {
        if (truth && truth->visible && mode() != "prediction")
          frame.legend.push_back({"truth", context_.theme.truth, true});
        if (prediction && prediction->visible && mode() != "truth")
          frame.legend.push_back({"prediction", context_.theme.prediction});
      }
      drawMapFrame(overlay_, frame);
      drawCurtain(overlay_, mode(), state_);
    }
    overlay_.end();
  }

  [[nodiscard]] std::string levelText(const data::FieldInfo& field) const {
    const auto level = static_cast<double>(
        std::clamp<std::int64_t>(std::llround(field.index(state_.cursor)[2]), 0, field.shape[2] - 1));
    return field.axisNames[2] + " " + formatNumber(field.world({0, 0, level})[2]);
  }

  [[nodiscard]] const data::FieldInfo* timed() const {
    for (const session::Layer& layer : state_.layers) {
      const Slot& slot = *slots_.at(layer.id);
      if (slot.onMap() && slot.field->time.size > 1) return &*slot.field;
    }
    return nullptr;
  }

  vtkNew<vtkRenderer> ground_, map_;
  Overlay overlay_;
  Wrapped coast_, coastHalo_;
  MapPicture difference_;
  MapPicture chosen_; ///< State::voxels
  MaskFeed mask_;
  data::BlockPtr drawnChosen_;
  ColorMapShelf maps_;
  std::pair<data::BlockPtr, data::BlockPtr> drawnDifference_;
  std::map<std::string, std::unique_ptr<Slot>> slots_;
  session::State state_;
  std::string override_;
  std::set<std::string> failed_, opening_, reportedFrames_;
  std::shared_ptr<int> alive_ = std::make_shared<int>(0);
  int width_ = 640, height_ = 400, nextPurpose_ = 0;
  bool known_ = false, busy_ = false, again_ = false, dirty_ = false, playing_ = false;
  bool coastRead_ = false, coastDetailed_ = false;
};

} // namespace

std::unique_ptr<FlatPanel> makeMapPanel(Context context) { return std::make_unique<MapPanel>(std::move(context)); }

} // namespace discern::scene
