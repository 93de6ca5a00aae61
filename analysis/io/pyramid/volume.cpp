#include "io/pyramid/volume.h"

#include "io/cache/user_cache.h"
#include "io/pyramid/halve.h"
#include "io/pyramid/piece_file.h"
#include "io/pyramid/volume_key.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace discern::io {
namespace fs = std::filesystem;

namespace {

constexpr const char* statisticsName = "statistics.json";
constexpr std::int64_t leastPiece = 32 << 20, largestPiece = 128 << 20;

std::int64_t bytesOf(const data::FieldInfo& field) {
  return field.voxels() * static_cast<std::int64_t>(data::sizeOf(field.type));
}

std::int64_t pieceBytesFor(const data::FieldInfo& field, const std::string& path, std::int64_t asked) {
  if (asked > 0) return asked;
  // What can only be read on and on is best read in whole slices.
  if (isSequential(path)) return 2 * largestPiece;
  return std::clamp(bytesOf(field) / 128, leastPiece, largestPiece);
}

/// Copies `part`, of its own box, to its place in `out`, which is of `whole`.
void paste(const data::Box& part, std::span<const std::byte> from, const data::Box& whole, std::span<std::byte> out,
           std::size_t size) {
  const data::Index3 shape = whole.shape();
  const std::size_t row = static_cast<std::size_t>(part.hi[0] - part.lo[0]) * size;
  const std::byte* at = from.data();
  for (std::int64_t k = part.lo[2]; k < part.hi[2]; ++k)
    for (std::int64_t j = part.lo[1]; j < part.hi[1]; ++j, at += row) {
      const std::int64_t to = ((k - whole.lo[2]) * shape[1] + j - whole.lo[1]) * shape[0] + part.lo[0] - whole.lo[0];
      std::memcpy(out.data() + static_cast<std::size_t>(to) * size, at, row);
    }
}

data::Box common(const data::Box& a, const data::Box& b) {
  data::Box both;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    both.lo[axis] = std::max(a.lo[axis], b.lo[axis]);
    both.hi[axis] = std::min(a.hi[axis], b.hi[axis]);
  }
  return both;
}

} // namespace

PyramidVolume::PyramidVolume(std::shared_ptr<const data::FieldSource> source, const std::string& path,
                             std::int64_t time, int component, std::shared_ptr<const PyramidCache> cache,
                             const Limits& limits)
    : source_(std::move(source)), time_(time), component_(component), cache_(std::move(cache)) {
  const data::FieldInfo& info = source_->info();
  wantsLevels_ = info.levels > 1 && bytesOf(info) >= limits.from && source_->storedLevels() == 1;
  grid_ = PieceGrid::of(info, pieceBytesFor(info, path, limits.pieceBytes));
  have_ = std::vector<std::atomic<bool>>(static_cast<std::size_t>(grid_.count()));
  if (!wantsLevels_) return;
  identity_ = volumeIdentity(path, *source_, time, component) + " " + std::to_string(grid_.rows) + " " +
              std::to_string(grid_.planes);
  look();
  statistics_ = keptStatistics();
  if (const std::string kept = folder(false); !kept.empty()) PyramidCache::touch(kept);
}

std::int64_t PyramidVolume::levelBytes() const {
  std::int64_t voxels = 0;
  for (int level = 1; level <= grid_.levels; ++level) {
    const data::Index3 shape = source_->info().shapeAt(level);
    voxels += shape[0] * shape[1] * shape[2];
  }
  return voxels * static_cast<std::int64_t>(data::sizeOf(source_->info().type));
}

std::string PyramidVolume::pieceName(std::int64_t piece) const {
  const std::string where = folder(false);
  return where.empty() ? where : where + "/piece-" + std::to_string(piece) + ".h5";
}

void PyramidVolume::look() {
  std::int64_t count = 0;
  const std::string where = folder(false);
  for (std::size_t piece = 0; piece < have_.size(); ++piece) {
    const bool there =
        !where.empty() && ::access((where + "/piece-" + std::to_string(piece) + ".h5").c_str(), R_OK) == 0;
    have_[piece] = there;
    count += there ? 1 : 0;
  }
  count_ = count;
}

void PyramidVolume::tidy() const {
  std::error_code problem;
  for (fs::directory_iterator it(folder(false), problem), end; !problem && it != end; it.increment(problem)) {
    const std::string name = it->path().filename().string();
    std::error_code kept;
    if (name != "lock" && name != statisticsName && !name.ends_with(".h5")) fs::remove(it->path(), kept);
  }
}

void PyramidVolume::drop(std::int64_t piece) const {
  if (!have_[static_cast<std::size_t>(piece)].exchange(false)) return;
  --count_;
  ++dropped_;
  if (const std::string name = pieceName(piece); !name.empty()) ::unlink(name.c_str());
}

bool PyramidVolume::readPart(std::int64_t piece, const data::Slab& slab, std::span<std::byte> out) const {
  if (!has(piece)) return false;
  const data::Box origin = grid_.boxAt(piece, slab.level);
  data::Box own = slab.box;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    own.lo[axis] -= origin.lo[axis];
    own.hi[axis] -= origin.lo[axis];
  }
  if (readPiece(pieceName(piece), identity_, source_->info().type, slab.level, own, out)) return true;
  drop(piece);
  return false;
}

