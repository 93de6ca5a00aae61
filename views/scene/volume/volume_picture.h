#pragma once
#include "scene/colour/mapper.h"
#include "scene/volume/grid3d.h"

#include <optional>
#include <string>
#include <vector>
#include <vtkNew.h>
#include <vtkSmartPointer.h>

class vtkOpenGLGPUVolumeRayCastMapper;
class vtkRenderer;
class vtkVolume;

namespace discern::scene {

/// Opacity over the colour range (0…1 → 0…1), from the histogram: nothing up to the background, then rising.
/// `symmetric`: values near the middle of the range are the clear ones. Pairs of place and opacity, places ascending
/// from 0 to 1.
[[nodiscard]] std::vector<std::array<double, 2>> opacityCurve(const data::Statistics& statistics,
                                                              const ColorScale& scale, bool symmetric);

/// How far light goes before an opacity of the curve has taken its share, in world units.
[[nodiscard]] double opacityUnit(const data::FieldInfo& field, double strength);

/// A field, or a part of it, as a shaded volume.
class VolumePicture {
public:
  explicit VolumePicture(vtkRenderer* renderer);
  ~VolumePicture();
  VolumePicture(const VolumePicture&) = delete;
  VolumePicture& operator=(const VolumePicture&) = delete;

  struct Look {
    data::BlockPtr block;
    std::string colormap;
    ColorScale scale;
    bool symmetric = false;
    double strength = 1;          ///< of the opacity: under 1 for a faint volume around surfaces
    std::optional<IndexBox> only; ///< of the block, this alone is drawn
    std::optional<IndexBox> hole; ///< this is left out: something sharper is drawn there
    bool operator==(const Look&) const = default;
  };
  void show(const data::FieldInfo& field, const Look& look, const ColorMap& map, const data::Statistics& statistics);
  void hide();
  /// Longer and fewer rays while the camera moves.
  void setCoarse(bool coarse);

private:
  void load(const data::FieldInfo& field, const data::Block& block, const ColorScale& scale, bool symmetric);
  void crop(const data::FieldInfo& field, const Look& look);
  vtkRenderer* renderer_;
  vtkSmartPointer<vtkOpenGLGPUVolumeRayCastMapper> mapper_;
  vtkNew<vtkVolume> volume_;
  std::optional<Look> shown_;
  double step_ = 1; ///< smallest world distance between voxels
  bool coarse_ = false;
};

} // namespace discern::scene
