#include "scene/volume/volume_panel.h"

#include "scene/chosen/mask_feed.h"
#include "scene/feed.h"
#include "scene/placement.h"
#include "scene/shape/shape_view.h"
#include "scene/slice/look.h"
#include "scene/volume/camera.h"
#include "scene/volume/detail.h"
#include "scene/volume/furniture3d.h"
#include "scene/volume/grid3d.h"
#include "scene/volume/label_picture.h"
#include "scene/volume/level_note.h"
#include "scene/volume/limits.h"
#include "scene/volume/planes_picture.h"
#include "scene/volume/still.h"
#include "scene/volume/volume_picture.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>
#include <vtkCamera.h>
#include <vtkMath.h>
#include <vtkRenderWindow.h>
#include <vtkRenderer.h>

namespace discern::scene {
namespace {

constexpr double faint = 0.12; ///< strength of a volume around surfaces

class VolumePanel final : public SpacePanel {
public:
  explicit VolumePanel(Context context)
      : SpacePanel(std::move(context)), still_(renderer_, [this] { collect(); }), frame_(renderer_, cursorRenderer_),
        planes_(renderer_), volume_(renderer_), detail_(renderer_), mask_(context_, [this] { arrived(); }),
        chosen_(renderer_, context_.needsRender) {
    renderer_->UseFXAAOn();
    cursorRenderer_->SetActiveCamera(renderer_->GetActiveCamera());
    cursorRenderer_->InteractiveOff();
    applyTheme();
  }

  [[nodiscard]] std::string name() const override { return "volume"; }

  [[nodiscard]] Overlay* overlay() override { return &overlay_; }

