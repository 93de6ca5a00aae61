#include "data/error.h"
#include "io/fields/array/array_field.h"
#include "io/fields/array/axes.h"
#include "io/fields/zarr/zarr_array.h"
#include "io/file.h"
#include "io/file_text.h"

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <limits>
#include <list>
#include <map>
#include <mutex>

namespace discern::io {

namespace {

using Chunk = std::shared_ptr<const std::vector<std::byte>>; ///< nullptr: not stored, all fill
using Index = std::vector<std::int64_t>;

constexpr std::size_t keptBytes = 96 << 20;

/// Chunks of an array, the latest kept.
class Chunks {
public:
  explicit Chunks(ZarrArray array) : array_(std::move(array)) {
    elements_ = 1;
    for (const std::int64_t n : array_.chunk)
      elements_ *= static_cast<std::size_t>(n);
  }
  [[nodiscard]] const ZarrArray& array() const { return array_; }

  [[nodiscard]] Chunk get(const Index& at) const {
    const std::lock_guard lock(mutex_);
    if (const auto found = kept_.find(at); found != kept_.end()) {
      latest_.splice(latest_.begin(), latest_, found->second.second);
      return found->second.first;
    }
    const Chunk chunk = load(at);
    latest_.push_front(at);
    kept_.emplace(at, std::pair(chunk, latest_.begin()));
    const std::size_t most =
        std::max<std::size_t>(1, keptBytes / std::max<std::size_t>(1, elements_ * sizeOf(array_.type)));
    while (kept_.size() > most) {
      kept_.erase(latest_.back());
      latest_.pop_back();
    }
    return chunk;
  }

private:
  [[nodiscard]] std::string nameOf(const Index& at) const {
    std::string name = array_.prefixed ? "c" : "";
    for (const std::int64_t n : at)
      name += (name.empty() ? "" : array_.separator) + std::to_string(n);
    if (name.empty()) name = "0";
    return array_.folder + "/" + name;
  }

  [[nodiscard]] Chunk load(const Index& at) const {
    Index file = at;
    for (std::size_t a = 0; a < array_.shard.size(); ++a)
      file[a] = at[a] / array_.shard[a];
    const std::string path = nameOf(file);
    std::error_code problem;
    if (!std::filesystem::exists(path, problem)) return nullptr;
    const File source(path);
    std::vector<std::byte> bytes;
    if (array_.shard.empty()) {
      bytes = source.head(std::min<std::int64_t>(source.size(), 1 << 30));
    } else if (!loadFromShard(source, at, bytes)) {
      return nullptr;
    }
    bytes = unpackChunk(array_.codecs, std::move(bytes), elements_ * sizeOf(array_.type), path);
    if (array_.swapped)
      for (std::size_t i = 0, size = sizeOf(array_.type); i < bytes.size(); i += size)
        std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i),
                     bytes.begin() + static_cast<std::ptrdiff_t>(i + size));
    return std::make_shared<const std::vector<std::byte>>(std::move(bytes));
  }

  /// The bytes of one chunk of a shard; false when it isn't stored.
  bool loadFromShard(const File& shard, const Index& at, std::vector<std::byte>& bytes) const {
    std::int64_t count = 1, place = 0;
    for (std::size_t a = 0; a < at.size(); ++a) {
      count *= array_.shard[a];
      place = place * array_.shard[a] + at[a] % array_.shard[a];
    }
    const std::int64_t size = count * 16 + (array_.indexChecked ? 4 : 0);
    if (shard.size() < size)
      throw data::ReadError(shard.path(), "the shard is shorter than its index; it is cut short");
    std::array<std::uint64_t, 2> entry{};
    shard.readAt((array_.indexAtStart ? 0 : shard.size() - size) + place * 16,
                 std::as_writable_bytes(std::span(entry)));
    if (entry[0] == ~std::uint64_t{0}) return false;
    const auto whole = static_cast<std::uint64_t>(shard.size());
    if (entry[0] > whole || entry[1] > whole - entry[0])
      throw data::ReadError(shard.path(), "a chunk lies outside its shard; it is damaged");
    bytes.resize(entry[1]);
    shard.readAt(static_cast<std::int64_t>(entry[0]), bytes);
    return true;
  }

  ZarrArray array_;
  std::size_t elements_ = 1;
  mutable std::mutex mutex_;
  mutable std::list<Index> latest_;
  mutable std::map<Index, std::pair<Chunk, std::list<Index>::iterator>> kept_;
};

