#include "io/tiff/tiff_description.h"

#include "io/file_text.h"

#include <charconv>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

namespace discern::io {

namespace {

std::optional<double> number(std::string_view text) {
  double value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::int64_t whole(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && value > 0 && value < (std::int64_t{1} << 40) ? value : 0;
}

TiffDescription imageJ(const std::string& text) {
  TiffDescription d;
  d.kind = TiffDescription::Kind::ImageJ;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const auto equals = line.find('=');
    if (equals == std::string::npos) continue;
    const std::string key = line.substr(0, equals), value = line.substr(equals + 1);
    if (key == "ImageJ")
      d.version = value;
    else if (key == "images")
      d.images = whole(value);
    else if (key == "slices")
      d.slices = whole(value);
    else if (key == "frames")
      d.frames = whole(value);
    else if (key == "channels")
      d.channels = whole(value);
    else if (key == "unit")
      d.unit = lengthUnit(value);
    else if (key == "spacing")
      d.spacing = number(value);
    else if (key == "finterval")
      d.interval = number(value);
    else if (key == "order" && lowerCase(value) == "zct")
      d.order = "ZCT";
  }
  if (d.spacing && !(*d.spacing != 0)) d.spacing.reset();
  if (d.spacing) d.spacing = std::abs(*d.spacing);
  if (d.interval && !(*d.interval > 0)) d.interval.reset();
  return d;
}

/// The value of an attribute of the first <Pixels> of OME-XML.
std::string_view attribute(std::string_view element, std::string_view name) {
  const std::string key = " " + std::string(name) + "=\"";
  const auto at = element.find(key);
  if (at == std::string_view::npos) return {};
  const auto begin = at + key.size();
  const auto end = element.find('"', begin);
  return end == std::string_view::npos ? std::string_view{} : element.substr(begin, end - begin);
}

TiffDescription ome(const std::string& text) {
  TiffDescription d;
  const auto begin = text.find("<Pixels ");
  const auto end = text.find('>', begin == std::string::npos ? 0 : begin);
  if (begin == std::string::npos || end == std::string::npos) return d;
  const std::string_view pixels = std::string_view(text).substr(begin, end - begin);
  d.kind = TiffDescription::Kind::Ome;
  d.series = 0;
  for (std::size_t at = begin; at != std::string::npos; at = text.find("<Pixels ", at + 1))
    ++d.series;
  std::set<std::string> files;
  constexpr std::string_view fileName = " FileName=\"";
  for (std::size_t at = text.find(fileName); at != std::string::npos; at = text.find(fileName, at + 1)) {
    const std::size_t name = at + fileName.size();
    files.insert(text.substr(name, text.find('"', name) - name));
  }
  d.files = std::max<std::size_t>(files.size(), 1);
  d.slices = whole(attribute(pixels, "SizeZ"));
  d.channels = whole(attribute(pixels, "SizeC"));
  d.frames = whole(attribute(pixels, "SizeT"));
  const std::string_view order = attribute(pixels, "DimensionOrder");
  if (order.size() == 5 && order.starts_with("XY")) d.order = order.substr(2);
  d.pixelX = number(attribute(pixels, "PhysicalSizeX"));
  d.pixelY = number(attribute(pixels, "PhysicalSizeY"));
  d.spacing = number(attribute(pixels, "PhysicalSizeZ"));
  const std::string unit(attribute(pixels, "PhysicalSizeXUnit"));
  if (d.pixelX) d.unit = unit.empty() ? "µm" : lengthUnit(unit); // the schema's default is µm
  d.interval = number(attribute(pixels, "TimeIncrement"));
  const std::string_view timeUnit = attribute(pixels, "TimeIncrementUnit");
  if (d.interval && timeUnit == "ms")
    *d.interval /= 1000;
  else if (!timeUnit.empty() && timeUnit != "s")
    d.interval.reset();
  return d;
}

} // namespace

std::string lengthUnit(const std::string& spelling) {
  const std::string unit = lowerCase(spelling);
  if (unit == "um" || unit == "µm" || unit == "μm" || unit == "micron" || unit == "microns" || unit == "micrometer" ||
      unit == "\\u00b5m" || unit == "micrometre" || unit == "microm")
    return "µm";
  if (unit == "nm" || unit == "nanometer") return "nm";
  if (unit == "mm" || unit == "millimeter") return "mm";
  if (unit == "cm" || unit == "centimeter") return "cm";
  if (unit == "m" || unit == "meter") return "m";
  if (unit == "inch" || unit == "inches" || unit == "in") return "inch";
  return {};
}

TiffDescription parseTiffDescription(const std::string& text) {
  if (text.starts_with("ImageJ=")) return imageJ(text);
  if (text.find("<OME") != std::string::npos) return ome(text);
  TiffDescription d;
  if (!text.starts_with("{")) return d;
  const auto json = nlohmann::json::parse(text, nullptr, false);
  if (!json.is_object() || !json.contains("shape") || !json["shape"].is_array()) return d;
  for (const auto& length : json["shape"]) {
    if (!length.is_number_integer() || length.get<std::int64_t>() < 1 || length.get<std::int64_t>() > (1LL << 40))
      return {};
    d.shape.push_back(length.get<std::int64_t>());
  }
  d.kind = TiffDescription::Kind::Shaped;
  if (json.contains("axes") && json["axes"].is_string()) d.axes = json["axes"].get<std::string>();
  if (d.axes.size() != d.shape.size()) d.axes.clear();
  // What Discern adds to tifffile's description.
  const auto positive = [&](const char* key) -> std::optional<double> {
    const bool good = json.contains(key) && json[key].is_number() && json[key].get<double>() > 0;
    return good ? std::optional(json[key].get<double>()) : std::nullopt;
  };
  if (json.contains("unit") && json["unit"].is_string()) d.unit = lengthUnit(json["unit"].get<std::string>());
  d.spacing = positive("spacing");
  d.interval = positive("finterval");
  return d;
}

} // namespace discern::io
