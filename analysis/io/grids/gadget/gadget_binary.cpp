#include "io/grids/gadget/gadget_reader.h"

#include "io/file_text.h"
#include "io/grids/object/grid_steps.h"

#include <algorithm>
#include <cstring>
#include <vtkDoubleArray.h>
#include <vtkFloatArray.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkUnsignedIntArray.h>
#include <vtkUnsignedLongLongArray.h>

namespace discern::io {

namespace {

constexpr std::int64_t headerBytes = 256;
constexpr std::size_t kinds = 6;

struct Block {
  std::string label; ///< four letters; made up in files of the first format
  std::int64_t begin = 0, bytes = 0;
};

class Snapshot {
public:
  explicit Snapshot(std::shared_ptr<const File> file) : file_(std::move(file)) {
    const auto first = marker(0);
    swapped_ = first != headerBytes && first != 8;
    labelled_ = marker(0) == 8;
    readBlocks();
    readHeader();
    nameBlocks();
  }
  [[nodiscard]] const std::string& path() const { return file_->path(); }
  [[nodiscard]] std::int64_t count(std::size_t kind) const { return counts_[kind]; }
  [[nodiscard]] std::int64_t total() const {
    std::int64_t sum = 0;
    for (const std::int64_t n : counts_)
      sum += n;
    return sum;
  }
  [[nodiscard]] double mass(std::size_t kind) const { return number<double>(header_, 24 + 8 * kind); }
  [[nodiscard]] double headerNumber(std::size_t at) const { return number<double>(header_, at); }
  [[nodiscard]] std::int32_t headerWhole(std::size_t at) const { return number<std::int32_t>(header_, at); }
  [[nodiscard]] const Block* block(const std::string& label) const {
    const auto at = std::find_if(blocks_.begin(), blocks_.end(), [&](const Block& b) { return b.label == label; });
    return at == blocks_.end() ? nullptr : &*at;
  }
  /// Particles first … first + count of a block that has `all` of them, with `components` values each.
  template <typename T, typename Array>
  vtkSmartPointer<Array> values(const Block& block, std::int64_t first, std::int64_t count, int components) const {
    const auto array = vtkSmartPointer<Array>::New();
    array->SetNumberOfComponents(components);
    array->SetNumberOfTuples(count);
    const auto size = static_cast<std::int64_t>(sizeof(T));
    const std::span<T> to(reinterpret_cast<T*>(array->GetVoidPointer(0)), static_cast<std::size_t>(count * components));
    const auto bytes = std::as_writable_bytes(to);
    file_->readAt(block.begin + first * components * size, bytes);
    if (swapped_)
      for (std::size_t i = 0; i < bytes.size(); i += sizeof(T))
        std::reverse(bytes.begin() + static_cast<std::ptrdiff_t>(i),
                     bytes.begin() + static_cast<std::ptrdiff_t>(i + sizeof(T)));
    return array;
  }

private:
  template <typename T>
  [[nodiscard]] T number(const std::vector<std::byte>& bytes, std::size_t at) const {
    std::array<std::byte, sizeof(T)> raw{};
    std::copy_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), sizeof(T), raw.begin());
    if (swapped_) std::reverse(raw.begin(), raw.end());
    T value;
    std::memcpy(&value, raw.data(), sizeof(T));
    return value;
  }
  [[nodiscard]] std::int64_t marker(std::int64_t at) const {
    std::vector<std::byte> bytes(4);
    file_->readAt(at, bytes);
    return number<std::uint32_t>(bytes, 0);
  }

  /// A block is its length, its bytes and its length again. In the second format a block of 8 bytes names the next.
  void readBlocks() {
    std::string label;
    for (std::int64_t at = 0; at + 8 <= file_->size();) {
      const std::int64_t bytes = marker(at);
      if (bytes > file_->size() - at - 8)
        throw data::ReadError(path(), "a block at byte " + std::to_string(at) + " has " + std::to_string(bytes) +
                                          " bytes, the file ends after " + std::to_string(file_->size() - at - 4));
      if (marker(at + 4 + bytes) != bytes)
        throw data::ReadError(path(), "a block at byte " + std::to_string(at) + " has the lengths " +
                                          std::to_string(bytes) + " before and " +
                                          std::to_string(marker(at + 4 + bytes)) + " behind it");
      if (labelled_ && label.empty() && bytes == 8) {
        std::array<char, 4> letters{};
        file_->readAt(at + 4, std::as_writable_bytes(std::span(letters)));
        label.assign(letters.data(), letters.size());
      } else {
        blocks_.push_back({label, at + 4, bytes});
        label.clear();
      }
      at += bytes + 8;
    }
  }

