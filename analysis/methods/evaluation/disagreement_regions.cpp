#include "methods/evaluation/disagreement_regions.h"

#include "methods/morphology/distance_transform.h"
#include "methods/parallel/progress_meter.h"

#include <algorithm>
#include <cmath>
#include <memory>
#include <unordered_map>

namespace discern::methods {
namespace {

std::size_t at(std::int64_t i) { return static_cast<std::size_t>(i); }

/// Which item a voxel with a given pair of labels belongs to; -1: none.
class ItemOfPair {
public:
  ItemOfPair(const ContingencyTable& table, const InstanceMatching& matching,
             const std::vector<DisagreementItem>& items) {
    std::vector<std::int32_t> ofRow(table.truthLabels.size(), -1), ofColumn(table.predictionLabels.size(), -1);
    for (std::size_t i = 0; i < items.size(); ++i) {
      for (const std::int32_t row : items[i].rows)
        ofRow[at(row)] = static_cast<std::int32_t>(i);
      for (const std::int32_t column : items[i].columns)
        ofColumn[at(column)] = static_cast<std::int32_t>(i);
    }
    std::unordered_map<std::int32_t, std::int32_t> partner;
    for (const InstanceMatch& match : matching.matches)
      partner.emplace(match.truth, match.prediction);
    for (const auto& e : table.entries) {
      const std::int32_t t = table.truth(e), p = table.prediction(e);
      std::int32_t item = t != 0 ? ofRow[at(e.row)] : -1;
      if (item < 0 && p != 0) item = ofColumn[at(e.column)];
      if (item >= 0 && items[at(item)].row == e.row && items[at(item)].column == e.column) item = -1;
      // A match outside the list is agreement, even where one of the two is in an item by another pair.
      const auto found = partner.find(t);
      if (t != 0 && found != partner.end() && found->second == p) item = -1;
      if (item >= 0) items_.emplace(key(t, p), item);
    }
  }
  [[nodiscard]] std::int32_t operator()(std::int32_t truth, std::int32_t prediction) const {
    const auto found = items_.find(key(truth, prediction));
    return found == items_.end() ? -1 : found->second;
  }

private:
  static std::uint64_t key(std::int32_t truth, std::int32_t prediction) {
    return std::uint64_t{static_cast<std::uint32_t>(truth)} << 32U | static_cast<std::uint32_t>(prediction);
  }
  std::unordered_map<std::uint64_t, std::int32_t> items_;
};

/// The stretches of each item along x, gathered plane by plane so that their order is that of a scan.
struct Stretch {
  std::int64_t row = 0, x0 = 0, x1 = 0;
  std::int32_t item = 0;
};

std::vector<std::vector<Stretch>> stretches(std::span<const std::int32_t> truth,
                                            std::span<const std::int32_t> prediction, const Shape3& shape,
                                            const ItemOfPair& itemOf, std::size_t items, ProgressMeter& meter,
                                            int threads) {
  const std::int64_t nx = shape[0], ny = shape[1], nz = shape[2];
  std::vector<std::vector<Stretch>> perPlane(at(nz));
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
  for (std::int64_t z = 0; z < nz; ++z)
    for (std::int64_t row = z * ny; row < (z + 1) * ny && !meter.stopped(); ++row) {
      const std::int32_t* t = truth.data() + row * nx;
      const std::int32_t* p = prediction.data() + row * nx;
      for (std::int64_t x = 0; x < nx;) {
        const std::int64_t begin = x;
        do
          ++x;
        while (x < nx && t[x] == t[begin] && p[x] == p[begin]);
        const std::int32_t item = t[begin] == 0 && p[begin] == 0 ? -1 : itemOf(t[begin], p[begin]);
        if (item >= 0) perPlane[at(z)].push_back({row, begin, x, item});
      }
      meter.advance(nx);
    }
  std::vector<std::vector<Stretch>> perItem(items);
  for (const auto& plane : perPlane)
    for (const Stretch& s : plane)
      perItem[at(s.item)].push_back(s);
  return perItem;
}

/// Measures one item in a box of its own. Beyond the volume's faces lies no disagreement.
DisagreementRegion measure(const std::vector<Stretch>& own, const Shape3& shape, const Spacing3& spacing) {
  DisagreementRegion region;
  if (own.empty()) return region;
  std::array<std::int64_t, 3> lo = shape, hi{0, 0, 0}, border{}, box{};
  for (const Stretch& s : own) {
    const std::int64_t y = s.row % shape[1], z = s.row / shape[1];
    lo = {std::min(lo[0], s.x0), std::min(lo[1], y), std::min(lo[2], z)};
    hi = {std::max(hi[0], s.x1), std::max(hi[1], y + 1), std::max(hi[2], z + 1)};
    region.voxels += s.x1 - s.x0;
  }
  double voxelVolume = 1;
  for (std::size_t a = 0; a < 3; ++a) {
    border[a] = shape[a] > 1 ? 1 : 0;
    box[a] = hi[a] - lo[a] + 2 * border[a];
    voxelVolume *= shape[a] > 1 ? spacing[a] : 1;
  }
  region.volume = static_cast<double>(region.voxels) * voxelVolume;
  const std::size_t size = at(voxelCount(box));
  std::vector<std::uint8_t> mask(size);
  for (const Stretch& s : own) {
    const std::int64_t y = s.row % shape[1] - lo[1] + border[1], z = s.row / shape[1] - lo[2] + border[2];
    std::fill_n(mask.begin() + (z * box[1] + y) * box[0] + s.x0 - lo[0] + border[0], s.x1 - s.x0, std::uint8_t{1});
  }
  const auto squared = std::make_unique_for_overwrite<float[]>(size);
  squaredDistanceTransform(mask, box, spacing, {squared.get(), size}, {}, 1);
  const auto deepest = std::max_element(squared.get(), squared.get() + size) - squared.get();
  // A volume of one voxel has no outside: then the depth is endless, and 1 stands for it.
  region.depth = std::isfinite(squared[at(deepest)]) ? std::sqrt(static_cast<double>(squared[at(deepest)])) : 1.0;
  region.deepest = {deepest % box[0] - border[0] + lo[0], (deepest / box[0]) % box[1] - border[1] + lo[1],
                    deepest / (box[0] * box[1]) - border[2] + lo[2]};
  return region;
}

} // namespace

std::vector<DisagreementRegion>
disagreementRegions(std::span<const std::int32_t> truth, std::span<const std::int32_t> prediction, const Shape3& shape,
                    const Spacing3& spacing, const ContingencyTable& table, const InstanceMatching& matching,
                    const std::vector<DisagreementItem>& items, const Progress& progress, int threads) {
  threads = threadCount(threads);
  std::vector<DisagreementRegion> regions(items.size());
  ProgressMeter meter(progress, 2 * voxelCount(shape));
  const ItemOfPair itemOf(table, matching, items);
  const auto perItem = stretches(truth, prediction, shape, itemOf, items.size(), meter, threads);
  const auto count = static_cast<std::int64_t>(items.size());
#pragma omp parallel for num_threads(threads) schedule(dynamic, 1)
  for (std::int64_t i = 0; i < count; ++i) {
    if (meter.stopped()) continue;
    regions[at(i)] = measure(perItem[at(i)], shape, spacing);
    meter.advance(voxelCount(shape) / std::max<std::int64_t>(count, 1));
  }
  meter.finish();
  return regions;
}

} // namespace discern::methods
