#pragma once
#include "direct_provider.h"
#include "gl_context.h"
#include "offscreen.h"
#include "scene/panel.h"

#include <QByteArray>
#include <functional>

namespace discern::tests {

/// A field in memory, filled by `value(i, j, k, time)`, as a dataset of its own.
struct FieldOf {
  data::FieldInfo info;
  std::function<double(std::int64_t, std::int64_t, std::int64_t, std::int64_t)> value;
};
std::shared_ptr<data::Dataset> datasetOf(const FieldOf& field);

/// A plain field: float32, voxel index, range of the values as they are.
data::FieldInfo plainInfo(data::Index3 shape, data::ScalarType type = data::ScalarType::Float32);

/// A layer of the dataset at `path`.
session::Layer layerOf(const std::string& id, const std::string& path, session::Role role = session::Role::Image);

/// The colours that tests expect by name.
scene::Theme testTheme();

/// One panel in a context of its own.
class Stage {
public:
  Stage(const std::string& panel, data::FieldProvider& provider, int width = 200, int height = 200);
  render::Picture draw(const session::State& state);
  scene::Panel& panel() { return *panel_; }
  scene::FlatPanel& flat() { return dynamic_cast<scene::FlatPanel&>(*panel_); }
  std::vector<std::string> reports;

private:
  std::unique_ptr<scene::Panel> panel_;
  std::unique_ptr<render::Offscreen> offscreen_;
};

/// A state that shows `layers` in one panel, without crosshair.
session::State stateOf(std::vector<session::Layer> layers, const data::Vec3& cursor);

/// The colour at a world position as the panel shows it.
std::array<int, 3> colourAt(const render::Picture& picture, scene::FlatPanel& panel, const data::Vec3& world,
                            int normalAxis = 2);

} // namespace discern::tests
