#pragma once
#include "data/field_source.h"
#include "data/shape.h"
#include "data/table/table_request.h"

#include <functional>

namespace discern::data {

/// A piece of a field in memory, immutable and shared. The owner of `bytes` may be the heap or shared memory.
struct Block {
  Slab slab;
  ScalarType type = ScalarType::Float32;
  std::shared_ptr<const std::byte> bytes; ///< slab.box.voxels() elements, x fastest

  template <typename T>
  [[nodiscard]] const T* as() const {
    return reinterpret_cast<const T*>(bytes.get());
  }
  /// The value at an index of the level (not of the block) as a double; NaN outside the block.
  [[nodiscard]] double value(const Index3& index) const;
  [[nodiscard]] std::size_t size() const { return static_cast<std::size_t>(slab.box.voxels()) * sizeOf(type); }
};
using BlockPtr = std::shared_ptr<const Block>;

enum class Priority { Cursor = 0, Visible = 1, Background = 2 };

/// Where a view gets its data: the channel's client in the window, the file itself in the headless renderer.
/// Callbacks come on the thread that asked (in the headless renderer: before the call returns). A request whose `owner`
/// asks again with the same `purpose` makes the earlier one stale: its callback is then never called.
class FieldProvider {
public:
  virtual ~FieldProvider() = default;
  struct Key {
    std::string path, field;
    [[nodiscard]] auto operator<=>(const Key&) const = default;
  };
  struct Ticket { ///< names a request for staleness
    const void* owner = nullptr;
    int purpose = 0;
  };
  template <typename T>
  struct Reply {
    T value{};
    std::string error; ///< empty: all is well; else a sentence for a person
  };
  /// What the dataset holds; nullptr while it isn't known yet. Never blocks.
  [[nodiscard]] virtual const DatasetInfo* info(const std::string& path) const = 0;
  virtual void open(const std::string& path, std::function<void(Reply<DatasetInfo>)> done) = 0;
  virtual void read(const Key& key, const Slab& slab, Priority priority, Ticket ticket,
                    std::function<void(Reply<BlockPtr>)> done) = 0;
  virtual void series(const Key& key, const Index3& voxel, int component, Ticket ticket,
                      std::function<void(Reply<std::vector<double>>)> done) = 0;
  virtual void statistics(const Key& key, std::int64_t time, int component, Ticket ticket,
                          std::function<void(Reply<Statistics>)> done) = 0;
  /// Grows when what is known of a file became better, though the file is the same: levels that are means where they
  /// were samples, statistics over every voxel. What was asked for before is then worth asking for again.
  [[nodiscard]] virtual std::uint64_t revision(const std::string& path) const;
  /// Grows when there is another file at `path` than before: all that was read of the old one is out of date. A file
  /// that never changes has 0.
  [[nodiscard]] virtual std::uint64_t generation(const std::string& path) const;
  /// Whether reading `slab` takes no longer than a picture: it is on this machine, or was read before. Where it isn't,
  /// a coarser slab is worth having first. The default says yes.
  [[nodiscard]] virtual bool isNear(const Key& key, const Slab& slab) const;
  virtual void table(const std::string& path, const std::string& name, std::function<void(Reply<Table>)> done) = 0;
  /// What is drawn of a grid. The default has no grids.
  virtual void shape(const ShapeRequest& request, Priority priority, Ticket ticket,
                     std::function<void(Reply<ShapePtr>)> done);
  /// The value of a field on a grid at a world position.
  virtual void probe(const ShapeRequest& request, const Vec3& world, Ticket ticket,
                     std::function<void(Reply<GridReading>)> done);
  // What is shown of a table of any size, and of a line through a field. The defaults have neither.
  virtual void rows(const RowsRequest& request, Priority priority, Ticket ticket,
                    std::function<void(Reply<TableRows>)> done);
  virtual void column(const ColumnRequest& request, Ticket ticket, std::function<void(Reply<ColumnSummary>)> done);
  virtual void points(const PointsRequest& request, Ticket ticket, std::function<void(Reply<Curve>)> done);
  virtual void line(const LineRequest& request, Ticket ticket, std::function<void(Reply<Curve>)> done);
  /// Where an index of a field with FieldInfo::sky lies on the sky and in the spectrum. The default knows no sky.
  virtual void sky(const Key& key, const Vec3& index, Ticket ticket, std::function<void(Reply<SkyPosition>)> done);
  /// What a plot shows: `what` and `request` are those of data/plot/plot_request.h, asked for with data::ask(). The
  /// default works nothing out.
  virtual void compute(const std::string& what, const nlohmann::json& request, Priority priority, Ticket ticket,
                       std::function<void(Reply<nlohmann::json>)> done);
};

} // namespace discern::data
