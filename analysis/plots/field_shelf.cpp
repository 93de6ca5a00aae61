#include "plots/field_shelf.h"

#include "data/error.h"
#include "methods/statistics/pair_density.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_set>

namespace discern::plots {
namespace {

constexpr std::int64_t mostVoxels = std::int64_t{1} << 29; ///< of one field: 2 GiB as floats
constexpr std::int64_t pieceBytes = std::int64_t{1} << 24;

std::string nameOf(const data::FieldInfo& info) { return info.quantity.empty() ? info.name : info.quantity; }

/// Reads a field piece by piece and hands each number on with its place.
template <typename Take>
data::FieldInfo readAll(const data::FieldRef& ref, const Sources& sources, const Take& take) {
  const auto field = sources(ref.path).field(ref.field);
  const data::FieldInfo& info = field->info();
  if (ref.component < 0 || ref.component >= info.components || ref.time < 0 || ref.time >= info.time.size)
    throw data::UsageError(ref.path + ": \"" + info.name + "\" has no such component or time step");
  if (info.voxels() > mostVoxels)
    throw data::UsageError(ref.path + ": a plot counts at most " + std::to_string(mostVoxels) + " voxels, \"" +
                           info.name + "\" has " + std::to_string(info.voxels()));
  const std::int64_t plane = info.shape[0] * info.shape[1];
  const std::int64_t planes = std::clamp<std::int64_t>(
      pieceBytes / std::max<std::int64_t>(1, plane * static_cast<std::int64_t>(data::sizeOf(info.type))), 1,
      info.shape[2]);
  std::vector<std::byte> bytes;
  for (std::int64_t k = 0; k < info.shape[2]; k += planes) {
    const data::Box box{{0, 0, k}, {info.shape[0], info.shape[1], std::min(info.shape[2], k + planes)}};
    bytes.resize(static_cast<std::size_t>(box.voxels()) * data::sizeOf(info.type));
    field->read({box, ref.time, ref.component, 0}, bytes);
    data::dispatch(info.type, [&](auto tag) {
      using T = typename decltype(tag)::type;
      const T* from = reinterpret_cast<const T*>(bytes.data());
      const auto first = static_cast<std::size_t>(k * plane), count = static_cast<std::size_t>(box.voxels());
      for (std::size_t i = 0; i < count; ++i)
        take(first + i, from[i]);
    });
  }
  return info;
}

} // namespace

std::string keyOf(const data::FieldRef& ref, const Sources& sources, const char* kind) {
  return std::string(kind) + '\0' + ref.path + '\0' + sources(ref.path).stamp + '\0' + ref.field + '\0' +
         std::to_string(ref.component) + '\0' + std::to_string(ref.time);
}

void mustMatch(const data::FieldInfo& a, const data::FieldInfo& b) {
  if (a.shape == b.shape) return;
  const auto shape = [](const data::FieldInfo& info) {
    return std::to_string(info.shape[0]) + " × " + std::to_string(info.shape[1]) + " × " +
           std::to_string(info.shape[2]);
  };
  throw data::UsageError(nameOf(a) + " (" + shape(a) + " voxels) and " + nameOf(b) + " (" + shape(b) +
                         ") lie on different grids; only fields on one grid can be put together voxel by voxel");
}

std::shared_ptr<const void>
FieldShelf::keep(const std::string& key, const std::function<std::pair<std::shared_ptr<const void>, double>()>& make) {
  std::shared_ptr<Entry> entry;
  {
    const std::lock_guard lock(mutex_);
    const auto found = std::find_if(entries_.begin(), entries_.end(), [&](const auto& one) { return one->key == key; });
    if (found != entries_.end()) {
      entries_.splice(entries_.begin(), entries_, found);
    } else {
      entries_.push_front(std::make_shared<Entry>());
      entries_.front()->key = key;
    }
    entry = entries_.front();
  }
  const std::lock_guard making(entry->making);
  if (!entry->what) {
    auto [what, bytes] = make();
    const std::lock_guard lock(mutex_);
    entry->what = std::move(what);
    entry->bytes = bytes;
    trim();
  }
  return entry->what;
}

void FieldShelf::trim() {
  double held = 0;
  for (auto entry = entries_.begin(); entry != entries_.end();) {
    held += (*entry)->bytes;
    const bool kept = entry == entries_.begin() || !(*entry)->what || held <= budget_;
    entry = kept ? std::next(entry) : entries_.erase(entry);
  }
}

ValuesPtr FieldShelf::values(const data::FieldRef& ref, const Sources& sources) {
  return get<Values>(keyOf(ref, sources, "values"), [&] {
    auto made = std::make_shared<Values>();
    const auto field = sources(ref.path).field(ref.field);
    made->numbers.resize(static_cast<std::size_t>(std::min(field->info().voxels(), mostVoxels)));
    const std::optional<double> missing = field->info().missing;
    constexpr float nan = std::numeric_limits<float>::quiet_NaN();
    made->info = readAll(ref, sources, [&](std::size_t at, auto value) {
      made->numbers[at] = missing && static_cast<double>(value) == *missing ? nan : static_cast<float>(value);
    });
    return std::pair<std::shared_ptr<const void>, double>(made, 4.0 * static_cast<double>(made->numbers.size()));
  });
}

LabelsPtr FieldShelf::labels(const data::FieldRef& ref, const Sources& sources) {
  return get<Labels>(keyOf(ref, sources, "labels"), [&] {
    auto made = std::make_shared<Labels>();
    const auto field = sources(ref.path).field(ref.field);
    made->numbers.resize(static_cast<std::size_t>(std::min(field->info().voxels(), mostVoxels)));
    const std::optional<double> missing = field->info().missing;
    made->info = readAll(ref, sources, [&](std::size_t at, auto value) {
      const auto number = static_cast<double>(value);
      const bool whole = number > INT32_MIN && number <= INT32_MAX && std::floor(number) == number;
      made->numbers[at] = !whole || (missing && number == *missing) ? Labels::none : static_cast<std::int32_t>(number);
    });
    return std::pair<std::shared_ptr<const void>, double>(made, 4.0 * static_cast<double>(made->numbers.size()));
  });
}

MaskPtr FieldShelf::mask(const data::VoxelRule& rule, const Sources& sources) {
  if (rule.empty()) throw data::UsageError("a rule without conditions means no voxels");
  std::string key = "mask";
  for (const data::VoxelCondition& condition : rule.all) {
    key += '\0' + sources(condition.of.path).stamp;
    if (!condition.outline.empty()) key += '\0' + sources(condition.against.path).stamp;
  }
  return get<Mask>(key + '\0' + nlohmann::json(rule).dump(), [&] {
    auto made = std::make_shared<Mask>();
    std::vector<std::uint8_t> one;
    const auto meet = [&](const data::FieldInfo& info, const auto& test) {
      if (made->inside.empty()) {
        made->info = info;
        made->inside.assign(static_cast<std::size_t>(info.voxels()), 1);
      }
      mustMatch(made->info, info);
      const auto count = static_cast<std::int64_t>(made->inside.size());
#pragma omp parallel for schedule(static)
      for (std::int64_t i = 0; i < count; ++i)
        made->inside[static_cast<std::size_t>(i)] &= static_cast<std::uint8_t>(test(static_cast<std::size_t>(i)));
    };
    for (const data::VoxelCondition& condition : rule.all) {
      if (!condition.labels.empty()) {
        const LabelsPtr labels = this->labels(condition.of, sources);
        // Small labels by a table, the others by hash.
        constexpr std::int64_t tabled = 1 << 16;
        std::vector<std::uint8_t> table(tabled, 0);
        std::unordered_set<std::int32_t> large;
        for (const std::int64_t label : condition.labels)
          if (label >= 0 && label < tabled)
            table[static_cast<std::size_t>(label)] = 1;
          else if (label > INT32_MIN && label <= INT32_MAX)
            large.insert(static_cast<std::int32_t>(label));
        meet(labels->info, [&](std::size_t i) {
          const std::int32_t label = labels->numbers[i];
          return label >= 0 && label < tabled ? table[static_cast<std::size_t>(label)] != 0 : large.contains(label);
        });
      }
      if (condition.range) {
        const ValuesPtr values = this->values(condition.of, sources);
        const auto low = static_cast<float>((*condition.range)[0]), high = static_cast<float>((*condition.range)[1]);
        meet(values->info, [&](std::size_t i) { return values->numbers[i] >= low && values->numbers[i] <= high; });
      }
      if (!condition.outline.empty()) {
        const ValuesPtr x = this->values(condition.of, sources), y = this->values(condition.against, sources);
        mustMatch(x->info, y->info);
        one.resize(x->numbers.size());
        methods::insidePolygon(x->numbers, y->numbers, condition.outline, one);
        meet(x->info, [&](std::size_t i) { return one[i] != 0; });
      }
    }
    if (made->inside.empty()) throw data::UsageError("a rule without conditions means no voxels");
    made->chosen = std::count(made->inside.begin(), made->inside.end(), std::uint8_t{1});
    return std::pair<std::shared_ptr<const void>, double>(made, static_cast<double>(made->inside.size()));
  });
}

} // namespace discern::plots
