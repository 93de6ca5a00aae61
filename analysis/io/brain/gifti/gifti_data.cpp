#include "io/brain/gifti/gifti_data.h"

#include "data/error.h"
#include "io/base64.h"
#include "io/brain/volume/number_text.h"
#include "io/file.h"
#include "io/file_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstring>
#include <optional>
#include <zlib.h>

namespace discern::io {

namespace {

using data::ScalarType;

constexpr double mostBytes = 512e6;

std::optional<ScalarType> typeOf(std::string_view name) {
  struct Known {
    std::string_view name, number;
    ScalarType type;
  };
  constexpr std::array known{Known{"UINT8", "2", ScalarType::UInt8},      Known{"INT16", "4", ScalarType::Int16},
                             Known{"INT32", "8", ScalarType::Int32},      Known{"FLOAT32", "16", ScalarType::Float32},
                             Known{"FLOAT64", "64", ScalarType::Float64}, Known{"INT8", "256", ScalarType::Int8},
                             Known{"UINT16", "512", ScalarType::UInt16},  Known{"UINT32", "768", ScalarType::UInt32},
                             Known{"INT64", "1024", ScalarType::Int64},   Known{"UINT64", "1280", ScalarType::UInt64}};
  for (const Known& k : known)
    if (name == "NIFTI_TYPE_" + std::string(k.name) || name == k.number) return k.type;
  return std::nullopt;
}

std::vector<std::byte> fromBase64(const std::string& path, std::string_view text) {
  auto bytes = decodeBase64(text);
  if (!bytes)
    throw data::ReadError(path, "the base64 text of an array has a letter that is not of base64; it is damaged");
  return std::move(*bytes);
}

/// Inflates to exactly `size` bytes, or less when there are not as many.
std::vector<std::byte> inflated(const std::string& path, std::vector<std::byte> from, std::size_t size) {
  std::vector<std::byte> bytes(size);
  z_stream z{};
  if (inflateInit2(&z, 15 + 32) != Z_OK) throw std::runtime_error("zlib can't start");
  z.next_in = reinterpret_cast<Bytef*>(from.data());
  z.avail_in = static_cast<uInt>(from.size());
  z.next_out = reinterpret_cast<Bytef*>(bytes.data());
  z.avail_out = static_cast<uInt>(size);
  const int state = inflate(&z, Z_FINISH);
  bytes.resize(size - z.avail_out);
  inflateEnd(&z);
  if (state == Z_DATA_ERROR) throw data::ReadError(path, "the compressed values of an array are damaged");
  return bytes;
}

std::vector<std::byte> fromText(const std::string& path, std::string_view text, ScalarType type, std::size_t count) {
  std::vector<std::byte> bytes;
  const bool whole = appendNumbers(text, type, count, bytes);
  if (!whole) throw data::ReadError(path, "the values of an array are not all numbers of its type");
  return bytes;
}

std::vector<std::byte> fromFile(const std::string& path, const XmlNode& element, std::size_t size) {
  const std::string name = element.attribute("ExternalFileName");
  if (name.empty() || name.find('/') != std::string::npos)
    throw data::ReadError(path, "an array's values are in another file, but its name \"" + cleanText(name) +
                                    "\" is not that of a file beside this one");
  const File file(path.substr(0, path.find_last_of('/') + 1) + name);
  const std::int64_t offset = wholeNumber(element.attribute("ExternalFileOffset")).value_or(0);
  if (offset < 0 || static_cast<double>(offset) + static_cast<double>(size) > static_cast<double>(file.size()))
    throw data::ReadError(path, "an array promises " + byteText(static_cast<double>(size)) + " from byte " +
                                    std::to_string(offset) + " of " + name + ", which has only " +
                                    byteText(static_cast<double>(file.size())));
  std::vector<std::byte> bytes(size);
  file.readAt(offset, bytes);
  return bytes;
}

void noteTransform(const XmlNode& element, GiftiArray& array) {
  const XmlNode* transform = element.child("CoordinateSystemTransformMatrix");
  if (!transform) return;
  array.dataSpace = cleanText(transform->childText("DataSpace"));
  array.otherSpace = cleanText(transform->childText("TransformedSpace"));
  const auto m = numbersIn(transform->childText("MatrixData"), 17);
  if (m.size() != 16) return;
  for (std::size_t i = 0; i < 16; ++i)
    array.moved = array.moved || std::abs(m[i] - (i % 5 == 0 ? 1 : 0)) > 1e-6;
}

/// Column-major of two axes → row-major.
void transpose(GiftiArray& array) {
  const std::size_t size = sizeOf(array.type);
  const auto rows = static_cast<std::size_t>(array.shape[0]), columns = static_cast<std::size_t>(array.shape[1]);
  std::vector<std::byte> turned(array.bytes.size());
  for (std::size_t r = 0; r < rows; ++r)
    for (std::size_t c = 0; c < columns; ++c)
      std::memcpy(turned.data() + (r * columns + c) * size, array.bytes.data() + (c * rows + r) * size, size);
  array.bytes = std::move(turned);
}

} // namespace

std::int64_t GiftiArray::columns() const {
  std::int64_t n = 1;
  for (std::size_t i = 1; i < shape.size(); ++i)
    n *= shape[i];
  return n;
}

std::map<std::string, std::string> giftiMeta(const XmlNode* metaData) {
  std::map<std::string, std::string> meta;
  if (!metaData) return meta;
  for (const XmlNode& pair : metaData->children)
    if (pair.name == "MD") meta[cleanText(pair.childText("Name"))] = cleanText(pair.childText("Value"));
  return meta;
}

GiftiArray decodeGifti(const std::string& path, const XmlNode& element) {
  GiftiArray array;
  array.intent = element.attribute("Intent");
  array.meta = giftiMeta(element.child("MetaData"));
  array.name = array.meta["Name"];
  const auto type = typeOf(element.attribute("DataType"));
  if (!type)
    throw data::ReadError(path, "an array is of type \"" + cleanText(element.attribute("DataType")) +
                                    "\"; a NIFTI_TYPE of whole numbers or floats was expected");
  array.type = *type;
  const std::int64_t axes = wholeNumber(element.attribute("Dimensionality")).value_or(-1);
  if (axes < 1 || axes > 6)
    throw data::ReadError(path, "an array has \"" + cleanText(element.attribute("Dimensionality")) +
                                    "\" axes; 1 to 6 were expected");
  double size = static_cast<double>(sizeOf(array.type));
  for (std::int64_t i = 0; i < axes; ++i) {
    const auto length = wholeNumber(element.attribute("Dim" + std::to_string(i)));
    if (!length || *length < 1)
      throw data::ReadError(path, "an array gives axis " + std::to_string(i) + " a length of \"" +
                                      cleanText(element.attribute("Dim" + std::to_string(i))) + "\"");
    array.shape.push_back(*length);
    size *= static_cast<double>(*length);
  }
  const XmlNode* values = element.child("Data");
  const std::string encoding = element.attribute("Encoding");
  const std::string_view text = values ? std::string_view(values->text) : std::string_view();
  // What the text can hold at most, before anything of that size is made.
  const double room = encoding == "ASCII"              ? static_cast<double>(text.size()) * 4 + 8
                      : encoding == "GZipBase64Binary" ? static_cast<double>(text.size()) * 1032
                      : encoding == "Base64Binary"     ? static_cast<double>(text.size())
                                                       : mostBytes;
  if (size > room || size > mostBytes)
    throw data::ReadError(path, "an array promises " + shapeText(array.shape) + " values (" + byteText(size) +
                                    "), but its text of " + byteText(static_cast<double>(text.size())) +
                                    " can't hold them; it is cut short or its header is wrong");
  const auto bytes = static_cast<std::size_t>(size);
  if (encoding == "ASCII")
    array.bytes = fromText(path, text, array.type, bytes / sizeOf(array.type));
  else if (encoding == "Base64Binary")
    array.bytes = fromBase64(path, text);
  else if (encoding == "GZipBase64Binary")
    array.bytes = inflated(path, fromBase64(path, text), bytes);
  else if (encoding == "ExternalFileBinary")
    array.bytes = fromFile(path, element, bytes);
  else
    throw data::ReadError(path, "an array is encoded as \"" + cleanText(encoding) +
                                    "\"; ASCII, Base64Binary, GZipBase64Binary or ExternalFileBinary were expected");
  if (array.bytes.size() != bytes)
    throw data::ReadError(path, "an array promises " + shapeText(array.shape) + " values (" + byteText(size) +
                                    "), but " + byteText(static_cast<double>(array.bytes.size())) + " are there");
  if (encoding != "ASCII" && element.attribute("Endian") == "BigEndian") swapBytes(array.bytes, sizeOf(array.type));
  if (element.attribute("ArrayIndexingOrder") == "ColumnMajorOrder" && array.shape.size() > 1) {
    if (array.shape.size() > 2)
      throw data::ReadError(path, "an array has more than two axes in column-major order, which Discern can't read");
    transpose(array);
  }
  noteTransform(element, array);
  return array;
}

} // namespace discern::io
