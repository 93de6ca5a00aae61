#include "io/fields/zarr/zarr_array.h"

#include "data/error.h"
#include "io/file.h"
#include "io/file_text.h"

#include <cmath>
#include <filesystem>
#include <limits>

namespace discern::io {

namespace {

using nlohmann::json;

constexpr double largestChunk = 256e6;

[[noreturn]] void refuse(const std::string& folder, const std::string& why) { throw data::ReadError(folder, why); }

/// "<f4" of version 2.
void setType2(ZarrArray& array, const json& dtype) {
  if (!dtype.is_string()) refuse(array.folder, "the array has structured values, which can't be read");
  const std::string code = dtype;
  const std::string rest = code.size() == 3 ? code.substr(1) : std::string();
  const std::string name = rest == "b1"            ? "uint8"
                           : rest.starts_with('i') ? "int" + std::to_string(8 * (rest[1] - '0'))
                           : rest.starts_with('u') ? "uint" + std::to_string(8 * (rest[1] - '0'))
                           : rest.starts_with('f') ? "float" + std::to_string(8 * (rest[1] - '0'))
                                                   : std::string();
  const auto type = data::scalarTypeFromName(name);
  if (!type) refuse(array.folder, "the array has values of the type " + code + ", which can't be read");
  array.type = *type;
  array.swapped = code.front() == '>';
}

void setFill(ZarrArray& array, const json& fill) {
  array.hasFill = !fill.is_null();
  if (fill.is_number())
    array.fill = fill.get<double>();
  else if (fill.is_boolean())
    array.fill = fill.get<bool>() ? 1 : 0;
  else if (fill == "NaN")
    array.fill = std::numeric_limits<double>::quiet_NaN();
  else if (fill == "Infinity" || fill == "-Infinity")
    array.fill = (fill == "Infinity" ? 1 : -1) * std::numeric_limits<double>::infinity();
  else
    array.hasFill = false;
}

void addCodec(ZarrArray& array, const std::string& name) {
  for (const char* known : {"blosc", "zlib", "gzip", "zstd", "lz4"})
    if (name == known) {
      array.codecs.push_back(name);
      return;
    }
  refuse(array.folder, "the array is packed by \"" + name + "\"; blosc, zlib, gzip, zstd and lz4 can be read");
}

ZarrArray version2(const std::string& folder, const json& description) {
  ZarrArray array;
  array.folder = folder;
  description.at("shape").get_to(array.shape);
  description.at("chunks").get_to(array.chunk);
  setType2(array, description.at("dtype"));
  setFill(array, description.value("fill_value", json()));
  array.fortran = description.value("order", "C") == "F";
  array.separator = description.value("dimension_separator", ".");
  const json filters = description.value("filters", json());
  if (filters.is_array() && !filters.empty())
    refuse(folder, "the array has the filter \"" + filters[0].value("id", "?") + "\", which can't be undone");
  const json compressor = description.value("compressor", json());
  if (compressor.is_object()) addCodec(array, compressor.at("id"));
  array.attributes = zarrJson(folder, ".zattrs");
  if (array.attributes.contains("_ARRAY_DIMENSIONS")) array.attributes["_ARRAY_DIMENSIONS"].get_to(array.names);
  return array;
}

void setCodecs3(ZarrArray& array, const json& codecs) {
  for (std::size_t i = 0; i < codecs.size(); ++i) {
    const std::string name = codecs[i].at("name");
    const json settings = codecs[i].value("configuration", json::object());
    if (name == "bytes" || name == "endian") {
      array.swapped = settings.value("endian", "little") == "big";
    } else if (name == "transpose") {
      const json order = settings.value("order", json());
      bool turned = order == "F", same = order == "C";
      if (order.is_array()) {
        turned = same = true;
        for (std::size_t a = 0; a < order.size(); ++a) {
          turned = turned && order[a] == order.size() - 1 - a;
          same = same && order[a] == a;
        }
      }
      if (!turned && !same) refuse(array.folder, "the array's chunks are transposed in a way that can't be read");
      array.fortran = turned && !same;
    } else if (name == "sharding_indexed") {
      if (codecs.size() != 1) refuse(array.folder, "the array's shards are packed as a whole, which can't be read");
      const auto inner = settings.at("chunk_shape").get<std::vector<std::int64_t>>();
      if (inner.size() != array.chunk.size()) refuse(array.folder, "the array's shards contradict its shape");
      for (std::size_t a = 0; a < inner.size(); ++a) {
        if (inner[a] < 1 || array.chunk[a] % inner[a] != 0)
          refuse(array.folder, "the array's shards are no whole number of chunks");
        array.shard.push_back(array.chunk[a] / inner[a]);
      }
      array.chunk = inner;
      array.indexAtStart = settings.value("index_location", "end") == "start";
      for (const json& codec : settings.value("index_codecs", json::array()))
        if (codec.at("name") == "crc32c")
          array.indexChecked = true;
        else if (codec.at("name") != "bytes")
          refuse(array.folder, "the index of the array's shards is packed, which can't be read");
      setCodecs3(array, settings.at("codecs"));
    } else if (name == "crc32c") {
      array.codecs.emplace_back("crc32c");
    } else {
      addCodec(array, name == "numcodecs.zlib" ? "zlib" : name == "numcodecs.lz4" ? "lz4" : name);
    }
  }
}

ZarrArray version3(const std::string& folder, const json& description) {
  ZarrArray array;
  array.folder = folder;
  array.version3 = true;
  description.at("shape").get_to(array.shape);
  const json& grid = description.at("chunk_grid");
  if (grid.at("name") != "regular") refuse(folder, "the array's chunks are not all of one shape");
  grid.at("configuration").at("chunk_shape").get_to(array.chunk);
  const json& type = description.at("data_type");
  const std::string name = type.is_string() ? type.get<std::string>() : type.value("name", "?");
  const auto scalar = data::scalarTypeFromName(name == "bool" ? "uint8" : name);
  if (!scalar) refuse(folder, "the array has values of the type " + name + ", which can't be read");
  array.type = *scalar;
  setFill(array, description.value("fill_value", json()));
  const json keys = description.value("chunk_key_encoding", json::object());
  array.prefixed = keys.value("name", "default") == "default";
  array.separator = array.prefixed ? "/" : ".";
  if (keys.contains("configuration")) array.separator = keys["configuration"].value("separator", array.separator);
  setCodecs3(array, description.at("codecs"));
  array.attributes = description.value("attributes", json::object());
  const json axes = description.value("dimension_names", json());
  if (axes.is_array())
    for (const json& axis : axes)
      array.names.push_back(axis.is_string() ? axis.get<std::string>() : std::string());
  return array;
}

/// Python writes NaN and Infinity as they are, which JSON doesn't know; outside texts they become texts.
std::string withoutNan(std::string_view text) {
  std::string safe;
  bool inText = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"' && (i == 0 || text[i - 1] != '\\')) inText = !inText;
    const std::string_view rest = text.substr(i);
    const std::string_view word = inText                          ? ""
                                  : rest.starts_with("NaN")       ? "NaN"
                                  : rest.starts_with("-Infinity") ? "-Infinity"
                                  : rest.starts_with("Infinity")  ? "Infinity"
                                                                  : "";
    if (word.empty()) {
      safe += text[i];
      continue;
    }
    safe += '"' + std::string(word) + '"';
    i += word.size() - 1;
  }
  return safe;
}

} // namespace

