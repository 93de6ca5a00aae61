#include "io/brain/freesurfer/surface_reader.h"

#include "io/brain/labels/label_table.h"
#include "io/brain/volume/big_endian.h"
#include "io/brain/volume/number_text.h"
#include "io/brain/volume/surface.h"
#include "io/fields_dataset.h"
#include "io/file_text.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <optional>

namespace discern::io {

namespace {

constexpr std::int64_t most = 256 << 20;

/// Reads big-endian numbers one after the other; what is not there ends in a ReadError.
class Cursor {
public:
  Cursor(const std::string& path, std::span<const std::byte> bytes) : path_(path), bytes_(bytes) {}
  template <typename T>
  T take(const char* what) {
    need(sizeof(T), what);
    at_ += sizeof(T);
    return bigEndian<T>(bytes_, at_ - sizeof(T));
  }
  std::span<const std::byte> take(double count, const char* what) {
    need(count, what);
    at_ += static_cast<std::size_t>(count);
    return bytes_.subspan(at_ - static_cast<std::size_t>(count), static_cast<std::size_t>(count));
  }
  void skip(std::size_t to) { at_ = std::min(to, bytes_.size()); }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::size_t left() const { return bytes_.size() - at_; }
  [[nodiscard]] std::string_view rest() const { return {reinterpret_cast<const char*>(bytes_.data()) + at_, left()}; }

private:
  void need(double count, const char* what) const {
    if (!(count >= 0) || count > static_cast<double>(left()))
      throw data::ReadError(path_, std::string("its ") + what + " need " + byteText(count) + ", but " +
                                       byteText(static_cast<double>(left())) +
                                       " are left; it is cut short or its header is wrong");
  }
  const std::string& path_;
  std::span<const std::byte> bytes_;
  std::size_t at_ = 0;
};

data::DatasetInfo datasetOf(const std::string& path, const char* format) {
  data::DatasetInfo dataset;
  dataset.path = path;
  dataset.format = format;
  return dataset;
}

std::vector<std::byte> turned(std::span<const std::byte> bytes) {
  std::vector<std::byte> own(bytes.begin(), bytes.end());
  swapBytes(own, 4);
  return own;
}

/// The numbers of a line "name = a b c" of a surface's footer.
std::vector<double> footerLine(std::string_view footer, std::string_view name) {
  // The first line follows numbers, not the end of a line.
  for (std::size_t at = footer.find(name); at != std::string_view::npos; at = footer.find(name, at + 1)) {
    const std::size_t sign = footer.find_first_not_of(' ', at + name.size());
    if (sign == std::string_view::npos || footer[sign] != '=') continue;
    const std::size_t end = std::min(footer.find('\n', sign), footer.size());
    return numbersIn(footer.substr(sign + 1, end - sign - 1), 3);
  }
  return {};
}

/// Surface RAS → scanner RAS, as the footer describes the volume; false when it doesn't.
bool place(std::string_view footer, std::vector<std::byte>& points) {
  const auto valid = footerLine(footer, "valid"), x = footerLine(footer, "xras"), y = footerLine(footer, "yras"),
             z = footerLine(footer, "zras"), c = footerLine(footer, "cras");
  if (valid.empty() || valid[0] != 1 || x.size() + y.size() + z.size() + c.size() != 12) return false;
  // Surface RAS has the volume's axes as (-1, 0, 0), (0, 0, -1), (0, 1, 0) and its middle at 0.
  for (std::size_t at = 0; at + 12 <= points.size(); at += 12) {
    std::array<float, 3> p;
    std::memcpy(p.data(), points.data() + at, 12);
    std::array<float, 3> q;
    for (std::size_t a = 0; a < 3; ++a)
      q[a] = static_cast<float>(-p[0] * x[a] - p[2] * y[a] + p[1] * z[a] + c[a]);
    std::memcpy(points.data() + at, q.data(), 12);
  }
  return true;
}

std::shared_ptr<data::Dataset> surface(const std::string& path, std::span<const std::byte> bytes) {
  Cursor in(path, bytes);
  in.skip(3);
  const std::size_t end = in.rest().find("\n\n");
  if (end == std::string_view::npos) throw data::ReadError(path, "the text in front of the surface has no end");
  auto dataset = datasetOf(path, "FreeSurfer surface");
  dataset.attributes["created"] = cleanText(in.rest().substr(0, end));
  in.skip(3 + end + 2);
  const auto vertices = in.take<std::int32_t>("counts"), faces = in.take<std::int32_t>("counts");
  auto points = turned(in.take(12.0 * vertices, "points"));
  const auto triangles = turned(in.take(12.0 * faces, "triangles"));
  data::GridInfo info;
  info.name = "surface";
  info.kind = data::GridKind::Surface;
  info.frame = data::Frame::RasMillimetres;
  info.worldUnit = "mm";
  info.source = "FreeSurfer";
  if (place(in.rest(), points)) {
    info.transform = "scanner RAS (surface RAS moved by the volume's axes and centre)";
  } else {
    info.transform = "surface RAS";
    dataset.warnings.push_back(
        "The surface does not say where its volume lies: its coordinates are FreeSurfer's surface "
        "RAS, which has the volume's middle at 0.");
  }
  const auto mesh = surfaceOf(path, {data::ScalarType::Float32, points, data::ScalarType::Int32, triangles});
  return std::make_shared<FieldsDataset>(std::move(dataset), FieldsDataset::Fields{}, std::vector<data::Table>{},
                                         FieldsDataset::Grids{data::memoryGrid(info, mesh)});
}

data::FieldInfo vertexField(std::int64_t count) {
  data::FieldInfo info;
  info.shape = {count, 1, 1};
  info.axisNames[0] = "vertex";
  info.worldUnit = "vertex";
  info.transform = "none";
  return info;
}

std::shared_ptr<data::Dataset> curv(const std::string& path, std::span<const std::byte> bytes) {
  Cursor in(path, bytes);
  in.skip(3);
  const auto vertices = in.take<std::int32_t>("counts"), faces = in.take<std::int32_t>("counts"),
             each = in.take<std::int32_t>("counts");
  const double promised = 4.0 * vertices * each;
  if (vertices < 1 || each < 1 || each > 65536 || faces < 0 || promised != static_cast<double>(in.left()))
    throw data::ReadError(path, "as values on vertices the header promises " + std::to_string(vertices) + " × " +
                                    std::to_string(each) + " floats, and " + byteText(static_cast<double>(in.left())) +
                                    " are there; it is cut short, damaged, or an old surface of quadrangles");
  const auto rows = turned(in.take(promised, "values"));
  std::vector<std::byte> values(rows.size());
  const auto n = static_cast<std::size_t>(vertices), k = static_cast<std::size_t>(each);
  for (std::size_t i = 0; i < n; ++i)
    for (std::size_t j = 0; j < k; ++j)
      std::memcpy(values.data() + (j * n + i) * 4, rows.data() + (i * k + j) * 4, 4);
  auto info = vertexField(vertices);
  const std::string name = path.substr(path.find_last_of('/') + 1);
  info.name = name.substr(name.find_last_of('.') + 1); // lh.thickness
  info.components = each;
  info.source = "FreeSurfer";
  auto dataset = datasetOf(path, "FreeSurfer values on vertices");
  dataset.attributes["surface"] = "not in this file; its values belong to a surface of " + std::to_string(vertices) +
                                  " vertices and " + std::to_string(faces) + " triangles";
  return std::make_shared<FieldsDataset>(std::move(dataset),
                                         FieldsDataset::Fields{data::memoryField(std::move(info), std::move(values))});
}

/// A name of an annotation's colour table: its length with the NUL, then as many bytes.
std::string tableName(Cursor& in) {
  const auto length = in.take<std::int32_t>("names");
  const auto raw = in.take(static_cast<double>(length), "names");
  return cleanText({reinterpret_cast<const char*>(raw.data()), raw.size()});
}

/// Red, green and blue as an annotation has them in one number → the entry of the table.
std::vector<std::pair<std::int32_t, LabelEntry>> colourTable(const std::string& path, Cursor& in) {
  std::vector<std::pair<std::int32_t, LabelEntry>> entries;
  if (in.left() < 4 || in.take<std::int32_t>("mark of the colour table") != 1) return entries;
  auto count = in.take<std::int32_t>("colour table");
  const bool numbered = count < 0; // version 2: entries have numbers of their own
  if (numbered && count != -2)
    throw data::ReadError(path, "its colour table is of version " + std::to_string(-static_cast<std::int64_t>(count)) +
                                    "; 1 or 2 were expected");
  if (numbered) (void)in.take<std::int32_t>("colour table");
  (void)tableName(in);
  if (numbered) count = in.take<std::int32_t>("colour table");
  if (static_cast<double>(count) * 20 > static_cast<double>(in.left()))
    throw data::ReadError(path, "its colour table promises " + std::to_string(count) + " entries, more than fit");
  for (std::int32_t i = 0; i < count; ++i) {
    const std::int32_t key = numbered ? in.take<std::int32_t>("colour table") : i;
    LabelEntry entry{key, tableName(in), std::array<double, 4>{}};
    std::int32_t code = 0;
    for (int c = 0; c < 4; ++c) {
      const auto part = in.take<std::int32_t>("colours");
      if (c < 3) code |= (part & 255) << (8 * c);
      (*entry.colour)[static_cast<std::size_t>(c)] =
          c < 3 ? part / 255.0 : 1 - part / 255.0; // the last is transparency
    }
    entries.emplace_back(code, std::move(entry));
  }
  return entries;
}

std::shared_ptr<data::Dataset> annotation(const std::string& path, std::span<const std::byte> bytes) {
  Cursor in(path, bytes);
  const auto count = in.take<std::int32_t>("counts");
  if (count < 1) throw data::ReadError(path, "the annotation promises " + std::to_string(count) + " vertices");
  const auto pairs = in.take(8.0 * count, "vertices");
  auto dataset = datasetOf(path, "FreeSurfer annotation");
  const auto table = colourTable(path, in);
  if (table.empty()) dataset.warnings.push_back("The annotation has no colour table: labels are its colours.");
  std::map<std::int32_t, std::int32_t> keyOf;
  std::vector<LabelEntry> entries;
  for (const auto& [code, entry] : table) {
    keyOf.emplace(code, static_cast<std::int32_t>(entry.key));
    entries.push_back(entry);
  }
  std::vector<std::int32_t> labels(static_cast<std::size_t>(count), -1);
  for (std::size_t i = 0; i < labels.size(); ++i) {
    const auto vertex = bigEndian<std::int32_t>(pairs, 8 * i), code = bigEndian<std::int32_t>(pairs, 8 * i + 4);
    if (vertex < 0 || vertex >= count)
      throw data::ReadError(path, "the annotation names vertex " + std::to_string(vertex) + ", but it has " +
                                      std::to_string(count));
    const auto at = keyOf.find(code);
    labels[static_cast<std::size_t>(vertex)] = table.empty() ? code : at == keyOf.end() ? -1 : at->second;
  }
  auto info = vertexField(count);
  info.name = "labels";
  info.type = data::ScalarType::Int32;
  info.labels = true;
  info.missing = -1; // a colour that is not in the table
  info.labelNames = namesOf(entries);
  info.source = "FreeSurfer";
  const auto raw = std::as_bytes(std::span(labels));
  std::vector<data::Table> tables;
  if (!entries.empty()) tables.push_back(tableOf("labels", entries));
  return std::make_shared<FieldsDataset>(
      std::move(dataset),
      FieldsDataset::Fields{data::memoryField(std::move(info), std::vector<std::byte>(raw.begin(), raw.end()))},
      std::move(tables));
}

std::shared_ptr<data::Dataset> label(const std::string& path, std::span<const std::byte> bytes) {
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  const std::size_t line = text.find('\n');
  const std::size_t second = line == std::string_view::npos ? line : text.find('\n', line + 1);
  const auto count =
      second == std::string_view::npos ? std::nullopt : wholeNumber(text.substr(line + 1, second - line - 1));
  if (!count || *count < 1 || *count > static_cast<std::int64_t>(text.size() / 10))
    throw data::ReadError(path,
                          "the second line of a label has the number of its vertices; found \"" +
                              cleanText(line == std::string_view::npos
                                            ? std::string_view()
                                            : text.substr(line + 1, std::min<std::size_t>(second - line - 1, 30))) +
                              "\" with " + byteText(static_cast<double>(text.size())) + " of text");
  const auto n = static_cast<std::size_t>(*count);
  const auto numbers = numbersIn(text.substr(second), 5 * n);
  if (numbers.size() != 5 * n)
    throw data::ReadError(path, "the label promises " + std::to_string(n) + " vertices of five numbers each, and has " +
                                    std::to_string(numbers.size()) + " numbers; it is cut short or damaged");
  std::vector<float> points(3 * n), values(n);
  std::vector<std::int32_t> vertices(n);
  for (std::size_t i = 0; i < n; ++i) {
    vertices[i] = static_cast<std::int32_t>(std::min(std::max(-1.0, numbers[5 * i]), 2147483647.0));
    for (std::size_t a = 0; a < 3; ++a)
      points[3 * i + a] = static_cast<float>(numbers[5 * i + 1 + a]);
    values[i] = static_cast<float>(numbers[5 * i + 4]);
  }
  data::GridInfo grid;
  grid.name = "vertices";
  grid.kind = data::GridKind::Particles;
  grid.frame = data::Frame::RasMillimetres;
  grid.worldUnit = "mm";
  grid.transform = text.substr(0, line).find("TkReg") != std::string_view::npos ? "surface RAS" : "as in the file";
  grid.source = "FreeSurfer";
  const auto field = [&](const char* name, data::ScalarType type, std::span<const std::byte> raw) {
    data::FieldInfo info;
    info.name = name;
    info.type = type;
    info.shape = {*count, 1, 1};
    info.support = data::Support::Points;
    info.grid = grid.name;
    info.frame = grid.frame;
    info.worldUnit = grid.worldUnit;
    info.transform = grid.transform;
    info.source = "FreeSurfer";
    return data::memoryField(std::move(info), std::vector<std::byte>(raw.begin(), raw.end()));
  };
  const auto mesh =
      surfaceOf(path, {data::ScalarType::Float32, std::as_bytes(std::span(points)), data::ScalarType::Int32, {}});
  return std::make_shared<FieldsDataset>(
      datasetOf(path, "FreeSurfer label"),
      FieldsDataset::Fields{field("value", data::ScalarType::Float32, std::as_bytes(std::span(values))),
                            field("vertex", data::ScalarType::Int32, std::as_bytes(std::span(vertices)))},
      std::vector<data::Table>{}, FieldsDataset::Grids{data::memoryGrid(grid, mesh)});
}

/// The mark in the first three bytes.
unsigned markOf(const Candidate& c) {
  if (c.head.size() < 3) return 0;
  return std::to_integer<unsigned>(c.head[0]) << 16 | std::to_integer<unsigned>(c.head[1]) << 8 |
         std::to_integer<unsigned>(c.head[2]);
}

bool isAnnotation(const Candidate& c) { return lowerCase(c.path()).ends_with(".annot"); }

} // namespace

bool isFreeSurfer(const Candidate& c) {
  const unsigned mark = markOf(c);
  if (mark == 0xFFFFFE) return c.begins("created by", 3) || !c.begins(std::string_view("\xFF", 1), 3);
  // The same mark begins other files; the counts behind it are positive here.
  if (mark == 0xFFFFFF)
    return c.head.size() < 15 || (bigEndian<std::int32_t>(c.head, 3) > 0 && bigEndian<std::int32_t>(c.head, 11) > 0);
  return c.begins("#!ascii label") || isAnnotation(c);
}

std::shared_ptr<data::Dataset> openFreeSurfer(const Candidate& c) {
  const auto bytes = c.content(most);
  const unsigned mark = markOf(c);
  if (mark == 0xFFFFFE) return surface(c.path(), bytes);
  if (mark == 0xFFFFFF) return curv(c.path(), bytes);
  return isAnnotation(c) ? annotation(c.path(), bytes) : label(c.path(), bytes);
}

} // namespace discern::io
