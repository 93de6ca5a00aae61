#include "io/netcdf/netcdf_reader.h"

#include "io/fields/features/feature_table.h"
#include "io/fields/hdf5/hdf5_file.h"
#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/netcdf/cf_axis.h"
#include "io/netcdf/classic_check.h"
#include "io/netcdf/curvilinear_grid.h"
#include "io/netcdf/library_lock.h"
#include "io/netcdf/netcdf_field.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <map>
#include <netcdf.h>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

namespace discern::io {

namespace {

using data::ScalarType;

constexpr double largestChunk = 256e6;

/// Collects what must be said about the file as a whole, each sentence once.
class Warnings {
public:
  void add(const std::string& sentence) {
    if (seen_.insert(sentence).second) list_.push_back(sentence);
  }
  [[nodiscard]] const std::vector<std::string>& list() const { return list_; }

private:
  std::set<std::string> seen_;
  std::vector<std::string> list_;
};

/// The axes of a variable, and which of them are the field's x, y, z and time.
struct Placement {
  NetcdfAxes axes;                              ///< one a dimension
  std::array<int, 4> dimension{-1, -1, -1, -1}; ///< of x, y, z, time: which of the variable's, or -1
  bool guessed = false;                         ///< some axis is x, y or z by its place alone
};

std::optional<Placement> place(const std::vector<CfAxis>& axes) {
  Placement p;
  p.axes.assign(axes.size(), 4);
  const auto take = [&](std::size_t i, int axis) {
    p.axes[i] = axis;
    p.dimension[static_cast<std::size_t>(axis)] = static_cast<int>(i);
  };
  const auto free = [&](int axis) { return p.dimension[static_cast<std::size_t>(axis)] < 0; };
  for (std::size_t i = axes.size(); i-- > 0;) {
    const int axis = static_cast<int>(axes[i].role) - 1;
    if (axis >= 0 && free(axis)) take(i, axis);
  }
  const bool known = !free(0) && !free(1);
  for (std::size_t i = axes.size(); i-- > 0 && !known;) {
    if (p.axes[i] != 4) continue;
    for (const int axis : {0, 1, 2, 3}) {
      if (!free(axis)) continue;
      take(i, axis);
      p.guessed = true;
      break;
    }
  }
  // A section without x or y (latitude and height, say) lies in the plane of x and y.
  for (const int axis : {0, 1}) {
    if (!free(axis)) continue;
    for (const int next : {1, 2}) {
      if (next <= axis || free(next)) continue;
      take(static_cast<std::size_t>(p.dimension[static_cast<std::size_t>(next)]), axis);
      p.dimension[static_cast<std::size_t>(next)] = -1;
      break;
    }
  }
  if (free(0) || free(1)) return std::nullopt;
  return p;
}

void setSpace(const std::vector<CfAxis>& axes, const Placement& p, data::FieldInfo& info, Warnings& warnings) {
  std::array<const CfAxis*, 3> axis{};
  for (std::size_t a = 0; a < 3; ++a)
    if (p.dimension[a] >= 0) axis[a] = &axes[static_cast<std::size_t>(p.dimension[a])];
  data::Vec3 step{1, 1, 1}, origin{0, 0, 0};
  bool placed = false;
  for (std::size_t a = 0; a < 3; ++a) {
    if (!axis[a]) continue;
    info.axisNames[a] = axis[a]->label;
    if (a == 2 && !axis[a]->unit.empty()) info.axisNames[a] += " (" + axis[a]->unit + ")";
    if (axis[a]->downwards) info.axisNames[a] += ", downwards";
    const auto& values = axis[a]->values;
    if (values.empty()) continue;
    if (const auto even = evenSteps(values)) {
      origin[a] = (*even)[0];
      step[a] = (*even)[1];
      placed = placed || a < 2;
    } else if (isMonotonic(values)) {
      info.coordinates[a] = values;
      origin[a] = values.front();
      step[a] = (values.back() - values.front()) / static_cast<double>(values.size() - 1);
      placed = placed || a < 2;
    } else {
      warnings.add("The coordinate " + axis[a]->name + " neither rises nor falls throughout; its indices are used.");
    }
  }
  info.indexToWorld = data::Affine::scaling(step, origin);
  info.transform = placed ? "coordinates" : "none";
  if (axis[0]->longitude && axis[1]->latitude && placed) {
    info.frame = data::Frame::LonLat;
    info.worldUnit = "degrees";
    if (axis[0]->guessed || axis[1]->guessed)
      warnings.add("The coordinates " + axis[0]->name + " and " + axis[1]->name +
                   " have no unit; by their names they are taken as degrees east and north.");
  } else if (placed) {
    info.frame = data::Frame::Cartesian;
    if (axis[0]->unit == axis[1]->unit)
      info.worldUnit = axis[0]->unit;
    else
      warnings.add("The axes " + axis[0]->name + " and " + axis[1]->name +
                   " differ in unit; lengths across them mean nothing.");
  } else {
    info.frame = data::Frame::VoxelIndex;
    info.worldUnit = "px";
  }
}

void setTime(const CfAxis& axis, std::int64_t size, data::FieldInfo& info) {
  info.time.size = size;
  const bool usable = !axis.values.empty() &&
                      std::all_of(axis.values.begin(), axis.values.end(), [](double v) { return std::isfinite(v); });
  if (!usable) return;
  info.time.unit = axis.unit;
  info.time.values = axis.values;
  if (axis.unit.find(" since ") != std::string::npos)
    info.time.calendar = axis.calendar.empty() ? "standard" : axis.calendar;
}

/// The stored type's own spelling of a missing value, or nothing when the type can't hold it.
std::optional<double> asStored(double value, ScalarType type) {
  return data::dispatch(type, [&](auto tag) -> std::optional<double> {
    using T = typename decltype(tag)::type;
    if constexpr (std::is_floating_point_v<T>) {
      return static_cast<double>(static_cast<T>(value));
    } else {
      if (!std::isfinite(value) || value != std::floor(value)) return std::nullopt;
      if (value < 0 && std::is_unsigned_v<T>) value += std::ldexp(1.0, 8 * sizeof(T)); // _Unsigned files give it signed
      if (value < static_cast<double>(std::numeric_limits<T>::min()) ||
          value > static_cast<double>(std::numeric_limits<T>::max()))
        return std::nullopt;
      return value;
    }
  });
}

/// valid_range, valid_min and valid_max, where they leave out something that the type holds.
void setValid(const NetcdfFile& file, const NetcdfVariable& variable, NetcdfPacking& packing) {
  auto range = file.numbers(variable, "valid_range");
  if (range.size() != 2) {
    const auto least = file.numbers(variable, "valid_min"), most = file.numbers(variable, "valid_max");
    range = {least.size() == 1 ? least[0] : -std::numeric_limits<double>::infinity(),
             most.size() == 1 ? most[0] : std::numeric_limits<double>::infinity()};
  }
  for (double& bound : range)
    if (const auto stored = std::isfinite(bound) ? asStored(bound, packing.stored) : std::nullopt) bound = *stored;
  if (!(range[0] <= range[1])) return; // contradicts itself
  data::dispatch(packing.stored, [&](auto tag) {
    using Limits = std::numeric_limits<typename decltype(tag)::type>;
    if (range[0] > static_cast<double>(Limits::lowest())) packing.least = range[0];
    if (range[1] < static_cast<double>(Limits::max())) packing.most = range[1];
  });
}

NetcdfPacking packingOf(const NetcdfFile& file, const NetcdfVariable& variable, data::FieldInfo& info) {
  NetcdfPacking packing;
  packing.stored = *netcdfType(variable.type);
  if (const std::string sign = lowerCase(file.text(variable, "_Unsigned")); sign == "true") {
    if (packing.stored == ScalarType::Int8)
      packing.stored = ScalarType::UInt8;
    else if (packing.stored == ScalarType::Int16)
      packing.stored = ScalarType::UInt16;
    else if (packing.stored == ScalarType::Int32)
      packing.stored = ScalarType::UInt32;
  }
  bool stated = false; // that the missing value is NaN, which needs no looking for
  for (const char* name : {"_FillValue", "missing_value"})
    for (const double value : file.numbers(variable, name))
      if (std::isnan(value))
        stated = true;
      else if (const auto stored = asStored(value, packing.stored);
               stored && !std::isnan(*stored) &&
               std::find(packing.missing.begin(), packing.missing.end(), *stored) == packing.missing.end())
        packing.missing.push_back(*stored);
  if (!stated && packing.missing.empty() && packing.stored == ScalarType::Float32)
    packing.missing.push_back(static_cast<double>(NC_FILL_FLOAT));
  if (!stated && packing.missing.empty() && packing.stored == ScalarType::Float64)
    packing.missing.push_back(NC_FILL_DOUBLE);
  const auto scale = file.numbers(variable, "scale_factor"), offset = file.numbers(variable, "add_offset");
  packing.scale = scale.size() == 1 && std::isfinite(scale[0]) ? scale[0] : 1;
  packing.offset = offset.size() == 1 && std::isfinite(offset[0]) ? offset[0] : 0;
  packing.scaled = packing.scale != 1 || packing.offset != 0;
  info.type = packing.stored;
  const bool flags = !file.numbers(variable, "flag_values").empty() || !file.text(variable, "discern_labels").empty();
  if (!flags) setValid(file, variable, packing); // labels stay whole numbers
  if (!isFloating(packing.stored)) {
    if (packing.scaled || packing.missing.size() > 1 || std::isfinite(packing.least) || std::isfinite(packing.most))
      info.type = sizeOf(packing.stored) <= 2 ? ScalarType::Float32 : ScalarType::Float64;
    else if (packing.missing.size() == 1)
      info.missing = packing.missing[0];
  }
  return packing;
}

void setLabels(const NetcdfFile& file, const NetcdfVariable& variable, data::FieldInfo& info) {
  const auto values = file.numbers(variable, "flag_values");
  std::istringstream meanings(file.text(variable, "flag_meanings"));
  if (values.empty() || isFloating(info.type)) return;
  info.labels = true;
  std::string meaning;
  for (const double value : values)
    if (meanings >> meaning && std::abs(value) < 1e15) info.labelNames[static_cast<std::int64_t>(value)] = meaning;
}

/// What `discern-run convert` keeps beside the conventions: the placement to the last bit, names of more than one word.
void setKept(const NetcdfFile& file, const NetcdfVariable& variable, data::FieldInfo& info) {
  const auto affine = file.numbers(variable, "discern_affine"), shape = file.numbers(variable, "discern_shape");
  const bool holds = affine.size() == 16 && shape.size() == 3 && shape[0] == static_cast<double>(info.shape[0]) &&
                     shape[1] == static_cast<double>(info.shape[1]) && shape[2] == static_cast<double>(info.shape[2]);
  if (holds) {
    try {
      info.frame = data::frameFromName(file.text(variable, "discern_frame"));
      std::copy(affine.begin(), affine.end(), info.indexToWorld.m.begin());
      info.worldUnit = file.text(variable, "discern_world_unit");
      info.transform = file.text(variable, "discern_transform");
    } catch (const data::UsageError&) { // another frame than is known: the coordinates stand
    }
  }
  const auto names = nlohmann::json::parse(file.text(variable, "discern_labels"), nullptr, false);
  if (!names.is_object() || isFloating(info.type)) return;
  info.labels = true;
  info.labelNames.clear();
  for (const auto& [key, name] : names.items()) {
    std::int64_t value = 0;
    if (std::from_chars(key.data(), key.data() + key.size(), value).ec == std::errc() && name.is_string())
      info.labelNames[value] = name.get<std::string>();
  }
}

/// Names of the variables that some attribute of others names.
std::set<std::string> namedBy(const NetcdfFile& file, std::initializer_list<const char*> attributes) {
  std::set<std::string> names;
  for (const NetcdfVariable& variable : file.variables())
    for (const char* attribute : attributes) {
      std::istringstream words(file.text(variable, attribute));
      for (std::string word; words >> word;)
        names.insert(word);
    }
  return names;
}

int dimensionOf(const NetcdfVariable& variable, const Placement& p, std::size_t axis) {
  return variable.dimensions[static_cast<std::size_t>(p.dimension[axis])].id;
}

/// Columns and rows are cells of a grid that has their longitudes and latitudes; levels stay as they are.
void placeOn(const data::GridSource& grid, data::FieldInfo& info) {
  info.support = data::Support::Cells;
  info.tabular = true;
  info.grid = grid.info().name;
  info.frame = data::Frame::LonLat;
  info.worldUnit = "degrees";
  info.transform = "coordinates";
}

/// Tracks, stations or profiles: one table, read when asked for.
class FeatureDataset final : public data::Dataset {
public:
  FeatureDataset(data::DatasetInfo info, FeatureTable table) : info_(std::move(info)), table_(std::move(table)) {
    info_.tables = {table_.info()};
  }
  [[nodiscard]] const data::DatasetInfo& info() const override { return info_; }
  [[nodiscard]] std::shared_ptr<const data::FieldSource> field(std::string_view name) const override {
    throw data::UsageError(info_.path + " has no field \"" + std::string(name) + "\"; it has the table " +
                           table_.info().name);
  }
  [[nodiscard]] data::Table table(std::string_view name) const override {
    if (name.empty() || name == table_.info().name) return table_.read();
    return Dataset::table(name);
  }

private:
  data::DatasetInfo info_;
  FeatureTable table_;
};

} // namespace

std::shared_ptr<data::Dataset> openNetcdf(const std::shared_ptr<const File>& file) {
  const std::string& path = file->path();
  const bool classic = file->head(3) == std::vector{std::byte{'C'}, std::byte{'D'}, std::byte{'F'}};
  if (classic) checkClassicNetcdf(*file);
  // These come before the lock, so that it is let go before they close the file, which takes it.
  std::shared_ptr<const NetcdfFile> netcdf;
  std::vector<std::shared_ptr<const data::FieldSource>> fields, auxiliary;
  const auto lock = lockHdf5();
  netcdf = std::make_shared<NetcdfFile>(path);

  data::DatasetInfo dataset;
  dataset.path = path;
  dataset.format = netcdf->format();
  dataset.alone = classic || keepsInside(Hdf5Id(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose).get());
  for (const auto& [name, value] : netcdf->globalAttributes())
    dataset.attributes[name] = value;

  Warnings warnings;
  std::map<int, CfAxis> axisOf;                                            // by the dimension's id
  const std::set<std::string> helping = namedBy(*netcdf, {"coordinates"}), // of two axes
      bounds = namedBy(*netcdf, {"bounds", "climatology"});                // edges of cells, which are no fields
  const bool features = dataset.attributes.contains("featureType");
  CurvilinearGrids curvilinear(netcdf);
  for (const NetcdfVariable& variable : netcdf->variables()) {
    if (features || variable.dimensions.size() < 2 || !netcdfType(variable.type) || bounds.contains(variable.shortName))
      continue;
    std::vector<CfAxis> axes;
    bool empty = false;
    for (const NetcdfDimension& dimension : variable.dimensions) {
      auto found = axisOf.find(dimension.id);
      if (found == axisOf.end()) found = axisOf.emplace(dimension.id, cfAxis(*netcdf, variable, dimension)).first;
      axes.push_back(found->second);
      empty = empty || dimension.length == 0;
    }
    if (empty) {
      warnings.add("The variable " + variable.name + " has no values yet (a dimension of length 0).");
      continue;
    }
    const auto placement = place(axes);
    if (!placement) continue;
    if (const double chunk = netcdf->chunkBytes(variable); chunk > largestChunk) {
      warnings.add("The variable " + variable.name + " is stored in chunks of " + byteText(chunk) +
                   ", more than can be read at once (" + byteText(largestChunk) + ").");
      continue;
    }
    data::FieldInfo info;
    info.name = variable.name;
    info.quantity = netcdf->text(variable, "long_name");
    if (info.quantity.empty()) info.quantity = netcdf->text(variable, "standard_name");
    info.unit = netcdf->text(variable, "units");
    double components = 1;
    for (std::size_t i = 0; i < axes.size(); ++i) {
      const int axis = placement->axes[i];
      if (axis < 3)
        info.shape[static_cast<std::size_t>(axis)] = variable.dimensions[i].length;
      else if (axis == 3)
        setTime(axes[i], variable.dimensions[i].length, info);
      else
        components *= static_cast<double>(variable.dimensions[i].length);
    }
    if (components > 65536 || static_cast<double>(info.shape[0]) * static_cast<double>(info.shape[1]) *
                                      static_cast<double>(info.shape[2]) * static_cast<double>(info.time.size) >
                                  4e18) {
      warnings.add("The variable " + variable.name + " has more values than can be counted and is left out.");
      continue;
    }
    info.components = static_cast<int>(components);
    info.levels = levelsFor(info.shape);
    info.source = dataset.format;
    setSpace(axes, *placement, info, warnings);
    NetcdfPacking packing = packingOf(*netcdf, variable, info);
    setLabels(*netcdf, variable, info);
    setKept(*netcdf, variable, info);
    const bool isCoordinate = helping.contains(variable.shortName) || curvilinear.helpers().contains(variable.name) ||
                              isLatitudeUnit(info.unit) || isLongitudeUnit(info.unit);
    if (!isCoordinate && info.frame != data::Frame::LonLat)
      if (const auto grid =
              curvilinear.gridOf(variable, dimensionOf(variable, *placement, 0), dimensionOf(variable, *placement, 1)))
        placeOn(*grid, info);
    (isCoordinate ? auxiliary : fields)
        .push_back(netcdfField(std::move(info), netcdf, variable, placement->axes, std::move(packing)));
  }
  for (const std::string& names : curvilinear.nowhere())
    warnings.add("Latitudes and longitudes are given for every cell by " + names +
                 ", but not one of them has a value; fields on these cells are shown on their own indices.");
  if (features) {
    try {
      FeatureTable table(netcdf, dataset.attributes["featureType"]);
      return std::make_shared<FeatureDataset>(std::move(dataset), std::move(table));
    } catch (const data::ReadError& error) {
      warnings.add("The file holds " + dataset.attributes["featureType"] +
                   " data (CF discrete sampling geometry), which can't be shown: " +
                   std::string(error.what()).substr(path.size() + 2) + ".");
    }
  }
  fields.insert(fields.end(), auxiliary.begin(), auxiliary.end());
  if (fields.empty()) warnings.add("No variable lies on a grid of two axes or more; there is nothing to show.");
  dataset.warnings = warnings.list();
  return std::make_shared<FieldsDataset>(std::move(dataset), std::move(fields), std::vector<data::Table>(),
                                         curvilinear.used());
}

} // namespace discern::io
