#pragma once
#include "io/pyramid/exact_statistics.h"
#include "io/pyramid/piece_grid.h"
#include "io/pyramid/pyramid_cache.h"

#include <atomic>
#include <mutex>

namespace discern::io {

/// One time step and component of a field, with what is kept of it beside the file: the pieces of its pyramid that are
/// whole, and its exact statistics. Reading may happen from any thread, also while another builds.
class PyramidVolume {
public:
  struct Limits {
    std::int64_t from = std::int64_t{256} << 20; ///< bytes: below, no levels are kept, for the file itself is quick
    std::int64_t pieceBytes = 0;                 ///< of a piece before it is halved; 0: by the size of the volume
  };

  /// Looks at the cache. Costs what volumeIdentity costs. Throws data::ReadError.
  PyramidVolume(std::shared_ptr<const data::FieldSource> source, const std::string& path, std::int64_t time,
                int component, std::shared_ptr<const PyramidCache> cache, const Limits& limits);

  /// Whether levels are to be kept: the volume is large, and its file has none of its own.
  [[nodiscard]] bool wantsLevels() const { return wantsLevels_; }
  /// Bytes that its levels take.
  [[nodiscard]] std::int64_t levelBytes() const;
  [[nodiscard]] const PieceGrid& grid() const { return grid_; }
  [[nodiscard]] const data::FieldInfo& info() const { return source_->info(); }
  [[nodiscard]] std::string folder(bool make) const { return cache_->folderOf(identity_, make); }
  [[nodiscard]] const PyramidCache& cache() const { return *cache_; }

  /// Fills `out` from the pieces that are there, and from the file for the rest. The slab's level is above 0.
  void read(const data::Slab& slab, std::span<std::byte> out) const;
  /// Whether pieces are there for all of the slab, whose level is above 0.
  [[nodiscard]] bool has(const data::Slab& slab) const;
  [[nodiscard]] std::optional<data::Statistics> statistics() const;

  // For the one thread that builds.
  [[nodiscard]] bool has(std::int64_t piece) const { return have_[static_cast<std::size_t>(piece)]; }
  /// Looks again which pieces are there: another service may have made some.
  void look();
  /// Removes what a service that was killed left half written. Only with the folder's lock.
  void tidy() const;
  /// Reads a piece of the file, halves it, keeps it, and adds its values to `statistics`. `keep` false: nothing is
  /// kept. Returns why it can't be kept; empty: all is well. Throws data::ReadError when the file gives way.
  [[nodiscard]] std::string build(std::int64_t piece, bool keep, ExactStatistics& statistics);
  /// Adds the statistics of a piece that is there. False when it is damaged: it is then no longer there.
  [[nodiscard]] bool gather(std::int64_t piece, ExactStatistics& statistics);
  /// The statistics are whole: they are known from now on, and kept where pieces are. `kept`: so are the levels.
  void finish(const data::Statistics& statistics, bool kept);
  /// The work failed: it isn't worth trying again.
  void giveUp() { givenUp_ = true; }
  /// There is nothing to be built, or no use in trying.
  [[nodiscard]] bool settled() const;

private:
  [[nodiscard]] std::string pieceName(std::int64_t piece) const;
  void readLevel(const data::Slab& slab, std::span<std::byte> out) const;
  [[nodiscard]] bool readPart(std::int64_t piece, const data::Slab& slab, std::span<std::byte> out) const;
  void drop(std::int64_t piece) const;
  [[nodiscard]] std::optional<data::Statistics> keptStatistics() const;

  std::shared_ptr<const data::FieldSource> source_;
  std::int64_t time_;
  int component_;
  std::shared_ptr<const PyramidCache> cache_;
  std::string identity_;
  bool wantsLevels_ = false;
  PieceGrid grid_;
  mutable std::vector<std::atomic<bool>> have_;
  mutable std::atomic<std::int64_t> count_{0};   ///< pieces that are there
  mutable std::atomic<std::int64_t> dropped_{0}; ///< pieces that were found damaged
  std::atomic<bool> givenUp_{false}, unkept_{false};
  mutable std::mutex mutex_; ///< guards what follows
  std::optional<data::Statistics> statistics_;
};

} // namespace discern::io
