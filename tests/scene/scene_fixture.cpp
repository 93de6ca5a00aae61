#include "scene_fixture.h"

#include "data/error.h"

#include <cmath>
#include <cstring>

namespace discern::tests {
namespace {

class MemoryDataset final : public data::Dataset {
public:
  explicit MemoryDataset(std::shared_ptr<data::FieldSource> field) : field_(std::move(field)) {
    info_.path = "memory";
    info_.fields.push_back(field_->info());
  }
  [[nodiscard]] const data::DatasetInfo& info() const override { return info_; }
  [[nodiscard]] std::shared_ptr<const data::FieldSource> field(std::string_view) const override { return field_; }

private:
  std::shared_ptr<data::FieldSource> field_;
  data::DatasetInfo info_;
};

} // namespace

std::shared_ptr<data::Dataset> datasetOf(const FieldOf& field) {
  const data::Index3 shape = field.info.shape;
  const std::int64_t times = field.info.time.size;
  std::vector<std::byte> bytes(static_cast<std::size_t>(shape[0] * shape[1] * shape[2] * times) *
                               data::sizeOf(field.info.type));
  data::dispatch(field.info.type, [&](auto tag) {
    using T = typename decltype(tag)::type;
    T* out = reinterpret_cast<T*>(bytes.data());
    for (std::int64_t t = 0; t < times; ++t)
      for (std::int64_t k = 0; k < shape[2]; ++k)
        for (std::int64_t j = 0; j < shape[1]; ++j)
          for (std::int64_t i = 0; i < shape[0]; ++i)
            *out++ = static_cast<T>(field.value(i, j, k, t));
  });
  return std::make_shared<MemoryDataset>(data::memoryField(field.info, std::move(bytes)));
}

data::FieldInfo plainInfo(data::Index3 shape, data::ScalarType type) {
  data::FieldInfo info;
  info.name = "values";
  info.type = type;
  info.shape = shape;
  info.worldUnit = "px";
  info.transform = "none";
  return info;
}

session::Layer layerOf(const std::string& id, const std::string& path, session::Role role) {
  session::Layer layer;
  layer.id = id;
  layer.path = path;
  layer.name = path;
  layer.role = role;
  return layer;
}

scene::Theme testTheme() { return scene::Theme::fromTokens(scene::resourceFolder() + "/theme.json", true); }

Stage::Stage(const std::string& panel, data::FieldProvider& provider, int width, int height) {
  panel_ = scene::makePanel(
      panel, {provider, testTheme(), 1.0, [] {}, [this](const std::string& sentence) { reports.push_back(sentence); }});
  offscreen_ = std::make_unique<render::Offscreen>(*panel_, width, height);
}

render::Picture Stage::draw(const session::State& state) {
  panel_->update(state);
  return offscreen_->grab(20);
}

session::State stateOf(std::vector<session::Layer> layers, const data::Vec3& cursor) {
  session::State state;
  state.layers = std::move(layers);
  state.cursor = cursor;
  state.crosshair = false;
  state.layout = "single";
  state.panels = {"volume"}; // the panel under test is not the first, so it carries no colour bar
  return state;
}

std::array<int, 3> colourAt(const render::Picture& picture, scene::FlatPanel& panel, const data::Vec3& world,
                            int normalAxis) {
  // Two corners of the picture give the linear map from pixels to the world.
  const auto low = panel.worldAt(0, 0), high = panel.worldAt(picture.width, picture.height);
  if (!low || !high) return {-1, -1, -1};
  int right = normalAxis == 0 ? 1 : 0, up = normalAxis == 2 ? 1 : 2;
  const auto place = [&](int axis, int size) {
    const auto a = static_cast<std::size_t>(axis);
    return (world[a] - (*low)[a]) / ((*high)[a] - (*low)[a]) * size;
  };
  const int x = static_cast<int>(std::floor(place(right, picture.width)));
  const int y = picture.height - 1 - static_cast<int>(std::floor(place(up, picture.height)));
  if (x < 0 || y < 0 || x >= picture.width || y >= picture.height) return {-1, -1, -1};
  const std::uint8_t* pixel = picture.at(x, y);
  return {pixel[0], pixel[1], pixel[2]};
}

} // namespace discern::tests
