#include "data/error.h"
#include "methods/statistics/pair_density.h"
#include "plots/workings.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace discern::plots {
namespace {

/// A range that can be divided into bins, whatever was asked for.
std::array<double, 2> usable(std::array<double, 2> range) {
  if (range[0] < range[1]) return range;
  const double around = std::max(0.5, 0.1 * std::abs(range[0]));
  return {range[0] - around, range[0] + around};
}

/// Of whole numbers each cell holds as many: else some would have one more, and the picture bands.
void alignToWholeNumbers(const data::FieldInfo& info, std::array<double, 2>& range, int& cells) {
  if (data::isFloating(info.type)) return;
  const double low = std::floor(range[0] + 0.5), numbers = std::floor(range[1] + 0.5) - low + 1;
  const double each = std::max(1.0, std::ceil(numbers / cells));
  cells = static_cast<int>(std::max(1.0, std::ceil(numbers / each)));
  range = {low - 0.5, low - 0.5 + cells * each};
}

MaskPtr chosenBy(const data::VoxelRule& rule, const data::FieldInfo& of, FieldShelf& shelf, const Sources& sources) {
  if (rule.empty()) return nullptr;
  MaskPtr mask = shelf.mask(rule, sources);
  return mask->info.shape == of.shape ? mask : nullptr; // chosen elsewhere: none of these voxels
}

/// What does not depend on what is chosen: counted once for each part in sight.
std::shared_ptr<const data::DensityAnswer> wholeDensity(const data::DensityRequest& request, FieldShelf& shelf,
                                                        const Sources& sources, const Values& x, const Values& y) {
  const std::string pair = keyOf(request.x, sources, "pair") + keyOf(request.y, sources, "against");
  const auto moments = std::static_pointer_cast<const methods::PairMoments>(shelf.keep(pair, [&] {
    return std::pair<std::shared_ptr<const void>, double>(
        std::make_shared<const methods::PairMoments>(methods::pairMoments(x.numbers, y.numbers)), 256);
  }));
  nlohmann::json part = request;
  part.erase("chosen");
  return std::static_pointer_cast<const data::DensityAnswer>(shelf.keep(pair + part.dump(), [&] {
    auto made = std::make_shared<data::DensityAnswer>();
    made->across = request.across;
    made->up = request.up;
    made->voxels = x.info.voxels();
    made->missing = moments->missing;
    made->correlation = moments->correlation;
    made->xExtent = moments->xRange;
    made->yExtent = moments->yRange;
    made->xRange = usable(request.xRange.value_or(moments->xRange));
    made->yRange = usable(request.yRange.value_or(moments->yRange));
    alignToWholeNumbers(x.info, made->xRange, made->across);
    alignToWholeNumbers(y.info, made->yRange, made->up);
    methods::PairDensity all =
        methods::pairDensity(x.numbers, y.numbers, {}, made->xRange, made->yRange, made->across, made->up);
    made->counts = std::move(all.counts);
    made->inside = all.inside;
    return std::pair<std::shared_ptr<const void>, double>(made, 4.0 * static_cast<double>(made->counts.size()));
  }));
}

} // namespace

data::DensityAnswer density(const data::DensityRequest& request, FieldShelf& shelf, const Sources& sources) {
  constexpr int most = 4096;
  if (request.across < 1 || request.up < 1 || request.across > most || request.up > most)
    throw data::UsageError("a plot of points has 1 to " + std::to_string(most) + " cells along an axis");
  const ValuesPtr x = shelf.values(request.x, sources), y = shelf.values(request.y, sources);
  mustMatch(x->info, y->info);
  data::DensityAnswer answer = *wholeDensity(request, shelf, sources, *x, *y);
  if (const MaskPtr mask = chosenBy(request.chosen, x->info, shelf, sources)) {
    answer.chosenVoxels = mask->chosen;
    answer.chosen = methods::pairDensity(x->numbers, y->numbers, mask->inside, answer.xRange, answer.yRange,
                                         answer.across, answer.up)
                        .counts;
  }
  return answer;
}

data::HistogramAnswer histogram(const data::HistogramRequest& request, FieldShelf& shelf, const Sources& sources) {
  constexpr int most = 65536;
  if (request.bins < 1 || request.bins > most)
    throw data::UsageError("a histogram has 1 to " + std::to_string(most) + " bins");
  const ValuesPtr values = shelf.values(request.of, sources);
  const methods::PairMoments moments = methods::pairMoments(values->numbers, values->numbers);
  data::HistogramAnswer answer;
  answer.voxels = values->info.voxels();
  answer.missing = moments.missing;
  answer.extent = moments.xRange;
  answer.range = usable(request.range.value_or(moments.xRange));
  int bins = request.bins;
  if (!data::isFloating(values->info.type)) answer.extent = {answer.extent[0] - 0.5, answer.extent[1] + 0.5};
  alignToWholeNumbers(values->info, answer.range, bins);
  answer.counts = methods::valueCounts(values->numbers, {}, answer.range, bins);
  double sum = 0, squares = 0, chosenSum = 0;
  const MaskPtr mask = chosenBy(request.chosen, values->info, shelf, sources);
  std::int64_t chosen = 0;
  const auto count = static_cast<double>(moments.count);
  for (std::size_t i = 0; i < values->numbers.size(); ++i) {
    const double value = values->numbers[i];
    if (!std::isfinite(value)) continue;
    sum += value;
    if (mask && mask->inside[i] != 0) {
      chosenSum += value;
      ++chosen;
    }
  }
  constexpr double nan = std::numeric_limits<double>::quiet_NaN();
  answer.mean = moments.count > 0 ? sum / count : nan;
  for (const float value : values->numbers)
    if (std::isfinite(value)) squares += (value - answer.mean) * (value - answer.mean);
  answer.deviation = moments.count > 0 ? std::sqrt(squares / count) : nan;
  answer.chosenMean = chosen > 0 ? chosenSum / static_cast<double>(chosen) : nan;
  if (mask) {
    answer.chosenVoxels = mask->chosen;
    answer.chosen = methods::valueCounts(values->numbers, mask->inside, answer.range, bins);
  }
  return answer;
}

data::MaskAnswer mask(const data::MaskRequest& request, FieldShelf& shelf, const Sources& sources) {
  const auto field = sources(request.path).field(request.field);
  const data::FieldInfo& info = field->info();
  const MaskPtr whole = shelf.mask(request.rule, sources);
  mustMatch(info, whole->info);
  const data::Slab& slab = request.slab;
  const data::Index3 shape = info.shapeAt(slab.level);
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (slab.box.lo[axis] < 0 || slab.box.lo[axis] > slab.box.hi[axis] || slab.box.hi[axis] > shape[axis])
      throw data::UsageError(request.path + ": the box lies outside the field");
  data::MaskAnswer answer;
  answer.chosen = whole->chosen;
  answer.inside.reserve(static_cast<std::size_t>(slab.box.voxels()));
  // On a coarse level a voxel is meant when the first of those it stands for is.
  const auto place = [&](std::int64_t i, std::size_t axis) { return info.shape[axis] > 1 ? i << slab.level : i; };
  for (std::int64_t k = slab.box.lo[2]; k < slab.box.hi[2]; ++k)
    for (std::int64_t j = slab.box.lo[1]; j < slab.box.hi[1]; ++j)
      for (std::int64_t i = slab.box.lo[0]; i < slab.box.hi[0]; ++i)
        answer.inside.push_back(whole->inside[static_cast<std::size_t>(
            (place(k, 2) * info.shape[1] + place(j, 1)) * info.shape[0] + place(i, 0))]);
  return answer;
}

} // namespace discern::plots