  void readHeader() {
    if (blocks_.empty() || blocks_.front().bytes != headerBytes)
      throw data::ReadError(path(), "expected a GADGET header of 256 bytes");
    header_.resize(headerBytes);
    file_->readAt(blocks_.front().begin, header_);
    double sum = 0;
    for (std::size_t kind = 0; kind < kinds; ++kind) {
      counts_[kind] = number<std::uint32_t>(header_, 4 * kind);
      sum += static_cast<double>(counts_[kind]);
    }
    constexpr double leastBytes = 12; // a place
    if (sum < 1 || sum * leastBytes > static_cast<double>(file_->size()))
      throw data::ReadError(path(), "its header says " + numberText(sum) + " particles, the file has " +
                                        byteText(static_cast<double>(file_->size())));
  }

  void nameBlocks() {
    if (!labelled_) {
      std::vector<std::string> order{"HEAD", "POS ", "VEL ", "ID  "};
      if (withMass() > 0) order.emplace_back("MASS");
      if (count(0) > 0) {
        order.insert(order.end(), {"U   ", "RHO "});
        constexpr std::size_t cooling = 120;
        if (headerWhole(cooling) != 0) order.insert(order.end(), {"NE  ", "NH  "});
        order.emplace_back("HSML");
      }
      for (std::size_t i = 0; i < blocks_.size() && i < order.size(); ++i)
        blocks_[i].label = order[i];
    }
    for (const char* label : {"POS ", "VEL "}) {
      const Block* found = block(label);
      if (!found) {
        if (*label == 'P') throw data::ReadError(path(), "expected a block of places behind the header");
        continue;
      }
      if (found->bytes != 12 * total() && found->bytes != 24 * total())
        throw data::ReadError(path(), "expected 12 or 24 bytes for each of " + std::to_string(total()) +
                                          " particles, found a block of " + std::to_string(found->bytes));
    }
  }

  /// Particles whose masses are in a block: those of kinds without one in the header.
  [[nodiscard]] std::int64_t withMass() const {
    std::int64_t sum = 0;
    for (std::size_t kind = 0; kind < kinds; ++kind)
      if (mass(kind) == 0) sum += counts_[kind];
    return sum;
  }

  std::shared_ptr<const File> file_;
  bool swapped_ = false, labelled_ = false;
  std::vector<Block> blocks_;
  std::vector<std::byte> header_;
  std::array<std::int64_t, kinds> counts_{};
};

/// A block of floats, of `all` particles, or nothing when it isn't there or has another length.
vtkSmartPointer<vtkDataArray> floats(const Snapshot& snapshot, const char* label, const char* name, std::int64_t all,
                                     std::int64_t first, std::int64_t count, int components) {
  const Block* block = snapshot.block(label);
  if (!block) return nullptr;
  vtkSmartPointer<vtkDataArray> array;
  if (block->bytes == 4 * all * components)
    array = snapshot.values<float, vtkFloatArray>(*block, first, count, components);
  else if (block->bytes == 8 * all * components)
    array = snapshot.values<double, vtkDoubleArray>(*block, first, count, components);
  if (array) array->SetName(name);
  return array;
}

vtkSmartPointer<vtkDataArray> ids(const Snapshot& snapshot, std::int64_t first, std::int64_t count) {
  const Block* block = snapshot.block("ID  ");
  if (!block) return nullptr;
  vtkSmartPointer<vtkDataArray> array;
  if (block->bytes == 4 * snapshot.total())
    array = snapshot.values<std::uint32_t, vtkUnsignedIntArray>(*block, first, count, 1);
  else if (block->bytes == 8 * snapshot.total())
    array = snapshot.values<std::uint64_t, vtkUnsignedLongLongArray>(*block, first, count, 1);
  if (array) array->SetName("ParticleIDs");
  return array;
}

