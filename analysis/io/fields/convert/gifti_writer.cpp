#include "data/error.h"
#include "io/file.h"
#include "io/file_text.h"
#include "io/write.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <vtkCellArray.h>
#include <vtkPolyData.h>
#include <zlib.h>

namespace discern::io {

namespace {

std::string base64(std::span<const unsigned char> bytes) {
  static constexpr char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    const std::size_t have = std::min<std::size_t>(3, bytes.size() - i);
    unsigned value = 0;
    for (std::size_t b = 0; b < 3; ++b)
      value = value << 8 | (b < have ? bytes[i + b] : 0U);
    for (std::size_t letter = 0; letter < 4; ++letter)
      text += letter <= have ? letters[value >> (18 - 6 * letter) & 63] : '=';
  }
  return text;
}

std::string xmlText(const std::string& text) {
  std::string safe;
  for (const char c : text) {
    if (c == '&')
      safe += "&amp;";
    else if (c == '<')
      safe += "&lt;";
    else if (c == '>')
      safe += "&gt;";
    else if (c == '"')
      safe += "&quot;";
    else if (static_cast<unsigned char>(c) >= 32)
      safe += c;
  }
  return safe;
}

std::string metaData(const std::vector<std::pair<std::string, std::string>>& entries) {
  std::string text = "<MetaData>";
  for (const auto& [name, value] : entries)
    if (!value.empty()) text += "<MD><Name>" + xmlText(name) + "</Name><Value>" + xmlText(value) + "</Value></MD>";
  return text + "</MetaData>";
}

template <typename T>
std::string dataArray(const char* intent, const std::vector<T>& values, std::size_t columns,
                      const std::string& inside) {
  const char* type = std::is_floating_point_v<T> ? "NIFTI_TYPE_FLOAT32" : "NIFTI_TYPE_INT32";
  uLongf size = compressBound(values.size() * sizeof(T));
  std::vector<unsigned char> packed(size);
  if (compress2(packed.data(), &size, reinterpret_cast<const Bytef*>(values.data()), values.size() * sizeof(T), 6) !=
      Z_OK)
    throw std::runtime_error("zlib failed");
  packed.resize(size);
  std::string text = "<DataArray Intent=\"" + std::string(intent) + "\" DataType=\"" + type +
                     "\" ArrayIndexingOrder=\"RowMajorOrder\" Dimensionality=\"" + (columns > 1 ? "2" : "1") +
                     "\" Dim0=\"" + std::to_string(values.size() / columns) + "\"";
  if (columns > 1) text += " Dim1=\"" + std::to_string(columns) + "\"";
  return text +
         " Encoding=\"GZipBase64Binary\" Endian=\"LittleEndian\" ExternalFileName=\"\" ExternalFileOffset=\"\">\n" +
         inside + "\n<Data>" + base64(packed) + "</Data>\n</DataArray>\n";
}

void writeFile(const std::string& path, const std::string& labels, const std::string& meta,
               const std::vector<std::string>& arrays) {
  FileWriter file(path);
  const auto put = [&](const std::string& text) { file.write(std::as_bytes(std::span(text))); };
  put("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!DOCTYPE GIFTI SYSTEM "
      "\"http://gifti.projects.nitrc.org/gifti.dtd\">\n"
      "<GIFTI Version=\"1.0\" NumberOfDataArrays=\"" +
      std::to_string(arrays.size()) + "\">\n" + meta + "\n" + labels + "\n");
  for (const std::string& array : arrays)
    put(array);
  put("</GIFTI>\n");
  file.commit();
}

/// The values at a time and component as GIFTI's whole numbers. Throws UsageError for larger ones.
template <typename T>
std::vector<T> valuesOf(const std::string& path, const data::FieldSource& field, std::int64_t t, int c) {
  const data::FieldInfo& info = field.info();
  std::vector<std::byte> bytes(static_cast<std::size_t>(info.voxels()) * sizeOf(info.type));
  field.read({{{0, 0, 0}, info.shape}, t, c, 0}, bytes);
  std::vector<T> values(static_cast<std::size_t>(info.voxels()));
  data::dispatch(info.type, [&](auto tag) {
    using From = typename decltype(tag)::type;
    for (std::size_t i = 0; i < values.size(); ++i) {
      From value;
      std::memcpy(&value, bytes.data() + i * sizeof(From), sizeof(From));
      values[i] = static_cast<T>(value);
      if constexpr (std::is_integral_v<T> && std::is_integral_v<From>)
        if (static_cast<double>(values[i]) != static_cast<double>(value))
          throw data::UsageError(path +
                                 " can't be written as GIFTI: it has whole numbers of 32 bits, and the field has " +
                                 numberText(static_cast<double>(value)));
    }
  });
  return values;
}

} // namespace

