#pragma once
#include "data/dataset_info.h"
#include "data/statistics.h"

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <vtkSmartPointer.h>

class vtkDataObject;

namespace discern::data {

/// Half-open box of voxel indices, in the indices of the level that is read.
struct Box {
  Index3 lo{0, 0, 0}, hi{0, 0, 0};
  [[nodiscard]] Index3 shape() const { return {hi[0] - lo[0], hi[1] - lo[1], hi[2] - lo[2]}; }
  [[nodiscard]] std::int64_t voxels() const { return (hi[0] - lo[0]) * (hi[1] - lo[1]) * (hi[2] - lo[2]); }
  [[nodiscard]] bool operator==(const Box&) const = default;
};

/// What to read of a field: a box at one time, component and level.
struct Slab {
  Box box;
  std::int64_t time = 0;
  int component = 0;
  int level = 0;
  bool single = false; ///< values of single voxels, never means of several: for what is drawn as labels
  [[nodiscard]] bool operator==(const Slab&) const = default;
};

/// The lazy side of a field. Every member may be called from any thread.
class FieldSource {
public:
  virtual ~FieldSource() = default;
  [[nodiscard]] virtual const FieldInfo& info() const = 0;

  /// Reads `slab`, x fastest, in the field's own type, into `out` (slab.box.voxels() × sizeOf(type) bytes).
  /// Throws UsageError for a box outside the level, ReadError when the file gives way.
  virtual void read(const Slab& slab, std::span<std::byte> out) const = 0;

  /// The values of one voxel from time t0 up to, not including, t1. Missing values come as NaN.
  /// The default reads voxel by voxel; a source that can do better overrides it.
  virtual void series(const Index3& voxel, std::int64_t t0, std::int64_t t1, int component,
                      std::span<double> out) const;

  /// How many levels, the finest included, lie in the file itself; coarser ones are sampled from the last of them.
  [[nodiscard]] virtual int storedLevels() const { return 1; }
  /// Whether reading `slab` again gives the same for as long as the file is the same; false where something better is
  /// still being made of it. The default says yes.
  [[nodiscard]] virtual bool isFinal(const Slab& slab) const;
  /// Statistics over every voxel at a time, where somebody has gone through all of them; nullopt: nobody has. Does not
  /// read the payload.
  [[nodiscard]] virtual std::optional<Statistics> exactStatistics(std::int64_t time, int component) const;
  /// Where `index` (voxel centres at whole numbers) lies on the sky and in the spectrum. The default knows neither.
  [[nodiscard]] virtual SkyPosition skyAt(const Vec3& index) const;

protected:
  /// Throws UsageError when `slab` lies outside the field or `bytes` is not its size.
  void check(const Slab& slab, std::size_t bytes) const;
};

/// A table's values, by column. A column is numbers or text.
struct Table {
  TableInfo info;
  std::vector<std::vector<double>> numbers;    ///< one a column; empty where the column is text
  std::vector<std::vector<std::string>> texts; ///< one a column; empty where the column is numbers
};

/// The lazy side of a grid. Every member may be called from any thread.
class GridSource {
public:
  virtual ~GridSource() = default;
  [[nodiscard]] virtual const GridInfo& info() const = 0;
  /// The points and cells at a time step, without the fields on them. What VTK type it is, GridInfo::kind tells.
  /// Throws UsageError for a step that isn't there, ReadError when the file gives way.
  [[nodiscard]] virtual vtkSmartPointer<vtkDataObject> read(std::int64_t time) const = 0;
};

/// An opened file: what it holds, and the way to each part. Opening reads no payload.
class Dataset {
public:
  virtual ~Dataset() = default;
  [[nodiscard]] virtual const DatasetInfo& info() const = 0;
  /// `name` empty: the first. Throws UsageError for a name that isn't there.
  [[nodiscard]] virtual std::shared_ptr<const FieldSource> field(std::string_view name) const = 0;
  [[nodiscard]] virtual Table table(std::string_view name) const;
  [[nodiscard]] virtual std::shared_ptr<const GridSource> grid(std::string_view name) const;
};

/// A grid that is already in memory, of one time step. `info` needs only what the object itself does not tell: name,
/// kind, frame, units, source; counts, bounds and memory are taken from the object.
[[nodiscard]] std::shared_ptr<const GridSource> memoryGrid(GridInfo info, vtkSmartPointer<vtkDataObject> object);

/// A field that is already in memory, x fastest. Levels are strided on the fly.
[[nodiscard]] std::shared_ptr<FieldSource> memoryField(FieldInfo info, std::vector<std::byte> bytes);

void to_json(nlohmann::json&, const Table&);
void from_json(const nlohmann::json&, Table&);
void to_json(nlohmann::json&, const Slab&);
void from_json(const nlohmann::json&, Slab&);

} // namespace discern::data
