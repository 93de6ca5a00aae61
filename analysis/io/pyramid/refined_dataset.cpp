#include "io/pyramid/refined_dataset.h"

#include "data/error.h"

namespace discern::io {

namespace {

constexpr std::size_t mostVolumes = 256; ///< of a field that are remembered: steps that were looked at

/// Fewer voxels than this are seen whole by sampled statistics.
constexpr std::int64_t sampledAbove = std::int64_t{1} << 20;

} // namespace

RefinedField::RefinedField(Refinery& refinery, std::string path, std::shared_ptr<const data::FieldSource> source)
    : refinery_(refinery), path_(std::move(path)), source_(std::move(source)) {}

std::shared_ptr<PyramidVolume> RefinedField::volume(std::int64_t time, int component) const {
  const std::lock_guard lock(mutex_);
  auto& volume = volumes_[{time, component}];
  if (!volume) {
    if (volumes_.size() > mostVolumes)
      std::erase_if(volumes_, [&](const auto& entry) { return entry.second && entry.second.use_count() == 1; });
    const auto& options = refinery_.options();
    auto made = std::make_shared<PyramidVolume>(source_, path_, time, component, options.cache, options.limits);
    volumes_[{time, component}] = made;
    return made;
  }
  return volume;
}

void RefinedField::want(std::int64_t time, int component, const std::shared_ptr<PyramidVolume>& volume) const {
  refinery_.want({path_, source_->info().name, time, component}, volume);
}

void RefinedField::read(const data::Slab& slab, std::span<std::byte> out) const {
  check(slab, out.size());
  // The mean of labels is no label: where they are not known to be labels, single voxels stand for them.
  if (slab.level == 0 || (slab.single && !info().labels)) return source_->read(slab, out);
  const auto at = volume(slab.time, slab.component);
  if (!at->wantsLevels()) return source_->read(slab, out);
  want(slab.time, slab.component, at);
  at->read(slab, out);
}

bool RefinedField::isFinal(const data::Slab& slab) const {
  if (slab.level == 0 || (slab.single && !info().labels)) return true;
  const auto at = volume(slab.time, slab.component);
  return !at->wantsLevels() || at->has(slab);
}

std::optional<data::Statistics> RefinedField::exactStatistics(std::int64_t time, int component) const {
  if (info().voxels() <= sampledAbove || time < 0 || time >= info().time.size || component < 0 ||
      component >= info().components)
    return std::nullopt;
  const auto at = volume(time, component);
  auto known = at->statistics();
  if (!known) want(time, component, at);
  return known;
}

std::shared_ptr<const data::FieldSource> RefinedDataset::field(std::string_view name) const {
  auto field = dataset_->field(name);
  if (!field || field->info().support != data::Support::Voxels) return field;
  return std::make_shared<RefinedField>(refinery_, info().path, std::move(field));
}

} // namespace discern::io
