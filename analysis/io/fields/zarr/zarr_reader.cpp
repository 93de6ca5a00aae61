#include "io/fields/zarr/zarr_reader.h"

#include "data/error.h"
#include "io/fields/array/axes.h"
#include "io/fields/zarr/ome_zarr.h"
#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/netcdf/cf_axis.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <set>

namespace discern::io {
namespace fs = std::filesystem;

namespace {

using nlohmann::json;

constexpr std::size_t mostFields = 1024;
constexpr int deepest = 12;

bool exists(const std::string& path) {
  std::error_code problem;
  return fs::exists(path, problem);
}

bool isArray(const std::string& folder) {
  if (exists(folder + "/.zarray")) return true;
  const json description = zarrJson(folder, "zarr.json");
  return description.is_object() && description.value("node_type", "") == "array";
}

std::string textOf(const json& attributes, const char* name) {
  return attributes.is_object() && attributes.contains(name) && attributes[name].is_string()
             ? cleanText(attributes[name].get<std::string>())
             : std::string();
}

char letterOf(const std::string& raw) {
  const std::string name = lowerCase(raw);
  if (name == "x" || name == "lon" || name == "longitude") return 'x';
  if (name == "y" || name == "lat" || name == "latitude") return 'y';
  if (name == "z" || name == "lev" || name == "level" || name == "depth" || name == "height") return 'z';
  if (name == "t" || name.starts_with("time")) return 't';
  if (name == "c" || name == "channel" || name == "band" || name == "component") return 'c';
  return '?';
}

/// As xarray packs values: by attributes of the CF conventions, with the array's own fill value as the missing one.
ZarrPacking packingOf(const ZarrArray& array, data::FieldInfo& info) {
  ZarrPacking packing;
  const json& a = array.attributes;
  const auto number = [&](const char* name) -> std::optional<double> {
    if (!a.is_object() || !a.contains(name) || !a[name].is_number()) return std::nullopt;
    return a[name].get<double>();
  };
  for (const char* name : {"_FillValue", "missing_value"})
    if (const auto value = number(name)) packing.missing.push_back(*value);
  const bool xarray = a.is_object() && a.contains("_ARRAY_DIMENSIONS");
  if (xarray && array.hasFill && !std::isnan(array.fill)) packing.missing.push_back(array.fill);
  packing.scale = number("scale_factor").value_or(1);
  packing.offset = number("add_offset").value_or(0);
  if (isFloating(array.type) || packing.none()) return packing;
  if (packing.scale == 1 && packing.offset == 0) { // whole numbers stay so
    info.missing = packing.missing.front();
    return {};
  }
  info.type = sizeOf(array.type) <= 2 ? data::ScalarType::Float32 : data::ScalarType::Float64;
  return packing;
}

class Store {
public:
  explicit Store(const std::string& folder) {
    info_.path = folder;
    info_.format = exists(folder + "/zarr.json") ? "Zarr 3" : "Zarr 2";
  }

  std::shared_ptr<data::Dataset> open() {
    if (isArray(info_.path))
      add(info_.path, fs::path(info_.path).lexically_normal().filename().string());
    else
      walk(info_.path, "", 0);
    if (fields_.empty() && !problem_.empty()) throw data::ReadError(info_.path, problem_);
    if (guessed_)
      info_.warnings.emplace_back(
          "The store does not say which axis is which; the last was taken as x, then y, z, time. "
          "`discern-run axes` changes that.");
    if (fields_.empty())
      info_.warnings.emplace_back("There is no array of numbers in the store; there is nothing to show.");
    return std::make_shared<FieldsDataset>(std::move(info_), std::move(fields_));
  }

private:
  void skip(const std::string& name, const std::string& message) {
    problem_ = message;
    if (info_.warnings.size() < 20) info_.warnings.push_back(name + " is not shown: " + message + ".");
  }

  void walk(const std::string& folder, const std::string& prefix, int depth) {
    const json group = zarrJson(folder, "zarr.json");
    const json attributes = group.is_object() ? group.value("attributes", json::object()) : zarrJson(folder, ".zattrs");
    if (attributes.is_object() && depth == 0)
      for (const auto& [key, value] : attributes.items())
        if (value.is_string() || value.is_number())
          info_.attributes[cleanText(key)] = value.is_string() ? cleanText(value.get<std::string>()) : value.dump();
    std::set<std::string> taken;
    std::string name = prefix;
    if (name.ends_with('/')) name.pop_back();
    try {
      for (OmeImage& image : omeImages(folder, name, attributes, info_.warnings)) {
        for (const std::string& path : image.paths)
          taken.insert(path.substr(0, path.find('/')));
        info_.format = "OME-Zarr";
        fields_.push_back(std::move(image.field));
      }
    } catch (const data::ReadError& error) {
      skip(name.empty() ? "the image" : name, std::string(error.what()));
    } catch (const json::exception& error) {
      skip(name.empty() ? "the image" : name,
           std::string("the description of its pyramid is damaged: ") + error.what());
    }
    std::vector<std::string> children;
    std::error_code problem;
    for (fs::directory_iterator at(folder, problem), end; !problem && at != end; at.increment(problem))
      if (at->is_directory(problem) && children.size() < 10000) children.push_back(at->path().filename().string());
    std::sort(children.begin(), children.end());
    for (const std::string& child : children) {
      const std::string path = folder + "/" + child;
      if (taken.contains(child) || fields_.size() >= mostFields) continue;
      if (isArray(path))
        add(path, prefix + cleanText(child));
      else if (depth < deepest && (exists(path + "/.zgroup") || exists(path + "/zarr.json")))
        walk(path, prefix + cleanText(child) + "/", depth + 1);
    }
  }