class ZarrField final : public ArrayField {
public:
  ZarrField(data::FieldInfo info, const std::string& order, ZarrArray array, ZarrPacking packing)
      : ArrayField(std::move(info), order), chunks_(std::move(array)), packing_(std::move(packing)) {
    data::dispatch(chunks_.array().type, [&](auto tag) {
      using T = typename decltype(tag)::type;
      const T value = static_cast<T>(chunks_.array().fill);
      std::memcpy(fill_.data(), &value, sizeof value);
    });
  }

protected:
  void box(const Index& start, const Index& count, std::byte* out) const override {
    if (packing_.none()) {
      stored(start, count, out);
      return;
    }
    std::size_t elements = 1;
    for (const std::int64_t n : count)
      elements *= static_cast<std::size_t>(n);
    std::vector<std::byte> raw(elements * sizeOf(chunks_.array().type));
    stored(start, count, raw.data());
    if (info_.type == data::ScalarType::Float64)
      unpack<double>(raw, elements, out);
    else
      unpack<float>(raw, elements, out);
  }

private:
  template <typename To>
  void unpack(const std::vector<std::byte>& raw, std::size_t elements, std::byte* out) const {
    data::dispatch(chunks_.array().type, [&](auto tag) {
      using From = typename decltype(tag)::type;
      for (std::size_t i = 0; i < elements; ++i) {
        From number;
        std::memcpy(&number, raw.data() + i * sizeof(From), sizeof(From));
        const auto value = static_cast<double>(number);
        const bool gone = std::find(packing_.missing.begin(), packing_.missing.end(), value) != packing_.missing.end();
        const To result =
            gone ? std::numeric_limits<To>::quiet_NaN() : static_cast<To>(packing_.scale * value + packing_.offset);
        std::memcpy(out + i * sizeof(To), &result, sizeof(To));
      }
    });
  }

  void stored(const Index& start, const Index& count, std::byte* out) const {
    const std::size_t rank = start.size();
    Index first(rank), last(rank);
    for (std::size_t a = 0; a < rank; ++a) {
      first[a] = start[a] / chunks_.array().chunk[a];
      last[a] = (start[a] + count[a] - 1) / chunks_.array().chunk[a];
    }
    Index at = first;
    while (true) {
      copy(at, chunks_.get(at), start, count, out);
      std::size_t a = rank;
      while (a-- > 0) {
        if (++at[a] <= last[a]) break;
        at[a] = first[a];
        if (a == 0) return;
      }
      if (rank == 0) return;
    }
  }

  /// The part of a chunk that lies in the box.
  void copy(const Index& at, const Chunk& chunk, const Index& start, const Index& count, std::byte* out) const {
    const ZarrArray& array = chunks_.array();
    const std::size_t rank = at.size(), size = sizeOf(array.type);
    Index lo(rank), hi(rank), inside(rank), outside(rank);
    std::int64_t step = 1, wide = 1;
    for (std::size_t i = 0; i < rank; ++i) { // strides in the chunk and in the box
      const std::size_t c = array.fortran ? i : rank - 1 - i, b = rank - 1 - i;
      inside[c] = step;
      step *= array.chunk[c];
      outside[b] = wide;
      wide *= count[b];
    }
    for (std::size_t a = 0; a < rank; ++a) {
      lo[a] = std::max(start[a], at[a] * array.chunk[a]);
      hi[a] = std::min(start[a] + count[a], (at[a] + 1) * array.chunk[a]);
    }
    Index index = lo;
    const std::int64_t run = hi[rank - 1] - lo[rank - 1];
    while (true) {
      std::int64_t from = 0, to = 0;
      for (std::size_t a = 0; a < rank; ++a) {
        from += (index[a] - at[a] * array.chunk[a]) * inside[a];
        to += (index[a] - start[a]) * outside[a];
      }
      std::byte* target = out + static_cast<std::size_t>(to) * size;
      if (chunk && inside[rank - 1] == 1)
        std::memcpy(target, chunk->data() + static_cast<std::size_t>(from) * size,
                    static_cast<std::size_t>(run) * size);
      else
        for (std::int64_t i = 0; i < run; ++i)
          std::memcpy(target + static_cast<std::size_t>(i) * size,
                      chunk ? chunk->data() + static_cast<std::size_t>(from + i * inside[rank - 1]) * size
                            : fill_.data(),
                      size);
      std::size_t a = rank - 1;
      while (a-- > 0) {
        if (++index[a] < hi[a]) break;
        index[a] = lo[a];
        if (a == 0) return;
      }
      if (rank == 1) return;
    }
  }

  Chunks chunks_;
  ZarrPacking packing_;
  std::array<std::byte, 8> fill_{};
};

} // namespace

std::shared_ptr<const data::FieldSource> zarrField(data::FieldInfo info, const std::string& order, ZarrArray array,
                                                   ZarrPacking packing) {
  return std::make_shared<ZarrField>(std::move(info), order, std::move(array), std::move(packing));
}

std::vector<double> zarrValues(const ZarrArray& array, std::int64_t most) {
  if (array.shape.size() != 1 || array.shape[0] < 1 || array.shape[0] > most) return {};
  data::FieldInfo info;
  info.type = array.type;
  info.time.size = array.shape[0];
  std::vector<double> values(static_cast<std::size_t>(array.shape[0]));
  zarrField(info, "t", array)->series({0, 0, 0}, 0, array.shape[0], 0, values);
  return values;
}

} // namespace discern::io