/// A box of a level that pieces have.
void PyramidVolume::readLevel(const data::Slab& slab, std::span<std::byte> out) const {
  const std::size_t size = data::sizeOf(source_->info().type);
  const auto [y0, y1, z0, z1] = grid_.touched(slab.box, slab.level);
  if (y0 == y1 && z0 == z1) {
    if (!readPart(z0 * grid_.across() + y0, slab, out)) source_->read(slab, out);
    return;
  }
  std::vector<std::byte> bytes;
  for (std::int64_t z = z0; z <= z1; ++z)
    for (std::int64_t y = y0; y <= y1; ++y) {
      const std::int64_t piece = z * grid_.across() + y;
      data::Slab part = slab;
      part.box = common(slab.box, grid_.boxAt(piece, slab.level));
      bytes.resize(static_cast<std::size_t>(part.box.voxels()) * size);
      if (!readPart(piece, part, bytes)) source_->read(part, bytes);
      paste(part.box, bytes, slab.box, out, size);
    }
}

bool PyramidVolume::has(const data::Slab& slab) const {
  data::Box box = slab.box;
  const int level = std::min(slab.level, grid_.levels);
  const data::Index3 shape = source_->info().shapeAt(level);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    box.lo[axis] <<= slab.level - level;
    box.hi[axis] = std::min(shape[axis], box.hi[axis] << (slab.level - level));
  }
  const auto [y0, y1, z0, z1] = grid_.touched(box, level);
  for (std::int64_t z = z0; z <= z1; ++z)
    for (std::int64_t y = y0; y <= y1; ++y)
      if (!has(z * grid_.across() + y)) return false;
  return true;
}

void PyramidVolume::read(const data::Slab& slab, std::span<std::byte> out) const {
  if (count_ == 0) return source_->read(slab, out);
  if (slab.level <= grid_.levels) return readLevel(slab, out);
  // Coarser than what is kept: halved on the spot.
  const data::FieldInfo& info = source_->info();
  const int more = slab.level - grid_.levels;
  data::Slab finer = slab;
  finer.level = grid_.levels;
  const data::Index3 shape = info.shapeAt(finer.level);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    finer.box.lo[axis] = slab.box.lo[axis] << more;
    finer.box.hi[axis] = std::min(shape[axis], slab.box.hi[axis] << more);
  }
  std::vector<std::byte> bytes(static_cast<std::size_t>(finer.box.voxels()) * data::sizeOf(info.type));
  readLevel(finer, bytes);
  const auto levels = halved(info, bytes, finer.box.shape(), more);
  std::memcpy(out.data(), levels.back().data(), out.size());
}

std::optional<data::Statistics> PyramidVolume::statistics() const {
  const std::lock_guard lock(mutex_);
  return statistics_;
}

std::optional<data::Statistics> PyramidVolume::keptStatistics() const {
  const std::string where = folder(false);
  if (where.empty()) return std::nullopt;
  const auto bytes = readCached(where + "/" + statisticsName, 1 << 20);
  const auto json = nlohmann::json::parse(reinterpret_cast<const char*>(bytes.data()),
                                          reinterpret_cast<const char*>(bytes.data() + bytes.size()), nullptr, false);
  try {
    if (!json.is_object() || json.at("identity") != identity_) return std::nullopt;
    auto statistics = json.at("statistics").get<data::Statistics>();
    if (statistics.histogram.size() != 256 || statistics.sampled) return std::nullopt;
    return statistics;
  } catch (const std::exception&) {
    return std::nullopt;
  }
}

std::string PyramidVolume::build(std::int64_t piece, bool keep, ExactStatistics& statistics) {
  const data::FieldInfo& info = source_->info();
  const data::Slab slab{grid_.box(piece), time_, component_, 0};
  std::vector<std::byte> values(static_cast<std::size_t>(slab.box.voxels()) * data::sizeOf(info.type));
  source_->read(slab, values);
  ExactStatistics own(info.type);
  own.add(values, info.missing);
  statistics.merge(own);
  if (!keep) return {};
  Piece made;
  made.levels = halved(info, values, slab.box.shape(), grid_.levels);
  values = {};
  data::Index3 shape = slab.box.shape();
  for (int level = 1; level <= grid_.levels; ++level)
    made.shapes.push_back(shape = halfOf(shape));
  made.statistics = own.kept();
  const auto bytes = packPiece(made, info.type, identity_);
  const std::string where = folder(true);
  if (where.empty() || !writeCached(where + "/piece-" + std::to_string(piece) + ".h5", bytes)) {
    const std::string why = cache_->refusal(static_cast<std::int64_t>(bytes.size()));
    return why.empty() ? "a file in " + cache_->folder() + " can't be written; is a quota used up?" : why;
  }
  if (!have_[static_cast<std::size_t>(piece)].exchange(true)) ++count_;
  return {};
}

bool PyramidVolume::gather(std::int64_t piece, ExactStatistics& statistics) {
  const auto kept = readPieceStatistics(pieceName(piece), identity_);
  if (kept && statistics.merge(*kept)) return true;
  drop(piece);
  return false;
}

bool PyramidVolume::settled() const {
  if (givenUp_) return true;
  const bool levels = !wantsLevels_ || unkept_ || count_ == grid_.count() ||
                      dropped_ > 2 * grid_.count(); // a cache from which nothing comes back as it was written
  return levels && statistics().has_value();
}

void PyramidVolume::finish(const data::Statistics& statistics, bool kept) {
  unkept_ = wantsLevels_ && !kept;
  {
    const std::lock_guard lock(mutex_);
    statistics_ = statistics;
  }
  const std::string where = wantsLevels_ && count_ > 0 ? folder(false) : std::string();
  if (where.empty()) return;
  const std::string text = nlohmann::json{{"identity", identity_}, {"statistics", statistics}}.dump(
      -1, ' ', false, nlohmann::json::error_handler_t::replace);
  (void)writeCached(where + "/" + statisticsName, std::as_bytes(std::span(text)));
}

} // namespace discern::io