json zarrJson(const std::string& folder, const char* name) {
  const std::string path = folder + "/" + name;
  std::error_code problem;
  if (!std::filesystem::is_regular_file(path, problem)) return {};
  const File file(path);
  if (file.size() > (16 << 20)) throw data::ReadError(path, "the description has more than 16 MB");
  const auto bytes = file.head(file.size());
  auto value = json::parse(withoutNan({reinterpret_cast<const char*>(bytes.data()), bytes.size()}), nullptr, false);
  if (value.is_discarded()) throw data::ReadError(path, "the description is no JSON; it is damaged or cut short");
  return value;
}

std::optional<ZarrArray> zarrArray(const std::string& folder) {
  try {
    std::optional<ZarrArray> array;
    if (const json old = zarrJson(folder, ".zarray"); old.is_object())
      array = version2(folder, old);
    else if (const json now = zarrJson(folder, "zarr.json"); now.is_object() && now.value("node_type", "") == "array")
      array = version3(folder, now);
    if (!array) return array;
    double bytes = static_cast<double>(sizeOf(array->type)), all = 1;
    if (array->shape.size() != array->chunk.size()) refuse(folder, "the array's chunks contradict its shape");
    for (std::size_t a = 0; a < array->shape.size(); ++a) {
      if (array->shape[a] < 0 || array->chunk[a] < 1) refuse(folder, "the array's lengths are not positive");
      bytes *= static_cast<double>(array->chunk[a]);
      all *= static_cast<double>(array->shape[a]);
    }
    if (bytes > largestChunk)
      refuse(folder, "the array is stored in chunks of " + byteText(bytes) + ", more than can be read at once");
    if (all > 4e18) refuse(folder, "the array has more values than can be counted");
    double inShard = 16;
    for (const std::int64_t n : array->shard)
      inShard *= static_cast<double>(n);
    if (inShard > largestChunk) refuse(folder, "the array's shards have too many chunks");
    return array;
  } catch (const json::exception& error) {
    throw data::ReadError(folder, std::string("the description of the Zarr array is damaged: ") + error.what());
  }
}

} // namespace discern::io
