#pragma once
#include "data/block.h"
#include "session/state.h"

#include <optional>
#include <string>
#include <vector>

namespace discern::scene {

/// A point of a slice panel: world units to the right and upwards on the screen.
struct Point2 {
  double u = 0, v = 0;
};

/// How a slice panel looks at the world: which world axis points right, which up, and which through it, with their
/// signs.
struct Plane {
  int rightAxis = 0, upAxis = 1, normalAxis = 2;
  double rightSign = 1, upSign = 1;

  [[nodiscard]] Point2 flatten(const data::Vec3& world) const {
    return {rightSign * world[static_cast<std::size_t>(rightAxis)], upSign * world[static_cast<std::size_t>(upAxis)]};
  }
  /// The world point at (u, v), `depth` along the normal axis.
  [[nodiscard]] data::Vec3 raise(const Point2& point, double depth) const;
  bool operator==(const Plane&) const = default;
};

/// The plane of the panel "axial", "coronal" or "sagittal" for data in the frame of `field`. Brains follow the
/// radiological or the neurological habit, the sagittal one with anterior on the right; superior is up. Images (voxel
/// index, or no placement but a pixel size) have their first row at the top, as microscopes and cameras write them,
/// but images of the sky their last, as astronomers show them, and longitudes of the sky rise to the left;
/// other data have y and z upwards.
[[nodiscard]] Plane planeFor(const std::string& panel, const data::FieldInfo& field, bool radiological);

/// "Axial", "Coronal", "Sagittal" in RAS; what is in no body has planes of its axes: "XY", "XZ", "YZ".
[[nodiscard]] std::string planeTitle(const std::string& panel, const data::FieldInfo& field);

/// True when rows of this field run downwards on the screen: of images, but not of the sky.
[[nodiscard]] bool isImage(const data::FieldInfo& field);

/// The slice of a field that a panel shows: the index axis closest to the panel's normal, and the slice nearest to the
/// cursor.
struct Cut {
  int normal = 2, s = 0, t = 1; ///< index axes: through, and the two of the slice (s < t, so s is fastest in memory)
  std::int64_t slice = 0;       ///< full-resolution index along `normal`
  bool inside = false;          ///< the cursor lies in the field along the normal
  bool operator==(const Cut&) const = default;
};
[[nodiscard]] Cut cutOf(const data::FieldInfo& field, const Plane& plane, const data::Vec3& cursor);

/// The part and level of a cut that a picture needs: all of it, or of a very large one what is in sight and some way
/// around. `worldPerPixel`: of the screen. `sight`: lower left and upper right corner.
struct Sight {
  Point2 low, high;
  double worldPerPixel = 1;
};
[[nodiscard]] data::Slab slabOf(const data::FieldInfo& field, const Plane& plane, const Cut& cut, const Sight& sight,
                                std::int64_t time, int component);

/// Where the corners of a slab's pixels lie in the panel: (s, t) in pixels of the slab, from 0 to its width and height.
class Placement {
public:
  Placement(const data::FieldInfo& field, const Plane& plane, const Cut& cut, const data::Slab& slab);
  [[nodiscard]] Point2 at(double s, double t) const;
  /// Places along s (t) between which the map is linear, from 0 to the width (height): two when the axis is regular,
  /// every corner otherwise.
  [[nodiscard]] const std::vector<double>& linesS() const { return linesS_; }
  [[nodiscard]] const std::vector<double>& linesT() const { return linesT_; }

private:
  [[nodiscard]] double fullIndex(double corner, int axis) const;
  const data::FieldInfo& field_;
  Plane plane_;
  Cut cut_;
  data::Slab slab_;
  std::vector<double> linesS_, linesT_;
};

} // namespace discern::scene
