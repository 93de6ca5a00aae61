#include "scene/format.h"
#include "scene/panel.h"
#include "scene/placement.h"
#include "scene/sky_text.h"

#include <cmath>

namespace discern::scene {
namespace {

struct Gathering {
  std::vector<Reading> readings;
  int waiting = 1; ///< one for the loop that asks, so that replies at once don't end it early
  std::function<void(std::vector<Reading>)> done;
  void arrived() {
    if (--waiting == 0) done(std::move(readings));
  }
};

std::string readable(const data::FieldInfo& field, double value) {
  if (std::isnan(value)) return "missing";
  if (field.labels) return labelName(field, std::llround(value));
  const std::string number = formatValue(field, value);
  return field.unit.empty() || field.unit == "1" ? number : number + " " + field.unit;
}

/// The voxel that holds a world position; nothing when it lies outside the field.
std::optional<data::Index3> voxelAt(const data::FieldInfo& field, const data::Vec3& world) {
  data::Vec3 place = world;
  if (field.frame == data::Frame::LonLat) { // 350° east and −10° are one meridian
    const auto [lo, hi] = field.worldBounds();
    if (place[0] < lo[0] || place[0] > hi[0]) place[0] -= 360 * std::floor((place[0] - lo[0]) / 360);
  }
  const data::Vec3 at = field.index(place);
  data::Index3 voxel{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    voxel[axis] = static_cast<std::int64_t>(std::floor(at[axis] + 0.5 - 1e-9));
    if (field.shape[axis] == 1 && field.frame == data::Frame::LonLat) voxel[axis] = 0;
    if (!std::isfinite(at[axis]) || voxel[axis] < 0 || voxel[axis] >= field.shape[axis]) return std::nullopt;
  }
  return voxel;
}

/// "#17", or "12, 3, 0" of a table of cells.
std::string cellText(std::int64_t cell, const data::FieldInfo& field, std::int64_t layer) {
  if (!field.tabular) return "#" + std::to_string(cell);
  std::string text = std::to_string(cell % field.shape[0]) + ", " + std::to_string(cell / field.shape[0]);
  return field.shape[2] > 1 ? text + ", " + std::to_string(layer) : text;
}

/// The sky goes on beyond the pixels: it is asked for outside the field, too.
void askSky(data::FieldProvider& provider, const data::FieldProvider::Key& key, const data::FieldInfo& field,
            const data::Vec3& world, data::FieldProvider::Ticket ticket, const std::shared_ptr<Gathering>& gathering,
            std::size_t i) {
  const data::Vec3 index = field.index(world);
  if (!std::isfinite(index[0]) || !std::isfinite(index[1]) || !std::isfinite(index[2])) return;
  ++gathering->waiting;
  provider.sky(key, index, ticket,
               [gathering, i, sky = *field.sky](data::FieldProvider::Reply<data::SkyPosition> reply) {
                 if (reply.error.empty()) gathering->readings[i].sky = skyText(sky, reply.value);
                 gathering->arrived();
               });
}

} // namespace

void readAtCursor(data::FieldProvider& provider, const session::State& state, const void* owner,
                  std::function<void(std::vector<Reading>)> done) {
  auto gathering = std::make_shared<Gathering>();
  gathering->done = std::move(done);
  gathering->readings.resize(state.layers.size());
  for (std::size_t i = 0; i < state.layers.size(); ++i) {
    const session::Layer& layer = state.layers[i];
    Reading& reading = gathering->readings[i];
    reading.layer = layer.id;
    reading.name = layer.name;
    const data::DatasetInfo* dataset = provider.info(layer.path);
    const auto field = dataset ? placedField(*dataset, layer) : std::nullopt;
    if (!field) {
      reading.value = "loading";
      continue;
    }
    if (field->sky && !onGrid(*field))
      askSky(provider, {layer.path, field->name}, *field, state.cursor,
             {owner, static_cast<int>(i + state.layers.size())}, gathering, i);
    if (onGrid(*field)) {
      ++gathering->waiting;
      provider.probe(shapeOf(*field, layer, state.time, state.cursor), state.cursor, {owner, static_cast<int>(i)},
                     [gathering, i, info = *field,
                      own = field->name.empty() ? data::FieldInfo() : *dataset->field(field->name),
                      depth = layerAt(*field, state.cursor)](data::FieldProvider::Reply<data::GridReading> reply) {
                       Reading& at = gathering->readings[i];
                       if (!reply.error.empty())
                         at.value = "can't be read";
                       else if (reply.value.cell < 0)
                         at.value = "outside";
                       else
                         at.value = info.name.empty() ? "inside" : readable(info, reply.value.value);
                       if (reply.error.empty() && reply.value.cell >= 0)
                         at.index = cellText(reply.value.cell, own, depth);
                       gathering->arrived();
                     });
      continue;
    }
    const std::optional<data::Index3> voxel = voxelAt(*field, state.cursor);
    if (!voxel) {
      reading.value = "outside";
      continue;
    }
    const data::Index3 at = *voxel;
    reading.index = std::to_string(at[0]) + ", " + std::to_string(at[1]);
    if (field->shape[2] > 1) reading.index += ", " + std::to_string(at[2]);
    const data::Slab slab{{at, {at[0] + 1, at[1] + 1, at[2] + 1}},
                          std::min<std::int64_t>(state.time, field->time.size - 1),
                          layer.component,
                          0};
    ++gathering->waiting;
    provider.read({layer.path, field->name}, slab, data::Priority::Cursor, {owner, static_cast<int>(i)},
                  [gathering, i, at, info = *field](data::FieldProvider::Reply<data::BlockPtr> reply) {
                    gathering->readings[i].value =
                        reply.error.empty() && reply.value ? readable(info, reply.value->value(at)) : "can't be read";
                    gathering->arrived();
                  });
  }
  gathering->arrived();
}

} // namespace discern::scene