vtkSmartPointer<vtkDataObject> particles(const Snapshot& snapshot, std::size_t kind) {
  std::int64_t first = 0, firstMass = 0, allMass = 0;
  for (std::size_t k = 0; k < kinds; ++k) {
    if (k < kind) first += snapshot.count(k);
    if (snapshot.mass(k) != 0) continue;
    if (k < kind) firstMass += snapshot.count(k);
    allMass += snapshot.count(k);
  }
  const std::int64_t count = snapshot.count(kind), all = snapshot.total();
  const auto cloud = vtkSmartPointer<vtkPolyData>::New();
  const auto points = vtkSmartPointer<vtkPoints>::New();
  points->SetData(floats(snapshot, "POS ", "points", all, first, count, 3));
  cloud->SetPoints(points);
  const auto add = [&](const vtkSmartPointer<vtkDataArray>& array) {
    if (array) cloud->GetPointData()->AddArray(array);
  };
  add(floats(snapshot, "VEL ", "Velocities", all, first, count, 3));
  add(ids(snapshot, first, count));
  if (snapshot.mass(kind) == 0) {
    add(floats(snapshot, "MASS", "Masses", allMass, firstMass, count, 1));
  } else {
    const auto mass = vtkSmartPointer<vtkDoubleArray>::New();
    mass->SetName("Masses");
    mass->SetNumberOfValues(count);
    mass->FillValue(snapshot.mass(kind));
    add(mass);
  }
  if (kind == 0) {
    add(floats(snapshot, "U   ", "InternalEnergy", count, 0, count, 1));
    add(floats(snapshot, "RHO ", "Density", count, 0, count, 1));
    add(floats(snapshot, "NE  ", "ElectronAbundance", count, 0, count, 1));
    add(floats(snapshot, "NH  ", "NeutralHydrogenAbundance", count, 0, count, 1));
    add(floats(snapshot, "HSML", "SmoothingLength", count, 0, count, 1));
  }
  return cloud;
}

} // namespace

bool isGadget(const Candidate& c) {
  using namespace std::string_view_literals;
  const auto framed = [&](std::string_view length, std::size_t at) {
    return c.begins(length, at) && c.begins(length, at + 4 + 256);
  };
  constexpr auto little = "\0\1\0\0"sv, big = "\0\0\1\0"sv;
  if (c.gzip) return false;
  if (c.begins("HEAD", 4)) return framed(little, 16) || framed(big, 16);
  return framed(little, 0) || framed(big, 0);
}

std::string gadgetKind(int type) {
  constexpr std::array names{"gas", "halo", "disk", "bulge", "stars", "boundary"};
  return type >= 0 && type < static_cast<int>(names.size()) ? names[static_cast<std::size_t>(type)]
                                                            : "type " + std::to_string(type);
}

std::shared_ptr<data::Dataset> openGadget(const std::shared_ptr<const File>& file) {
  const auto snapshot = std::make_shared<const Snapshot>(file);
  GridParts parts;
  parts.info.path = file->path();
  parts.info.format = "GADGET snapshot";
  parts.info.warnings.emplace_back("The file states no units. GADGET's own are kpc/h, km/s and 10^10 Msun/h.");
  const std::array<std::pair<const char*, std::size_t>, 6> numbers{
      {{"Time", 72}, {"Redshift", 80}, {"BoxSize", 128}, {"Omega0", 136}, {"OmegaLambda", 144}, {"HubbleParam", 152}}};
  for (const auto& [name, at] : numbers)
    parts.info.attributes[name] = numberText(snapshot->headerNumber(at));
  constexpr std::size_t filesAt = 124;
  if (const int files = snapshot->headerWhole(filesAt); files > 1)
    parts.info.warnings.push_back("The snapshot is in " + std::to_string(files) + " files; this is one of them.");
  for (std::size_t kind = 0; kind < kinds; ++kind) {
    if (snapshot->count(kind) == 0) continue;
    GridSpec spec;
    spec.name = gadgetKind(static_cast<int>(kind));
    spec.kind = data::GridKind::Particles;
    spec.time.values = {snapshot->headerNumber(72)};
    spec.load = [snapshot, kind](std::int64_t) { return particles(*snapshot, kind); };
    parts.grids.push_back(std::move(spec));
  }
  return gridDataset(std::move(parts));
}

} // namespace discern::io
