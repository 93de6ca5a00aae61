#include "io/numpy/npy_reader.h"

#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/raw_field.h"

#include <algorithm>
#include <charconv>
#include <optional>

namespace discern::io {

namespace {

using data::ScalarType;

/// The text after `'key':` in the header, blanks removed in front.
std::string_view valueOf(std::string_view header, std::string_view key) {
  const auto at = header.find("'" + std::string(key) + "'");
  if (at == std::string_view::npos) return {};
  const auto colon = header.find(':', at);
  if (colon == std::string_view::npos) return {};
  header.remove_prefix(colon + 1);
  const auto begin = header.find_first_not_of(' ');
  return begin == std::string_view::npos ? std::string_view{} : header.substr(begin);
}

std::optional<ScalarType> typeOf(std::string_view code) {
  if (code == "i1") return ScalarType::Int8;
  if (code == "u1" || code == "b1") return ScalarType::UInt8;
  if (code == "i2") return ScalarType::Int16;
  if (code == "u2") return ScalarType::UInt16;
  if (code == "i4") return ScalarType::Int32;
  if (code == "u4") return ScalarType::UInt32;
  if (code == "i8") return ScalarType::Int64;
  if (code == "u8") return ScalarType::UInt64;
  if (code == "f4") return ScalarType::Float32;
  if (code == "f8") return ScalarType::Float64;
  return std::nullopt;
}

} // namespace

std::shared_ptr<data::Dataset> openNpy(const std::shared_ptr<const File>& file) {
  const std::string& path = file->path();
  const auto bytes = file->head(65536);
  const auto byte = [&](std::size_t i) { return std::to_integer<std::size_t>(bytes[i]); };
  if (bytes.size() < 12) throw data::ReadError(path, "the NumPy header is cut short");
  const std::size_t before = byte(6) == 1 ? 10 : 12;
  const std::size_t length =
      byte(6) == 1 ? byte(8) | byte(9) << 8 : byte(8) | byte(9) << 8 | byte(10) << 16 | byte(11) << 24;
  if (byte(6) < 1 || byte(6) > 3 || before + length > bytes.size())
    throw data::ReadError(path, "the NumPy header is damaged or cut short: version " + std::to_string(byte(6)) + ", " +
                                    std::to_string(length) + " bytes long");
  const std::string_view header(reinterpret_cast<const char*>(bytes.data()) + before, length);
  const std::string_view descr = valueOf(header, "descr");
  const auto quoted = descr.size() > 2 && (descr[0] == '\'' || descr[0] == '"')
                          ? descr.substr(1, descr.find(descr[0], 1) - 1)
                          : std::string_view{};
  const auto type = quoted.size() == 3 ? typeOf(quoted.substr(1)) : std::nullopt;
  if (!type)
    throw data::ReadError(path, "its numbers are of NumPy type " + cleanText(descr.substr(0, descr.find(','))) +
                                    "; whole numbers of 8 to 64 bits or floats of 32 or 64 were expected");
  const bool fortran = valueOf(header, "fortran_order").starts_with("True");
  std::string_view shapeWords = valueOf(header, "shape");
  shapeWords = shapeWords.substr(0, shapeWords.find(')'));
  std::vector<std::int64_t> shape;
  double elements = 1;
  for (std::size_t at = 0; at < shapeWords.size();) {
    if (shapeWords[at] < '0' || shapeWords[at] > '9') {
      ++at;
      continue;
    }
    std::int64_t n = 0;
    const auto [end, error] = std::from_chars(shapeWords.data() + at, shapeWords.data() + shapeWords.size(), n);
    if (error != std::errc() || shape.size() > 8) throw data::ReadError(path, "the NumPy header's shape can't be read");
    shape.push_back(n);
    elements *= static_cast<double>(n);
    at = static_cast<std::size_t>(end - shapeWords.data());
  }
  const auto element = static_cast<std::int64_t>(sizeOf(*type));
  const double end = static_cast<double>(before + length) + elements * static_cast<double>(element);
  if (end > static_cast<double>(file->size()))
    throw data::ReadError(path, "the header promises " + shapeText(shape) + " values (" +
                                    byteText(elements * static_cast<double>(element)) + "), but the file has only " +
                                    byteText(static_cast<double>(file->size()) - static_cast<double>(before + length)) +
                                    " of them; it is cut short or its header is wrong");
  if (elements == 0) throw data::ReadError(path, "the array is empty: its shape is " + shapeText(shape));
  if (shape.empty() || shape.size() > 4)
    throw data::ReadError(path, "the array has " + std::to_string(shape.size()) +
                                    " axes; 1 to 4 were expected (time, z, y, x)");

  data::FieldInfo info;
  info.name = "array";
  info.transform = "none";
  info.worldUnit = "px";
  info.source = "NumPy";
  RawLayout layout;
  layout.base = static_cast<std::int64_t>(before + length);
  layout.stored = *type;
  layout.swapped = quoted[0] == '>';
  std::vector<std::int64_t> strides(shape.size());
  std::int64_t step = element;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::size_t axis = fortran ? i : shape.size() - 1 - i;
    strides[axis] = step;
    step *= shape[axis];
  }
  for (std::size_t i = 0; i < shape.size(); ++i) {
    const std::size_t axis = shape.size() - 1 - i; // x is the last
    if (i < 3)
      info.shape[i] = shape[axis];
    else
      info.time.size = shape[axis];
    layout.stride[i] = strides[axis];
  }
  info.levels = levelsFor(info.shape);
  data::DatasetInfo dataset;
  dataset.path = path;
  dataset.format = "NumPy";
  dataset.attributes["order"] = fortran ? "Fortran" : "C";
  info.labels = !isFloating(*type) && speaksOfLabels(stemOf(path));
  return std::make_shared<FieldsDataset>(std::move(dataset), std::vector{rawField(std::move(info), file, layout)});
}

} // namespace discern::io
