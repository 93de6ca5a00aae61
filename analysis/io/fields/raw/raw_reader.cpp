#include "io/fields/raw/raw_reader.h"

#include "io/fields/array/axes.h"
#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/raw_field.h"

#include <algorithm>
#include <bit>
#include <filesystem>
#include <nlohmann/json.hpp>

namespace discern::io {
namespace fs = std::filesystem;

namespace {

using nlohmann::json;

/// The JSON at a path, when it describes numbers; else a null value.
json descriptionAt(const fs::path& path) {
  std::error_code problem;
  if (!fs::is_regular_file(path, problem) || fs::file_size(path, problem) > 65536) return {};
  const File file(path.string());
  const auto bytes = file.head(65536);
  const char* text = reinterpret_cast<const char*>(bytes.data());
  auto value = json::parse(text, text + bytes.size(), nullptr, false);
  const bool describes = value.is_object() && value.contains("type") && value.contains("shape") &&
                         value["type"].is_string() && value["shape"].is_array();
  return describes ? value : json();
}

/// The two files of a description and its numbers, whichever of them was named.
struct Pair {
  json description;
  std::string numbers;
};

Pair pairOf(const std::string& path) {
  const fs::path own(path);
  if (own.extension() == ".json") {
    Pair pair{descriptionAt(own), {}};
    if (!pair.description.is_object()) return {};
    fs::path numbers = own;
    numbers.replace_extension(".raw");
    const std::string named = pair.description.value("file", "");
    if (!named.empty() && named.find('/') == std::string::npos) numbers = own.parent_path() / named;
    pair.numbers = numbers.string();
    return pair;
  }
  fs::path beside = own;
  json description = descriptionAt(beside.replace_extension(".json"));
  if (!description.is_object()) description = descriptionAt(path + ".json");
  const std::string named = description.is_object() ? description.value("file", "") : std::string();
  if (!named.empty() && named != own.filename()) return {};
  return {std::move(description), path};
}

/// Numbers along the axes of the file, as x, y, z.
data::Vec3 alongAxes(const json& description, const char* key, const std::string& order, double otherwise) {
  data::Vec3 result{otherwise, otherwise, otherwise};
  const json list = description.value(key, json());
  if (!list.is_array()) return result;
  std::string space;
  for (const char letter : order)
    if (axisOf(letter) < 3) space += letter;
  if (list.size() != space.size()) throw data::UsageError(std::string(key) + " needs a number for each of " + space);
  for (std::size_t i = 0; i < space.size(); ++i)
    result[static_cast<std::size_t>(axisOf(space[i]))] = list[i].get<double>();
  return result;
}

std::shared_ptr<data::Dataset> openPair(const std::string& path, const Pair& pair) {
  const json& d = pair.description;
  const auto file = std::make_shared<const File>(pair.numbers);
  data::FieldInfo info;
  const std::string typeName = d.at("type");
  const auto type = data::scalarTypeFromName(typeName);
  if (!type) throw data::UsageError("the type " + typeName + " is not known; uint8, int16, float32 and the like are");
  const auto shape = d.at("shape").get<std::vector<std::int64_t>>();
  const std::string order = d.value("order", guessedAxes(shape.size()));
  if (!areAxes(order, shape.size()))
    throw data::UsageError("the order \"" + order + "\" has not one letter of x, y, z, t, c for each of " +
                           std::to_string(shape.size()) + " axes");
  for (const std::int64_t n : shape)
    if (n < 1) throw data::UsageError("the shape has lengths that are not positive");
  info.name = d.value("name", stemOf(pair.numbers));
  info.type = *type;
  setShape(info, shape, order, path);
  const std::int64_t offset = d.value("offset", std::int64_t{0});
  const double bytes = static_cast<double>(info.voxels()) * static_cast<double>(info.time.size) * info.components *
                       static_cast<double>(sizeOf(*type));
  if (offset < 0 || static_cast<double>(offset) + bytes > static_cast<double>(file->size()))
    throw data::UsageError("it promises " + shapeText(shape) + " values of " + typeName + " (" + byteText(bytes) +
                           "), but " + pair.numbers + " has only " + byteText(static_cast<double>(file->size())));
  const std::string endian = d.value("endian", "little");
  if (endian != "little" && endian != "big") throw data::UsageError("endian is little or big, not " + endian);
  info.quantity = d.value("quantity", "");
  info.unit = d.value("units", "");
  info.labels = d.value("labels", false) && !isFloating(*type);
  info.source = "raw binary";
  const bool placed = d.contains("spacing");
  if (placed)
    info.indexToWorld = data::Affine::scaling(alongAxes(d, "spacing", order, 1), alongAxes(d, "origin", order, 0));
  info.frame = placed ? data::Frame::Cartesian : data::Frame::VoxelIndex;
  info.worldUnit = placed ? d.value("spacingUnit", "") : "px";
  info.transform = placed ? "spacing" : "none";
  info.levels = levelsFor(info.shape);
  RawLayout layout;
  layout.base = offset;
  layout.stored = *type;
  layout.swapped = (endian == "big") == (std::endian::native == std::endian::little);
  std::int64_t step = static_cast<std::int64_t>(sizeOf(*type));
  for (std::size_t i = order.size(); i-- > 0;) {
    layout.stride[static_cast<std::size_t>(axisOf(order[i]))] = step;
    step *= shape[i];
  }
  data::DatasetInfo dataset;
  dataset.path = path;
  dataset.format = "raw binary";
  if (static_cast<double>(offset) + bytes < static_cast<double>(file->size()))
    dataset.warnings.push_back("The file is longer than its description says; the rest is not shown.");
  return std::make_shared<FieldsDataset>(std::move(dataset), std::vector{rawField(std::move(info), file, layout)});
}

} // namespace

bool isDescribedRaw(const Candidate& c) {
  if (c.gzip) return false;
  const std::string name = lowerCase(c.path());
  const bool json = name.ends_with(".json");
  if (json ? !c.isText() : !(name.ends_with(".raw") || name.ends_with(".bin") || name.ends_with(".dat"))) return false;
  return pairOf(c.path()).description.is_object();
}

std::shared_ptr<data::Dataset> openDescribedRaw(const Candidate& c) {
  try {
    return openPair(c.path(), pairOf(c.path()));
  } catch (const nlohmann::json::exception& error) {
    throw data::ReadError(c.path(), std::string("the description of its numbers can't be followed: ") + error.what());
  } catch (const data::UsageError& error) {
    throw data::ReadError(c.path(), std::string("the description of its numbers can't be followed: ") + error.what());
  }
}

} // namespace discern::io
