#include "data/field_source.h"
#include "data/error.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>

namespace discern::data {

namespace {

double asNumber(const std::byte* at, const FieldInfo& info) {
  return dispatch(info.type, [&](auto tag) {
    typename decltype(tag)::type value;
    std::memcpy(&value, at, sizeof value);
    const auto number = static_cast<double>(value);
    return info.missing && number == *info.missing ? std::numeric_limits<double>::quiet_NaN() : number;
  });
}

class MemoryField final : public FieldSource {
public:
  MemoryField(FieldInfo info, std::vector<std::byte> bytes) : info_(std::move(info)), bytes_(std::move(bytes)) {
    const auto expected =
        static_cast<std::size_t>(info_.voxels() * info_.time.size * info_.components) * sizeOf(info_.type);
    if (bytes_.size() != expected)
      throw UsageError("field " + info_.name + ": expected " + std::to_string(expected) + " bytes, got " +
                       std::to_string(bytes_.size()));
  }
  [[nodiscard]] const FieldInfo& info() const override { return info_; }

  void read(const Slab& slab, std::span<std::byte> out) const override {
    check(slab, out.size());
    const std::size_t size = sizeOf(info_.type);
    const std::int64_t stride = std::int64_t{1} << slab.level;
    const Index3 shape = info_.shape;
    // Components are the slowest axis, then time.
    const std::int64_t volume = (slab.component * info_.time.size + slab.time) * info_.voxels();
    std::byte* to = out.data();
    for (std::int64_t k = slab.box.lo[2]; k < slab.box.hi[2]; ++k)
      for (std::int64_t j = slab.box.lo[1]; j < slab.box.hi[1]; ++j) {
        const std::int64_t row = volume + (k * stride * shape[1] + j * stride) * shape[0];
        if (stride == 1) {
          const auto bytes = static_cast<std::size_t>(slab.box.hi[0] - slab.box.lo[0]) * size;
          std::memcpy(to, bytes_.data() + static_cast<std::size_t>(row + slab.box.lo[0]) * size, bytes);
          to += bytes;
        } else {
          for (std::int64_t i = slab.box.lo[0]; i < slab.box.hi[0]; ++i, to += size)
            std::memcpy(to, bytes_.data() + static_cast<std::size_t>(row + i * stride) * size, size);
        }
      }
  }

private:
  FieldInfo info_;
  std::vector<std::byte> bytes_;
};

} // namespace

void FieldSource::series(const Index3& voxel, std::int64_t t0, std::int64_t t1, int component,
                         std::span<double> out) const {
  if (t0 < 0 || t1 < t0 || t1 > info().time.size || out.size() != static_cast<std::size_t>(t1 - t0))
    throw UsageError("field " + info().name + ": time steps " + std::to_string(t0) + " to " + std::to_string(t1) +
                     " asked of " + std::to_string(info().time.size));
  std::array<std::byte, 8> value{};
  const Box box{voxel, {voxel[0] + 1, voxel[1] + 1, voxel[2] + 1}};
  for (std::int64_t t = t0; t < t1; ++t) {
    read({box, t, component, 0}, std::span(value.data(), sizeOf(info().type)));
    out[static_cast<std::size_t>(t - t0)] = asNumber(value.data(), info());
  }
}

std::optional<Statistics> FieldSource::exactStatistics(std::int64_t, int) const { return std::nullopt; }
bool FieldSource::isFinal(const Slab&) const { return true; }
SkyPosition FieldSource::skyAt(const Vec3&) const { return {}; }

void FieldSource::check(const Slab& slab, std::size_t bytes) const {
  const FieldInfo& field = info();
  if (slab.level < 0 || slab.level >= field.levels)
    throw UsageError("field " + field.name + ": level " + std::to_string(slab.level) + " asked, it has " +
                     std::to_string(field.levels));
  if (slab.time < 0 || slab.time >= field.time.size)
    throw UsageError("field " + field.name + ": time step " + std::to_string(slab.time) + " asked, it has " +
                     std::to_string(field.time.size));
  if (slab.component < 0 || slab.component >= field.components)
    throw UsageError("field " + field.name + ": component " + std::to_string(slab.component) + " asked, it has " +
                     std::to_string(field.components));
  const Index3 shape = field.shapeAt(slab.level);
  for (std::size_t axis = 0; axis < 3; ++axis)
    if (slab.box.lo[axis] < 0 || slab.box.hi[axis] > shape[axis] || slab.box.lo[axis] >= slab.box.hi[axis])
      throw UsageError("field " + field.name + ": box " + std::to_string(slab.box.lo[axis]) + ":" +
                       std::to_string(slab.box.hi[axis]) + " along " + field.axisNames[axis] +
                       " asked, it has 0:" + std::to_string(shape[axis]));
  if (bytes != static_cast<std::size_t>(slab.box.voxels()) * sizeOf(field.type))
    throw UsageError("field " + field.name + ": room for " + std::to_string(bytes) + " bytes given, the box needs " +
                     std::to_string(static_cast<std::size_t>(slab.box.voxels()) * sizeOf(field.type)));
}

Table Dataset::table(std::string_view name) const {
  throw UsageError(info().path + " has no table \"" + std::string(name) + "\"");
}

std::shared_ptr<const GridSource> Dataset::grid(std::string_view name) const {
  throw UsageError(info().path + " has no grid \"" + std::string(name) + "\"");
}

std::shared_ptr<FieldSource> memoryField(FieldInfo info, std::vector<std::byte> bytes) {
  return std::make_shared<MemoryField>(std::move(info), std::move(bytes));
}

void to_json(nlohmann::json& json, const Table& table) {
  json = {{"name", table.info.name}, {"units", table.info.units}, {"rows", table.info.rows}};
  auto& columns = json["columns"] = nlohmann::json::array();
  for (std::size_t i = 0; i < table.info.columns.size(); ++i) {
    nlohmann::json column{{"name", table.info.columns[i]}};
    if (i < table.texts.size() && !table.texts[i].empty())
      column["texts"] = table.texts[i];
    else if (i < table.numbers.size())
      column["numbers"] = table.numbers[i];
    columns.push_back(std::move(column));
  }
}

void from_json(const nlohmann::json& json, Table& table) {
  table = Table{};
  table.info.name = json.value("name", "");
  table.info.units = json.value("units", std::vector<std::string>{});
  table.info.rows = json.value("rows", std::int64_t{0});
  for (const auto& column : json.at("columns")) {
    table.info.columns.push_back(column.at("name"));
    table.texts.push_back(column.value("texts", std::vector<std::string>{}));
    auto& numbers = table.numbers.emplace_back();
    if (column.contains("numbers"))
      for (const auto& number : column.at("numbers"))
        numbers.push_back(number.is_null() ? std::numeric_limits<double>::quiet_NaN() : number.get<double>());
  }
}

void to_json(nlohmann::json& json, const Slab& slab) {
  json = {{"lo", slab.box.lo},
          {"hi", slab.box.hi},
          {"time", slab.time},
          {"component", slab.component},
          {"level", slab.level}};
  if (slab.single) json["single"] = true;
}

void from_json(const nlohmann::json& json, Slab& slab) {
  slab.box.lo = json.at("lo");
  slab.box.hi = json.at("hi");
  slab.time = json.value("time", std::int64_t{0});
  slab.component = json.value("component", 0);
  slab.level = json.value("level", 0);
  slab.single = json.value("single", false);
}

} // namespace discern::data
