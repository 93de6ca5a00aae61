#pragma once
#include "data/block.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>
#include <vtkSmartPointer.h>

class vtkPolyData;

namespace discern::scene {

/// The surfaces of all labels of a block, smooth, in world coordinates; a point array "label" (long long) says whose
/// each is.
struct Surfaces {
  vtkSmartPointer<vtkPolyData> data;
  std::string problem; ///< a sentence when some labels were left out
};

/// Label by label in its own bounding box, so that the cost grows with the volume of the objects and not with their
/// number. Stops early, with no data, when `cancelled` says so. Windowed-sinc smoothing after Taubin, Zhang and Golub
/// 1996.
[[nodiscard]] Surfaces labelSurfaces(const data::FieldInfo& field, const data::Block& block,
                                     const std::function<bool()>& cancelled);

/// Makes surfaces on threads of their own. A new start() makes what runs stale, without waiting for it; destruction
/// waits for the label in hand.
class SurfaceMaker {
public:
  /// `ready` is called on the maker's thread; it must be safe to call as long as the maker lives.
  explicit SurfaceMaker(std::function<void()> ready);
  ~SurfaceMaker();
  SurfaceMaker(const SurfaceMaker&) = delete;
  SurfaceMaker& operator=(const SurfaceMaker&) = delete;
  void start(data::FieldInfo field, data::BlockPtr block);
  void cancel();
  [[nodiscard]] bool running() const;
  /// The surfaces that are done, once.
  [[nodiscard]] std::optional<Surfaces> take();

private:
  struct Work;
  std::function<void()> ready_;
  std::unique_ptr<Work> work_;                 ///< the one that counts
  std::vector<std::unique_ptr<Work>> retired_; ///< told to stop, not yet seen to have stopped
};

} // namespace discern::scene