  void attach(vtkRenderWindow* window) override {
    window->SetMultiSamples(0);
    still_.attach(window);
    window->SetNumberOfLayers(4);
    cursorRenderer_->SetLayer(2);
    window->AddRenderer(cursorRenderer_);
    overlay_.attach(window, 3);
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

  [[nodiscard]] bool complete() const override {
    if (!known_ || !mask_.settled() || !chosen_.settled()) return false;
    return std::all_of(state_.layers.begin(), state_.layers.end(), [&](const session::Layer& layer) {
      if (!layer.visible || failed_.contains(layer.path)) return true;
      const auto slot = slots_.find(layer.id);
      return slot != slots_.end() && slot->second->field && slot->second->feed.settled() &&
             (!slot->second->labels || slot->second->labels->settled()) &&
             (!slot->second->detail || slot->second->detail->settled()) &&
             std::all_of(slot->second->parts.begin(), slot->second->parts.end(),
                         [](const auto& part) { return !part || part->feed.settled(); });
    });
  }

  [[nodiscard]] std::optional<data::Vec3> worldAt(double x, double y) const override {
    const data::FieldInfo* field = leading();
    if (!field) return std::nullopt;
    // On the plane through the focal point, across the line of sight.
    vtkCamera* camera = renderer_->GetActiveCamera();
    data::Vec3 focal{}, position{}, up{};
    camera->GetFocalPoint(focal.data());
    camera->GetPosition(position.data());
    camera->GetViewUp(up.data());
    const double half = camera->GetParallelProjection() != 0
                            ? camera->GetParallelScale()
                            : camera->GetDistance() * std::tan(camera->GetViewAngle() / 2 * 3.14159265358979 / 180);
    data::Vec3 normal{}, right{};
    camera->GetDirectionOfProjection(normal.data());
    vtkMath::Cross(normal.data(), up.data(), right.data());
    vtkMath::Normalize(right.data());
    vtkMath::Cross(right.data(), normal.data(), up.data());
    const double u = (2 * x - width_) / height_ * half, v = (2 * y - height_) / height_ * half;
    data::Vec3 world{};
    for (std::size_t axis = 0; axis < 3; ++axis)
      world[axis] = focal[axis] + u * right[axis] + v * up[axis];
    return world;
  }

  [[nodiscard]] session::View3D view() const override { return viewOf(renderer_->GetActiveCamera()); }

  void setInteracting(bool interacting) override {
    interacting_ = interacting;
    volume_.setCoarse(interacting);
    detail_.setCoarse(interacting);
    still_.setKeeping(!interacting);
    if (!interacting) refresh();
    render();
  }

  void rotate(double dx, double dy) override {
    vtkCamera* camera = renderer_->GetActiveCamera();
    const double degrees = 180.0 / std::max(1, std::min(width_, height_));
    camera->Azimuth(-dx * degrees);
    camera->Elevation(-dy * degrees);
    camera->OrthogonalizeViewUp();
    turned_ = true;
    moved();
  }

  void pan(double dx, double dy) override {
    const auto from = worldAt(0, 0), to = worldAt(dx, dy);
    if (!from || !to) return;
    session::View3D now = view();
    for (std::size_t axis = 0; axis < 3; ++axis) {
      now.focal[axis] -= (*to)[axis] - (*from)[axis];
      now.position[axis] -= (*to)[axis] - (*from)[axis];
    }
    apply(now, renderer_->GetActiveCamera());
    moved();
  }

  void zoom(double factor) override {
    if (!(factor > 0)) return;
    vtkCamera* camera = renderer_->GetActiveCamera();
    camera->SetParallelScale(camera->GetParallelScale() / factor);
    if (camera->GetParallelProjection() == 0) camera->Dolly(factor);
    moved();
  }

  void standardView(char axis) override {
    const data::FieldInfo* field = leading();
    if (!field) return;
    const session::View3D fitted = fittedView(*field, aspect());
    apply(axis == 'r' ? fitted : alongAxis(*field, fitted, axis), renderer_->GetActiveCamera());
    turned_ = true;
    moved();
  }

private:
  struct Slot {
    Slot(data::FieldProvider& provider, data::FieldProvider::Ticket ticket, std::function<void()> changed)
        : feed(provider, ticket, std::move(changed)) {}
    Feed feed;
    std::optional<data::FieldInfo> field;
    std::uint64_t generation = 0; ///< of the file, when `field` was taken from it
    std::string path, fieldName;
    std::unique_ptr<LabelPicture> labels;
    std::unique_ptr<Feed> detail;                    ///< of what is looked at, where the whole is too large to be sharp
    std::array<std::unique_ptr<ShapeView>, 4> parts; ///< of a grid: the surface, then the sections across x, y, z
  };

  [[nodiscard]] double aspect() const { return static_cast<double>(width_) / height_; }

  void applyTheme() {
    still_.setBackground(context_.theme.canvas.data());
    overlay_.setTheme(context_.theme);
  }

  void render() {
    if (context_.needsRender) context_.needsRender();
  }

  /// The camera was moved without a change of state.
  void moved() {
    renderer_->ResetCameraClippingRange();
    if (interacting_ && !turned_) {
      furnish();
      render();
    } else {
      dirty_ = true;
      refresh();
    }
  }

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

  void refresh() {
    if (busy_) {
      again_ = true;
      return;
    }
    busy_ = true;
    do {
      again_ = false;
      matchSlots();
      draw();
    } while (again_);
    busy_ = false;
    if (dirty_) render();
    dirty_ = false;
  }

  void arrived() {
    dirty_ = true;
    refresh();
  }

  void fail(const std::string& path, const std::string& why) {
    if (failed_.insert(path).second && context_.report) context_.report(why);
  }

  void matchSlots() {
    std::erase_if(slots_, [&](const auto& entry) { return !state_.layer(entry.first); });
    for (const session::Layer& layer : state_.layers) {
      auto& slot = slots_[layer.id];
      if (!slot)
        slot = std::make_unique<Slot>(context_.provider, data::FieldProvider::Ticket{this, nextPurpose_++},
                                      [this] { arrived(); });
      if (slot->path != layer.path || slot->fieldName != layer.field) {
        slot->path = layer.path;
        slot->fieldName = layer.field;
        slot->field.reset();
        slot->feed.clear();
        slot->labels.reset();
        slot->detail.reset();
        slot->parts = {};
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

  /// The image that is drawn as a volume or as planes: the active one, else the topmost that is visible.
  [[nodiscard]] const session::Layer* imageLayer() const {
    const session::Layer* chosen = nullptr;
    for (const session::Layer& layer : state_.layers) {
      const auto& slot = slots_.at(layer.id);
      if (!layer.visible || !slot->field || onGrid(*slot->field) || drawsLabels(layer, *slot->field)) continue;
      if (!chosen || chosen->id != state_.active) chosen = &layer;
    }
    return chosen;
  }

  [[nodiscard]] bool hiddenByMode(const session::Layer& layer) const {
    return (state_.comparison.mode == "prediction" && layer.role == session::Role::Truth) ||
           (state_.comparison.mode == "truth" && layer.role == session::Role::Prediction);
  }

  /// Asks for the whole of a layer; the block when it is there.
  data::BlockPtr wholeOf(const session::Layer& layer, Slot& slot) {
    auto slab = slabFor3D(*slot.field, state_.time, layer.component, limits_);
    if (!slab) {
      if (tooLarge_.insert(layer.id).second && context_.report)
        context_.report(layer.name +
                        " is too large to be drawn in 3D at once, and offers no coarser level. The slices show it.");
      return nullptr;
    }
    const data::FieldProvider::Key key{layer.path, slot.field->name};
    slot.feed.wantStatistics(key, statisticsTime(*slot.field), slab->component,
                             scalePeers(state_, layer, context_.provider));
    slab = scene::slabFor(layer, *slot.field, *slab);
    slot.feed.want(key, *slab, data::Priority::Visible);
    if (const std::string error = slot.feed.takeError(); !error.empty() && context_.report) context_.report(error);
    return slot.feed.block();
  }

  void draw() {
    const data::FieldInfo* field = leading();
    if (field)
      frame_.show(*field, context_.theme, context_.scale);
    else
      frame_.hide();
    if (field && state_.crosshair)
      frame_.showCursor(*field, state_.cursor, context_.theme, context_.scale);
    else
      frame_.hideCursor();
    placeCamera(field);
    note_ = {};
    particleNote_.clear();
    const bool chosen = drawChosen();
    const bool surfaces = drawLabels() || chosen;
    drawImage(surfaces);
    for (const session::Layer& layer : state_.layers)
      drawGrid(layer, *slots_.at(layer.id));
    renderer_->ResetCameraClippingRange();
    furnish();
  }

  /// A layer on a grid: its outer surface, or its sections through the cursor.
  void drawGrid(const session::Layer& layer, Slot& slot) {
    if (!slot.field || !onGrid(*slot.field)) return;
    const bool shown = layer.visible && layer.opacity > 0 && !hiddenByMode(layer);
    const bool flat =
        slot.field->shape[0] == 1 || slot.field->shape[1] == 1 || slot.field->shape[2] == 1 || slot.field->tabular;
    const bool planes = state_.projection3d == "planes" && !flat;
    if (shown && !slot.field->name.empty())
      slot.feed.wantStatistics({layer.path, slot.field->name}, statisticsTime(*slot.field), layer.component,
                               scalePeers(state_, layer, context_.provider));
    if (const std::string error = slot.feed.takeError(); !error.empty() && context_.report) context_.report(error);
    const data::Statistics* statistics = slot.feed.scaleStatistics();
    for (std::size_t i = 0; i < slot.parts.size(); ++i) {
      auto& part = slot.parts[i];
      if (!shown || (i == 0) == planes) {
        if (part) part->picture.hide();
        continue;
      }
      if (!part)
        part.reset(new ShapeView{ShapeFeed(context_.provider, {this, nextPurpose_++}, [this] { arrived(); }),
                                 ShapePicture(renderer_)});
      data::ShapeRequest request = shapeOf(*slot.field, layer, state_.time, state_.cursor);
      if (i > 0) request.section = sectionAcross(i - 1, state_.cursor);
      part->feed.want(request);
      if (const std::string error = part->feed.takeError(); !error.empty() && context_.report) context_.report(error);
      if (!part->feed.shape() || (!slot.field->name.empty() && !statistics)) continue;
      const scene::Look colours = lookOf(layer, *slot.field, statistics, context_.theme, context_.scale, true, {});
      ShapePicture::Look look = shapeLook(part->feed.shape(), colours, layer, context_.theme, context_.scale);
      look.plain = {0.78, 0.77, 0.75}; // bone, in either theme: light and shade tell its form
      part->picture.show(look, maps_.get(look.colormap, context_.report));
      if (const std::string note = particleNote(*look.shape); !note.empty()) particleNote_ = note;
    }
  }

  /// The surface of the voxels that State::voxels means, from a level that can be turned smoothly. Returns whether
  /// there are any.
  bool drawChosen() {
    constexpr std::int64_t most = 96 * 96 * 96;
    const auto slot = state_.voxels.all.empty() ? slots_.end() : slots_.find(state_.voxels.all.front().layer);
    const data::FieldInfo* field =
        slot != slots_.end() && slot->second->field && !onGrid(*slot->second->field) ? &*slot->second->field : nullptr;
    std::optional<data::Slab> slab;
    if (field) {
      int level = 0;
      const auto size = [&] {
        const data::Index3 shape = field->shapeAt(level);
        return shape[0] * shape[1] * shape[2];
      };
      while (level + 1 < field->levels && size() > most)
        ++level;
      slab = data::Slab{{{0, 0, 0}, field->shapeAt(level)}, state_.time, 0, level};
      if (size() > 8 * most) slab.reset(); // the slices show them
    }
    mask_.want(state_, slab);
    const data::BlockPtr block = mask_.block();
    if (!field || !block) {
      if (std::exchange(shownMask_, nullptr)) chosen_.clear();
      chosen_.setVisible(false);
      return false;
    }
    shownMask_ = block;
    chosen_.setData(*field, block);
    LabelPicture::Look look;
    look.single = context_.theme.accent;
    chosen_.setLook(look);
    chosen_.setVisible(true);
    return true;
  }

  /// Returns whether any label layer is part of the picture.
  bool drawLabels() {
    bool any = false;
    for (const session::Layer& layer : state_.layers) {
      Slot& slot = *slots_.at(layer.id);
      if (!slot.field || onGrid(*slot.field) || !scene::drawsLabels(layer, *slot.field)) continue;
      const bool shown = layer.visible && layer.opacity > 0 && !hiddenByMode(layer);
      if (!shown) {
        if (slot.labels) slot.labels->setVisible(false);
        continue;
      }
      any = true;
      if (!slot.labels) slot.labels = std::make_unique<LabelPicture>(renderer_, context_.needsRender);
      if (const data::BlockPtr block = wholeOf(layer, slot)) {
        slot.labels->setData(*slot.field, block);
        if (block->slab.level > 0) note_ = {block->slab.level, slot.field->levels, -1};
      }
      const auto selected = state_.selection.find(layer.id);
      LabelPicture::Look look;
      if (selected != state_.selection.end()) look.selected = selected->second;
      look.faint = look.selected.empty() &&
                   (!state_.voxels.all.empty() ||
                    std::any_of(state_.selection.begin(), state_.selection.end(), [&](const auto& chosen) {
                      return !chosen.second.empty() && state_.layer(chosen.first) != nullptr;
                    }));
      const data::Statistics* statistics = slot.feed.statistics();
      const bool mask = statistics && statistics->max <= 1;
      look.opacity = layer.opacity;
      if (layer.role == session::Role::Truth && alsoPredicted()) {
        look.single = context_.theme.truth;
        look.opacity *= look.selected.empty() ? 0.16 : 0.9;
      } else if (layer.role == session::Role::Truth) {
        // Alone it needs no one colour to be told by, and black on white would have no shape.
        if (mask) look.single = context_.theme.muted;
      } else if (mask && layer.role == session::Role::Prediction) {
        look.single = context_.theme.prediction;
      }
      slot.labels->setLook(look);
      slot.labels->setVisible(true);
    }
    return any;
  }

  /// A prediction is in the picture too, so that the truth must let it be seen.
  [[nodiscard]] bool alsoPredicted() const {
    return std::any_of(state_.layers.begin(), state_.layers.end(), [&](const session::Layer& layer) {
      return layer.role == session::Role::Prediction && layer.visible && layer.opacity > 0 && !hiddenByMode(layer);
    });
  }

  void drawImage(bool surfaces) {
    const session::Layer* layer = imageLayer();
    Slot* slot = layer ? slots_.at(layer->id).get() : nullptr;
    const bool planes = state_.projection3d == "planes" || (slot && !slot->field->isVolume());
    const bool volume = !planes && state_.projection3d == "volume";
    const data::BlockPtr block = slot && (planes || volume) ? wholeOf(*layer, *slot) : nullptr;
    const data::Statistics* statistics = slot ? slot->feed.scaleStatistics() : nullptr;
    for (auto& [id, other] : slots_)
      if (other.get() != slot || !volume) other->detail.reset();
    if (!block || !statistics || !planes) planes_.hide();
    if (!block || !statistics || !volume) {
      volume_.hide();
      detail_.hide();
    }
    if (!block || !statistics) return;
    const Look look = lookOf(*layer, *slot->field, statistics, context_.theme, context_.scale, true, {});
    const ColorMap& map = maps_.get(look.colormap, context_.report);
    const int sharp = volume ? drawVolume(*layer, *slot, block, look, map, surfaces ? faint : 1.0) : -1;
    if (block->slab.level > 0) note_ = {block->slab.level, slot->field->levels, sharp};
    if (!planes) return;
    const data::Vec3 index = slot->field->index(state_.cursor);
    PlanesPicture::Look sheets{block, look.colormap, look.scale, state_.interpolate, {}};
    for (std::size_t axis = 0; axis < 3; ++axis)
      sheets.at[axis] =
          std::clamp<std::int64_t>(std::llround(index[axis]) >> block->slab.level, 0, block->slab.box.hi[axis] - 1);
    planes_.show(*slot->field, sheets, map);
  }

  /// The whole, and over it, in a hole, what the camera looks at from a finer level. Returns that level, or −1.
  int drawVolume(const session::Layer& layer, Slot& slot, const data::BlockPtr& block, const Look& look,
                 const ColorMap& map, double strength) {
    const data::FieldInfo& field = *slot.field;
    const data::Statistics& statistics = *slot.feed.statistics();
    VolumePicture::Look whole{block, look.colormap, look.scale, layer.symmetric, layer.opacity * strength, {}, {}};
    const data::BlockPtr sharp = block->slab.level > 0 ? detailOf(layer, slot, block, whole) : nullptr;
    if (sharp) whole.hole = innerOf(field, sharp->slab);
    volume_.show(field, whole, map, statistics);
    if (!sharp) {
      detail_.hide();
      return -1;
    }
    VolumePicture::Look part = whole;
    part.block = sharp;
    part.only = std::exchange(part.hole, std::nullopt);
    detail_.show(field, part, map, statistics);
    return sharp->slab.level;
  }

  /// Asks for what is looked at; the block when it is there and shows all of that. Nothing while the camera turns: the
  /// part is drawn over the whole, which is right only for what was asked for.
  data::BlockPtr detailOf(const session::Layer& layer, Slot& slot, const data::BlockPtr& block,
                          const VolumePicture::Look& look) {
    if (interacting_) return !turned_ && slot.detail && slot.detail->block() == shownDetail_ ? shownDetail_ : nullptr;
    turned_ = false;
    shownDetail_.reset();
    const data::FieldInfo& field = *slot.field;
    const Fading fading{look.scale, opacityCurve(*slot.feed.statistics(), look.scale, look.symmetric),
                        opacityUnit(field, look.strength)};
    const auto seen = lookedAt(field, *block, fading, view(), width_, height_);
    const auto wanted = seen ? detailFor(field, block->slab, *seen, limits_) : std::nullopt;
    if (!wanted) {
      slot.detail.reset();
      return nullptr;
    }
    if (!slot.detail)
      slot.detail = std::make_unique<Feed>(context_.provider, data::FieldProvider::Ticket{this, nextPurpose_++},
                                           [this] { arrived(); });
    const data::BlockPtr there = slot.detail->block();
    const bool good = there && serves(field, there->slab, *wanted, *seen);
    // What is there is asked for again all the same: there may be a better one by now.
    slot.detail->want({layer.path, field.name}, good ? there->slab : *wanted, data::Priority::Visible);
    if (const std::string error = slot.detail->takeError(); !error.empty() && context_.report) context_.report(error);
    const data::BlockPtr now = slot.detail->block();
    if (now && serves(field, now->slab, *wanted, *seen)) shownDetail_ = now;
    return shownDetail_;
  }

  void placeCamera(const data::FieldInfo* field) {
    if (!field) return;
    const session::View3D& wanted = state_.view3d;
    if (wanted.parallelScale > 0) {
      if (!(wanted == applied_)) apply(wanted, renderer_->GetActiveCamera());
    } else {
      // Fit, and fit again when the data or the shape of the panel change, unless someone has moved the camera since.
      session::View3D fitted = fittedView(*field, aspect());
      fitted.parallel = wanted.parallel;
      const bool untouched = viewOf(renderer_->GetActiveCamera()) == fitted_;
      if (applied_.parallelScale > 0 || !fittedOnce_ || (untouched && !(fitted == fitted_))) {
        apply(fitted, renderer_->GetActiveCamera());
        fitted_ = viewOf(renderer_->GetActiveCamera());
        fittedOnce_ = true;
      }
    }
    applied_ = wanted;
    renderer_->ResetCameraClippingRange();
  }

  /// At the start of a drawing, when the graphics can be asked.
  void collect() {
    if (!std::exchange(askedGraphics_, true)) {
      limits_ = limitsOf(renderer_->GetRenderWindow());
      if (!(limits_ == Limits3D{})) refresh();
    }
    bool changed = false;
    for (auto& [id, slot] : slots_) {
      std::string problem;
      if (slot->labels && slot->labels->collect(problem)) changed = true;
      if (!problem.empty() && context_.report) context_.report(problem);
    }
    std::string problem;
    if (chosen_.collect(problem)) changed = true;
    if (!changed) return;
    renderer_->ResetCameraClippingRange();
    furnish();
  }

  void furnish() {
    overlay_.begin(width_, height_, context_.scale);
    if (const data::FieldInfo* field = leading()) {
      const double s = context_.scale;
      const Overlay::Style title{12, context_.theme.text, Overlay::Anchor::Left, true, true};
      const Overlay::Box box = overlay_.text(12 * s, height_ - 14 * s, "3D", title);
      const bool making = !chosen_.settled() || std::any_of(slots_.begin(), slots_.end(), [](const auto& entry) {
        return entry.second->labels && !entry.second->labels->settled();
      });
      const Overlay::Style note{12, context_.theme.muted, Overlay::Anchor::Left, true, false};
      if (making)
        overlay_.text(box.x1 + 4 * s, height_ - 14 * s, "making surfaces …", note);
      else if (note_.level > 0)
        overlay_.text(box.x1 + 4 * s, height_ - 14 * s, levelNote(*field, note_), note);
      else if (!particleNote_.empty())
        overlay_.text(box.x1 + 4 * s, height_ - 14 * s, particleNote_, note);
      if (width_ > 160 * s && height_ > 160 * s)
        drawAxesCross(overlay_, renderer_->GetActiveCamera(), field->frame == data::Frame::RasMillimetres, 56 * s,
                      56 * s);
    }
    overlay_.end();
  }

  session::State state_;
  bool known_ = false, busy_ = false, again_ = false, dirty_ = false, fittedOnce_ = false;
  bool interacting_ = false, turned_ = false, askedGraphics_ = false;
  int width_ = 1, height_ = 1, nextPurpose_ = 0;
  Limits3D limits_;
  LevelNote note_;
  std::string particleNote_;
  data::BlockPtr shownDetail_;
  session::View3D applied_, fitted_;
  vtkNew<vtkRenderer> renderer_, cursorRenderer_;
  Overlay overlay_;
  ColorMapShelf maps_;
  Still still_;
  Frame3D frame_;
  PlanesPicture planes_;
  VolumePicture volume_, detail_; ///< in the order in which they are drawn
  MaskFeed mask_;
  LabelPicture chosen_; ///< State::voxels
  data::BlockPtr shownMask_;
  std::map<std::string, std::unique_ptr<Slot>> slots_;
  std::set<std::string> opening_, failed_, tooLarge_;
  std::shared_ptr<char> alive_ = std::make_shared<char>();
};

} // namespace

std::unique_ptr<SpacePanel> makeVolumePanel(Context context) {
  return std::make_unique<VolumePanel>(std::move(context));
}

} // namespace discern::scene