void writeGifti(const std::string& path, const data::FieldSource& field) {
  const data::FieldInfo& info = field.info();
  if (info.shape[1] > 1 || info.shape[2] > 1)
    throw data::UsageError(path + " can't be written as GIFTI: it holds one value a vertex, and the field " +
                           info.name + " lies on a grid of voxels");
  if (info.labels && isFloating(info.type))
    throw data::UsageError(path + " can't be written as GIFTI: labels must be whole numbers");
  std::string labels = "<LabelTable>";
  if (info.labels) {
    for (const auto& [key, name] : info.labelNames) {
      // Colours are needed by other programs: spread over the circle of hues, background transparent.
      const double hue = std::fmod(static_cast<double>(key) * 0.618033988749895, 1.0) * 6.283185307179586;
      const auto part = [&](double shift) {
        return numberText(std::round((0.5 + 0.5 * std::cos(hue + shift)) * 100) / 100);
      };
      labels += "<Label Key=\"" + std::to_string(key) + "\" Red=\"" + part(0) + "\" Green=\"" + part(2.1) +
                "\" Blue=\"" + part(4.2) + "\" Alpha=\"" + (key == 0 ? "0" : "1") + "\">" + xmlText(name) + "</Label>";
    }
  }
  labels += "</LabelTable>";
  const char* intent = info.labels                    ? "NIFTI_INTENT_LABEL"
                       : path.ends_with(".shape.gii") ? "NIFTI_INTENT_SHAPE"
                       : info.time.size > 1           ? "NIFTI_INTENT_TIME_SERIES"
                                                      : "NIFTI_INTENT_NONE";
  std::vector<std::string> arrays;
  const auto& times = info.time.values;
  for (std::int64_t t = 0; t < info.time.size; ++t)
    for (int c = 0; c < info.components; ++c) {
      std::vector<std::pair<std::string, std::string>> entries{{"Name", info.name}, {"Unit", info.unit}};
      if (t < static_cast<std::int64_t>(times.size()))
        entries.emplace_back("Time", numberText(times[static_cast<std::size_t>(t)]));
      if (times.size() > 1 && info.time.unit == "s") entries.emplace_back("TimeStep", numberText(times[1] - times[0]));
      const std::string meta = metaData(entries);
      arrays.push_back(isFloating(info.type) ? dataArray(intent, valuesOf<float>(path, field, t, c), 1, meta)
                                             : dataArray(intent, valuesOf<std::int32_t>(path, field, t, c), 1, meta));
    }
  writeFile(path, labels, metaData({{"Description", info.quantity}, {"Unit", info.unit}, {"Source", info.source}}),
            arrays);
}

void writeGiftiSurface(const std::string& path, const data::GridSource& grid, std::int64_t time) {
  const data::GridInfo& info = grid.info();
  const auto object = grid.read(time);
  auto* surface = vtkPolyData::SafeDownCast(object);
  if (!surface || info.kind != data::GridKind::Surface)
    throw data::UsageError(path + " can't be written as GIFTI: the grid " + info.name + " is no surface but " +
                           std::string(nameOf(info.kind)));
  std::vector<float> points(static_cast<std::size_t>(surface->GetNumberOfPoints()) * 3);
  for (vtkIdType i = 0; i < surface->GetNumberOfPoints(); ++i) {
    double at[3];
    surface->GetPoint(i, at);
    for (std::size_t a = 0; a < 3; ++a)
      points[static_cast<std::size_t>(i) * 3 + a] = static_cast<float>(at[a]);
  }
  std::vector<std::int32_t> corners;
  vtkCellArray* polygons = surface->GetPolys();
  for (vtkIdType i = 0; i < polygons->GetNumberOfCells(); ++i) {
    vtkIdType count = 0;
    const vtkIdType* ids = nullptr;
    polygons->GetCellAtId(i, count, ids);
    if (count != 3)
      throw data::UsageError(path +
                             " can't be written as GIFTI: it holds triangles, and the surface has a polygon of " +
                             std::to_string(count) + " corners");
    for (std::size_t c = 0; c < 3; ++c)
      corners.push_back(static_cast<std::int32_t>(ids[c]));
  }
  if (corners.empty()) throw data::UsageError(path + " can't be written as GIFTI: the surface has no triangles");
  const std::string space =
      info.frame == data::Frame::RasMillimetres ? "NIFTI_XFORM_SCANNER_ANAT" : "NIFTI_XFORM_UNKNOWN";
  const std::string matrix = "<CoordinateSystemTransformMatrix><DataSpace>" + space + "</DataSpace><TransformedSpace>" +
                             space +
                             "</TransformedSpace><MatrixData>1 0 0 0 0 1 0 0 0 0 1 0 0 0 0 1</MatrixData>"
                             "</CoordinateSystemTransformMatrix>";
  writeFile(path, "<LabelTable></LabelTable>", metaData({{"Source", info.source}}),
            {dataArray("NIFTI_INTENT_POINTSET", points, 3, metaData({{"Name", info.name}}) + matrix),
             dataArray("NIFTI_INTENT_TRIANGLE", corners, 3, metaData({}))});
}

} // namespace discern::io
