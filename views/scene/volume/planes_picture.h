#pragma once
#include "scene/colour/mapper.h"

#include <memory>
#include <optional>

class vtkRenderer;

namespace discern::scene {

/// Three slices of a block through the cursor, standing in space.
class PlanesPicture {
public:
  explicit PlanesPicture(vtkRenderer* renderer);
  ~PlanesPicture();
  PlanesPicture(const PlanesPicture&) = delete;
  PlanesPicture& operator=(const PlanesPicture&) = delete;

  struct Look {
    data::BlockPtr block;
    std::string colormap;
    ColorScale scale;
    bool smooth = false;
    data::Index3 at{0, 0, 0}; ///< index of the block's level
    bool operator==(const Look&) const = default;
  };
  void show(const data::FieldInfo& field, const Look& look, const ColorMap& map);
  void hide();

private:
  struct Sheet;
  void showSheet(std::size_t axis, const data::FieldInfo& field, const Look& look, const ColorMapper& mapper);
  vtkRenderer* renderer_;
  std::array<std::unique_ptr<Sheet>, 3> sheets_;
  std::optional<Look> shown_;
};

/// One voxel thick part of a block across `axis`.
[[nodiscard]] data::BlockPtr sliceOf(const data::Block& block, std::size_t axis, std::int64_t index);

} // namespace discern::scene
