#include "io/images/envi/envi_reader.h"

#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/raw_field.h"
#include "io/whole/nan_field.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <filesystem>
#include <optional>

namespace discern::io {

namespace {

constexpr std::int64_t mostHeader = 16 << 20;

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n";
  const auto begin = text.find_first_not_of(blanks);
  return begin == std::string_view::npos ? std::string_view{}
                                         : text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::optional<double> numberOf(std::string_view text) {
  text = trimmed(text);
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() ? std::optional(value) : std::nullopt;
}

/// The parts of "a, b, c".
std::vector<std::string> listOf(std::string_view text) {
  std::vector<std::string> parts;
  while (!trimmed(text).empty()) {
    const auto comma = text.find(',');
    parts.push_back(cleanText(trimmed(text.substr(0, comma))));
    text = comma == std::string_view::npos ? std::string_view{} : text.substr(comma + 1);
  }
  return parts;
}

/// The header's "key = value" and "key = {…}" entries, keys in small letters.
using Entries = std::map<std::string, std::string>;

Entries entriesOf(const std::string& path, std::string_view text) {
  Entries entries;
  std::size_t at = text.find('\n');
  while (at != std::string_view::npos && at < text.size()) {
    const auto end = std::min(text.find('\n', at + 1), text.size());
    const std::string_view line = text.substr(at + 1, end - at - 1);
    const auto equals = line.find('=');
    std::size_t next = end;
    if (equals != std::string_view::npos && !trimmed(line).starts_with(';')) {
      std::string_view value = trimmed(line.substr(equals + 1));
      if (value.starts_with('{')) {
        const auto open = text.find('{', at + 1 + equals), close = text.find('}', open);
        if (close == std::string_view::npos)
          throw data::ReadError(path, "the entry \"" + cleanText(trimmed(line.substr(0, equals))) +
                                          "\" has no closing brace; the header is cut short");
        value = trimmed(text.substr(open + 1, close - open - 1));
        next = std::min(text.find('\n', close), text.size());
      }
      entries[lowerCase(trimmed(line.substr(0, equals)))] = cleanText(value);
    }
    at = next;
  }
  return entries;
}

std::string entry(const Entries& entries, const char* key) {
  const auto found = entries.find(key);
  return found == entries.end() ? std::string() : found->second;
}

/// A whole number that must be there; `least` where it is missing and `least` is not negative.
std::int64_t whole(const std::string& path, const Entries& entries, const char* key, std::int64_t otherwise = -1) {
  const std::string text = entry(entries, key);
  if (text.empty() && otherwise >= 0) return otherwise;
  const auto value = numberOf(text);
  if (!value || *value < 0 || *value > 1e15 || *value != std::floor(*value))
    throw data::ReadError(path, std::string("\"") + key + "\" is \"" + text + "\"; a whole number was expected");
  return static_cast<std::int64_t>(*value);
}

std::optional<data::ScalarType> typeOf(std::int64_t code) {
  using data::ScalarType;
  switch (code) {
  case 1:
    return ScalarType::UInt8;
  case 2:
    return ScalarType::Int16;
  case 3:
    return ScalarType::Int32;
  case 4:
    return ScalarType::Float32;
  case 5:
    return ScalarType::Float64;
  case 12:
    return ScalarType::UInt16;
  case 13:
    return ScalarType::UInt32;
  case 14:
    return ScalarType::Int64;
  case 15:
    return ScalarType::UInt64;
  default:
    return std::nullopt;
  }
}

/// The binary beside the header: "X.hdr" speaks of "X", "X.img", "X.dat", …; "X.img.hdr" of "X.img".
std::shared_ptr<const File> binaryOf(const std::string& path) {
  std::string stem = path;
  if (lowerCase(stem).ends_with(".hdr")) stem.resize(stem.size() - 4);
  std::string tried;
  for (const char* ending : {"", ".img", ".dat", ".bsq", ".bil", ".bip", ".raw", ".bin", ".IMG", ".DAT", ".BSQ"}) {
    const std::string name = stem + ending;
    std::error_code unknown;
    if (name != path && std::filesystem::is_regular_file(name, unknown)) return std::make_shared<const File>(name);
    tried += (tried.empty() ? "" : ", ") + name.substr(name.find_last_of('/') + 1);
  }
  throw data::ReadError(path, "the binary file of this ENVI header is not beside it; looked for " + tried);
}

void place(const Entries& entries, data::FieldInfo& info, data::DatasetInfo& dataset) {
  info.transform = "none";
  info.worldUnit = "px";
  const std::string text = entry(entries, "map info");
  if (text.empty()) return;
  dataset.attributes["map info"] = text;
  const auto parts = listOf(text);
  std::array<double, 6> n{}; // the reference pixel (1 is the corner of the first), its place, the size of a pixel
  for (std::size_t i = 0; i < n.size(); ++i) {
    const auto value = i + 1 < parts.size() ? numberOf(parts[i + 1]) : std::nullopt;
    if (!value || !std::isfinite(*value)) {
      dataset.warnings.push_back("The map info can't be understood; the image stays on its indices.");
      return;
    }
    n[i] = *value;
  }
  const std::string kind = lowerCase(parts[0]);
  const bool turned = std::any_of(parts.begin(), parts.end(), [](const std::string& part) {
    const std::string word = lowerCase(part);
    return word.starts_with("rotation") && numberOf(word.substr(word.find('=') + 1)).value_or(0) != 0;
  });
  const bool feet = lowerCase(text).find("feet") != std::string::npos;
  if (turned || feet || kind.find("arbitrary") != std::string::npos || !(n[4] > 0) || !(n[5] > 0)) {
    dataset.warnings.push_back(
        "The map is turned, arbitrary or not in metres or degrees; the image stays on its indices.");
    return;
  }
  info.indexToWorld =
      data::Affine::scaling({n[4], -n[5], 1}, {n[2] + (1.5 - n[0]) * n[4], n[3] - (1.5 - n[1]) * n[5], 0});
  const bool geographic = kind.find("geographic") != std::string::npos;
  info.frame = geographic ? data::Frame::LonLat : data::Frame::Cartesian;
  info.worldUnit = geographic ? "degrees" : "m";
  info.transform = "coordinates";
}

data::Table bandTable(const Entries& entries, std::int64_t bands) {
  data::Table table;
  table.info.name = "bands";
  table.info.rows = bands;
  const auto count = static_cast<std::size_t>(bands);
  const auto add = [&](const char* name, const std::string& unit, std::vector<double> numbers,
                       std::vector<std::string> texts) {
    table.info.columns.emplace_back(name);
    table.info.units.push_back(unit);
    table.numbers.push_back(std::move(numbers));
    table.texts.push_back(std::move(texts));
  };
  std::vector<double> index;
  for (std::int64_t i = 1; i <= bands; ++i)
    index.push_back(static_cast<double>(i));
  add("band", "", std::move(index), {});
  if (auto names = listOf(entry(entries, "band names")); names.size() == count) add("name", "", {}, std::move(names));
  for (const char* key : {"wavelength", "fwhm"}) {
    std::vector<double> numbers;
    for (const std::string& part : listOf(entry(entries, key)))
      if (const auto value = numberOf(part)) numbers.push_back(*value);
    if (numbers.size() == count) add(key, entry(entries, "wavelength units"), std::move(numbers), {});
  }
  return table;
}

} // namespace

std::shared_ptr<data::Dataset> openEnvi(const Candidate& candidate) {
  const std::string& path = candidate.path();
  const auto bytes = candidate.content(mostHeader);
  const Entries entries = entriesOf(path, {reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  const std::int64_t samples = whole(path, entries, "samples"), lines = whole(path, entries, "lines"),
                     bands = whole(path, entries, "bands"), offset = whole(path, entries, "header offset", 0),
                     code = whole(path, entries, "data type");
  const auto type = typeOf(code);
  if (!type)
    throw data::ReadError(path, "its data type is " + std::to_string(code) +
                                    "; whole numbers and floats (1 to 5, 12 to 15) were expected");
  const std::string order = lowerCase(entry(entries, "interleave"));
  if (order != "bsq" && order != "bil" && order != "bip")
    throw data::ReadError(path, "its interleave is \"" + order + "\"; bsq, bil or bip was expected");
  if (samples == 0 || lines == 0 || bands == 0) throw data::ReadError(path, "the image is empty");
  const auto binary = binaryOf(path);
  const auto element = static_cast<std::int64_t>(sizeOf(*type));
  const double need = static_cast<double>(samples) * static_cast<double>(lines) * static_cast<double>(bands) *
                          static_cast<double>(element) +
                      static_cast<double>(offset);
  if (need > static_cast<double>(binary->size()))
    throw data::ReadError(binary->path(), "its header promises " + std::to_string(samples) + " × " +
                                              std::to_string(lines) + " pixels of " + std::to_string(bands) +
                                              " bands (" + byteText(need) + "), but the file has only " +
                                              byteText(static_cast<double>(binary->size())));
  data::DatasetInfo dataset;
  dataset.path = path;
  dataset.format = "ENVI";
  for (const char* key : {"description", "sensor type", "coordinate system string", "reflectance scale factor"})
    if (const std::string text = entry(entries, key); !text.empty()) dataset.attributes[key] = text;
  data::FieldInfo info;
  info.name = "image";
  info.shape = {samples, lines, 1};
  place(entries, info, dataset);
  std::vector<data::Table> tables;
  if (bands <= 65536) tables.push_back(bandTable(entries, bands));
  std::vector<double> wavelengths;
  if (!tables.empty())
    if (const auto& columns = tables[0].info.columns;
        std::find(columns.begin(), columns.end(), "wavelength") != columns.end())
      wavelengths = tables[0].numbers[static_cast<std::size_t>(std::find(columns.begin(), columns.end(), "wavelength") -
                                                               columns.begin())];
  const bool spectral = bands > 1 && !wavelengths.empty();
  RawLayout layout;
  layout.base = offset;
  layout.stored = *type;
  layout.swapped = whole(path, entries, "byte order", 0) == 1 && element > 1;
  const std::int64_t along = order == "bip" ? element * bands : element;
  const std::int64_t down = order == "bsq" ? element * samples : element * samples * bands;
  const std::int64_t deep = order == "bsq" ? element * samples * lines : order == "bil" ? element * samples : element;
  layout.stride = {along, down, 0, 0, 0};
  if (spectral) {
    info.shape[2] = bands;
    layout.stride[2] = deep;
    const std::string unit = entry(entries, "wavelength units");
    info.axisNames[2] = "wavelength" + (unit.empty() ? "" : " (" + unit + ")");
    if (std::adjacent_find(wavelengths.begin(), wavelengths.end(), std::greater_equal<>()) == wavelengths.end())
      info.coordinates[2] = wavelengths;
    else
      dataset.warnings.push_back("The wavelengths do not rise from band to band; bands are shown by their number.");
  } else {
    if (bands > 65536) throw data::ReadError(path, "more than 65536 bands without wavelengths are promised");
    info.components = static_cast<int>(bands);
    layout.stride[4] = deep;
  }
  if (lowerCase(entry(entries, "file type")).find("classification") != std::string::npos && !isFloating(*type)) {
    info.labels = true;
    info.name = "classes";
    const auto names = listOf(entry(entries, "class names"));
    for (std::size_t i = 0; i < names.size(); ++i)
      info.labelNames[static_cast<std::int64_t>(i)] = names[i];
  }
  if (!entry(entries, "data gain values").empty() || !entry(entries, "reflectance scale factor").empty())
    dataset.warnings.push_back(
        "The values are those stored; the gains or the reflectance scale of the header are not applied.");
  info.levels = levelsFor(info.shape);
  info.source = "ENVI, " + order;
  auto field = rawField(std::move(info), binary, layout);
  if (const auto ignored = numberOf(entry(entries, "data ignore value")))
    field = withMissing(std::move(field), *ignored);
  return std::make_shared<FieldsDataset>(std::move(dataset), FieldsDataset::Fields{std::move(field)},
                                         std::move(tables));
}

} // namespace discern::io