  void add(const std::string& folder, const std::string& name) {
    try {
      const auto array = zarrArray(folder);
      if (!array || array->shape.empty()) return;
      const bool coordinate = array->names.size() == 1 && array->names[0] == fs::path(folder).filename().string();
      if (coordinate) return;
      if (array->shape.size() > 5) return skip(name, "it has more than five axes");
      data::FieldInfo info;
      info.name = name;
      info.type = array->type;
      info.source = info_.format;
      info.quantity = textOf(array->attributes, "long_name");
      info.unit = textOf(array->attributes, "units");
      info.transform = "none";
      info.worldUnit = "px";
      const std::string order = orderOf(*array, name);
      setShape(info, array->shape, order, folder);
      info.levels = levelsFor(info.shape);
      info.labels = !isFloating(info.type) && speaksOfLabels(name);
      ZarrPacking packing = packingOf(*array, info);
      place(info, *array, order, folder);
      fields_.push_back(zarrField(std::move(info), order, *array, std::move(packing)));
    } catch (const data::ReadError& error) {
      skip(name, std::string(error.what()));
    } catch (const json::exception& error) {
      skip(name, std::string("its description is damaged: ") + error.what());
    }
  }

  std::string orderOf(const ZarrArray& array, const std::string& name) {
    const std::size_t rank = array.shape.size();
    if (const auto saved = savedAxes(info_.path, name); saved && areAxes(*saved, rank)) return *saved;
    std::string order;
    for (const std::string& axis : array.names)
      order += letterOf(axis);
    if (areAxes(order, rank)) return order;
    guessed_ = guessed_ || rank > 1;
    return guessedAxes(rank);
  }

  /// Coordinates lie beside the array, in arrays named as its axes are.
  void place(data::FieldInfo& info, const ZarrArray& array, const std::string& order, const std::string& folder) {
    const std::string parent = fs::path(folder).lexically_normal().parent_path().string();
    data::Vec3 step{1, 1, 1}, origin{0, 0, 0};
    bool placed = false, longitude = false, latitude = false;
    for (std::size_t i = 0; i < array.names.size() && i < order.size(); ++i) {
      const std::string& axisName = array.names[i];
      if (axisName.empty() || axisName.find('/') != std::string::npos) continue;
      const auto coordinate = isArray(parent + "/" + axisName) ? zarrArray(parent + "/" + axisName) : std::nullopt;
      if (!coordinate || coordinate->shape != std::vector{array.shape[i]}) continue;
      const auto values = zarrValues(*coordinate, 4'000'000);
      const std::string unit = textOf(coordinate->attributes, "units");
      if (values.empty()) continue;
      const auto axis = static_cast<std::size_t>(axisOf(order[i]));
      if (axis == 3) {
        info.time.values = values;
        info.time.unit = unit;
        const std::string calendar = lowerCase(textOf(coordinate->attributes, "calendar"));
        if (unit.find(" since ") != std::string::npos) info.time.calendar = calendar.empty() ? "standard" : calendar;
      } else if (axis < 3) {
        info.axisNames[axis] = axisName;
        longitude = longitude || (axis == 0 && isLongitudeUnit(unit));
        latitude = latitude || (axis == 1 && isLatitudeUnit(unit));
        if (const auto even = evenSteps(values)) {
          origin[axis] = (*even)[0];
          step[axis] = (*even)[1];
        } else if (isMonotonic(values)) {
          info.coordinates[axis] = values;
          origin[axis] = values.front();
          step[axis] = (values.back() - values.front()) / static_cast<double>(values.size() - 1);
        } else {
          continue;
        }
        if (axis == 0) info.worldUnit = unit;
        placed = true;
      }
    }
    if (!placed) return;
    info.indexToWorld = data::Affine::scaling(step, origin);
    info.transform = "coordinates";
    info.frame = longitude && latitude ? data::Frame::LonLat : data::Frame::Cartesian;
    if (info.frame == data::Frame::LonLat) info.worldUnit = "degrees";
  }

  data::DatasetInfo info_;
  std::vector<std::shared_ptr<const data::FieldSource>> fields_;
  std::string problem_;
  bool guessed_ = false;
};

} // namespace

bool isZarr(const std::string& folder) {
  return exists(folder + "/.zarray") || exists(folder + "/.zgroup") || exists(folder + "/zarr.json");
}

std::shared_ptr<data::Dataset> openZarr(const std::string& folder) { return Store(folder).open(); }

} // namespace discern::io
