#include "io/fields/zarr/ome_zarr.h"

#include "data/error.h"
#include "io/fields/array/axes.h"
#include "io/file_text.h"

#include <algorithm>

namespace discern::io {

namespace {

using nlohmann::json;
using FieldPtr = std::shared_ptr<const data::FieldSource>;

/// Reads each level from the array that is stored for it; coarser ones than are stored are strided from the last.
class Pyramid final : public data::FieldSource {
public:
  explicit Pyramid(std::vector<FieldPtr> stored) : stored_(std::move(stored)), info_(stored_.front()->info()) {
    info_.levels = std::max(levelsFor(info_.shape), static_cast<int>(stored_.size()));
  }
  [[nodiscard]] const data::FieldInfo& info() const override { return info_; }
  void read(const data::Slab& slab, std::span<std::byte> out) const override {
    check(slab, out.size());
    const int level = std::min(slab.level, static_cast<int>(stored_.size()) - 1);
    data::Slab at = slab;
    at.level = slab.level - level;
    stored_[static_cast<std::size_t>(level)]->read(at, out);
  }
  void series(const data::Index3& voxel, std::int64_t t0, std::int64_t t1, int component,
              std::span<double> out) const override {
    stored_.front()->series(voxel, t0, t1, component, out);
  }
  [[nodiscard]] int storedLevels() const override { return static_cast<int>(stored_.size()); }

private:
  std::vector<FieldPtr> stored_;
  data::FieldInfo info_;
};

std::string shortUnit(const std::string& unit) {
  if (unit == "micrometer" || unit == "micron") return "µm";
  if (unit == "nanometer") return "nm";
  if (unit == "millimeter") return "mm";
  if (unit == "centimeter") return "cm";
  if (unit == "meter") return "m";
  if (unit == "second") return "s";
  if (unit == "millisecond") return "ms";
  if (unit == "minute") return "min";
  if (unit == "hour") return "h";
  return unit;
}

struct Axes {
  std::string order;
  std::vector<std::string> units;
};

Axes axesOf(const json& scales, std::size_t rank) {
  Axes axes;
  for (const json& axis : scales.value("axes", json::array())) {
    const std::string name = lowerCase(axis.is_string() ? axis.get<std::string>() : axis.value("name", ""));
    axes.order += name.size() == 1 ? name : "?";
    axes.units.push_back(axis.is_object() ? shortUnit(axis.value("unit", "")) : std::string());
  }
  if (!areAxes(axes.order, rank)) axes = {rank == 5 ? "tczyx" : guessedAxes(rank), {}};
  axes.units.resize(rank);
  return axes;
}

/// Scale and translation of each axis, after one list of transformations.
void apply(const json& transformations, std::vector<double>& scale, std::vector<double>& shift) {
  for (const json& step : transformations) {
    const std::string type = step.value("type", "");
    if (!step.contains(type) || !step[type].is_array() || step[type].size() != scale.size()) continue;
    for (std::size_t a = 0; a < scale.size(); ++a) {
      const double value = step[type][a].get<double>();
      if (type == "scale") {
        scale[a] *= value;
        shift[a] *= value;
      } else if (type == "translation") {
        shift[a] += value;
      }
    }
  }
}

void place(data::FieldInfo& info, const Axes& axes, const json& dataset, const json& scales,
           std::vector<std::string>& warnings) {
  std::vector<double> scale(axes.order.size(), 1), shift(axes.order.size(), 0);
  const json own = dataset.value("coordinateTransformations", json::array());
  apply(own, scale, shift);
  apply(scales.value("coordinateTransformations", json::array()), scale, shift);
  data::Vec3 step{1, 1, 1}, origin{0, 0, 0};
  std::string unit, other;
  for (std::size_t i = 0; i < axes.order.size(); ++i) {
    const int axis = axisOf(axes.order[i]);
    if (axis < 3) {
      step[static_cast<std::size_t>(axis)] = scale[i];
      origin[static_cast<std::size_t>(axis)] = shift[i];
      if (axis == 0)
        unit = axes.units[i];
      else if (!axes.units[i].empty())
        other = axes.units[i];
    } else if (axis == 3 && !axes.units[i].empty()) {
      info.time.unit = axes.units[i];
      for (std::int64_t t = 0; t < std::min<std::int64_t>(info.time.size, 4'000'000); ++t)
        info.time.values.push_back(shift[i] + scale[i] * static_cast<double>(t));
      if (static_cast<std::int64_t>(info.time.values.size()) != info.time.size) info.time.values.clear();
    }
  }
  info.indexToWorld = data::Affine::scaling(step, origin);
  const bool known = own.is_array() && !own.empty() && !unit.empty();
  info.frame = known ? data::Frame::Cartesian : data::Frame::VoxelIndex;
  info.worldUnit = known ? unit : "px";
  info.transform = known ? "coordinateTransformations" : "none";
  if (!known) info.indexToWorld = {};
  if (known && !other.empty() && other != unit)
    warnings.push_back("The axes of " + info.name + " differ in unit; lengths across them mean nothing.");
}

} // namespace

std::vector<OmeImage> omeImages(const std::string& folder, const std::string& name, const json& attributes,
                                std::vector<std::string>& warnings) {
  const json& ome = attributes.contains("ome") ? attributes["ome"] : attributes;
  std::vector<OmeImage> images;
  if (!ome.is_object() || !ome.contains("multiscales") || !ome["multiscales"].is_array()) return images;
  for (const json& scales : ome["multiscales"]) {
    OmeImage image;
    std::vector<FieldPtr> stored;
    bool others = false;
    for (const json& dataset : scales.at("datasets")) {
      const std::string path = dataset.at("path");
      if (path.find("..") != std::string::npos || path.starts_with('/'))
        throw data::ReadError(folder, "an image of it lies outside the folder: " + cleanText(path));
      image.paths.push_back(path);
      const auto array = zarrArray(folder + "/" + path);
      if (!array) throw data::ReadError(folder + "/" + path, "an array of the pyramid is missing");
      const Axes axes = axesOf(scales, array->shape.size());
      data::FieldInfo info;
      info.name = !name.empty() ? name : scales.value("name", "").empty() ? "image" : scales.value("name", "image");
      info.type = array->type;
      info.source = "OME-Zarr";
      setShape(info, array->shape, axes.order, folder);
      info.labels = ome.contains("image-label") || (!isFloating(info.type) && speaksOfLabels(info.name));
      if (stored.empty()) {
        place(info, axes, dataset, scales, warnings);
        info.levels = levelsFor(info.shape);
      } else {
        const auto& full = stored.front()->info();
        auto wanted = full;
        wanted.levels = static_cast<int>(stored.size()) + 1;
        // Only halves of every axis are levels as views know them.
        others = others || info.shape != wanted.shapeAt(static_cast<int>(stored.size())) ||
                 info.time.size != full.time.size || info.components != full.components || info.type != full.type;
        info.levels = levelsFor(info.shape) + 8;
      }
      if (!others) stored.push_back(zarrField(std::move(info), axes.order, *array));
    }
    if (stored.empty()) continue;
    if (others)
      warnings.push_back("The image " + stored.front()->info().name +
                         " has resolutions that are no halves of one another along every axis; those are not used.");
    image.field = std::make_shared<Pyramid>(std::move(stored));
    images.push_back(std::move(image));
  }
  return images;
}

} // namespace discern::io
