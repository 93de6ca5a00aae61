#include "io/grids/surface/ply_reader.h"

#include "io/file_text.h"
#include "io/grids/object/grid_steps.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <sstream>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkDoubleArray.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>

namespace discern::io {

namespace {

/// A point that isn't there, for a number that names none; NaN too.
vtkIdType cornerOf(double value) {
  constexpr double most = 1e15;
  return value >= 0 && value < most ? static_cast<vtkIdType>(value) : -1;
}

/// How a number is stored.
struct Number {
  int size = 0; ///< bytes; 0: no type of PLY's
  bool floating = false, isSigned = false;
};
struct Property {
  std::string name;
  Number value;
  Number count; ///< of a list: its length; size 0: not a list
};
struct Element {
  std::string name;
  std::int64_t count = 0;
  std::vector<Property> properties;
};
enum class Coding { Text, Little, Big };

Number numberOf(const std::string& type) {
  if (type == "char" || type == "int8") return {1, false, true};
  if (type == "uchar" || type == "uint8") return {1, false, false};
  if (type == "short" || type == "int16") return {2, false, true};
  if (type == "ushort" || type == "uint16") return {2, false, false};
  if (type == "int" || type == "int32") return {4, false, true};
  if (type == "uint" || type == "uint32") return {4, false, false};
  if (type == "float" || type == "float32") return {4, true, true};
  if (type == "double" || type == "float64") return {8, true, true};
  return {};
}

class Walk {
public:
  explicit Walk(const File& file) : file_(file) {}

  [[nodiscard]] vtkSmartPointer<vtkPolyData> read() {
    header();
    const auto surface = vtkSmartPointer<vtkPolyData>::New();
    const auto points = vtkSmartPointer<vtkPoints>::New();
    const auto polygons = vtkSmartPointer<vtkCellArray>::New();
    points->SetDataTypeToDouble();
    for (const Element& element : elements_) {
      const bool vertices = element.name == "vertex", faces = element.name == "face";
      std::int64_t least = 0; // bytes that an element takes at least
      for (const Property& property : element.properties)
        least += coding_ == Coding::Text ? 2 : property.count.size > 0 ? property.count.size : property.value.size;
      if (least * element.count > file_.size() + 1)
        throw data::ReadError(file_.path(), std::to_string(element.count) + " elements \"" + element.name +
                                                "\" are more than the file of " +
                                                byteText(static_cast<double>(file_.size())) + " can hold");
      std::vector<vtkSmartPointer<vtkDoubleArray>> columns;
      for (const Property& property : element.properties) {
        auto& column = columns.emplace_back();
        if (property.count.size > 0 || !(vertices || faces)) continue;
        column = vtkSmartPointer<vtkDoubleArray>::New();
        column->SetName(property.name.c_str());
        column->SetNumberOfValues(element.count);
      }
      std::vector<vtkIdType> corners;
      for (std::int64_t i = 0; i < element.count; ++i)
        for (std::size_t p = 0; p < element.properties.size(); ++p) {
          const Property& property = element.properties[p];
          if (property.count.size == 0) {
            const double value = number(property.value, element, i);
            if (columns[p]) columns[p]->SetValue(i, value);
            continue;
          }
          const double length = number(property.count, element, i);
          if (!(length >= 0) || length > static_cast<double>(file_.size()))
            throw data::ReadError(file_.path(), "element " + std::to_string(i) + " of \"" + element.name +
                                                    "\" has a list of " + numberText(length) + " values");
          corners.clear();
          for (auto left = static_cast<std::int64_t>(length); left > 0; --left)
            corners.push_back(cornerOf(number(property.value, element, i)));
          if (faces && (property.name == "vertex_indices" || property.name == "vertex_index"))
            polygons->InsertNextCell(static_cast<vtkIdType>(corners.size()), corners.data());
        }
      if (vertices) places(element, columns, *points);
      // Where there are no faces, the cells are the vertices: values of faces have no place.
      for (const auto& column : columns)
        if (column && (vertices || element.count > 0) && column->GetName() != std::string("x") &&
            column->GetName() != std::string("y") && column->GetName() != std::string("z"))
          (vertices ? static_cast<vtkFieldData*>(surface->GetPointData()) : surface->GetCellData())->AddArray(column);
    }
    surface->SetPoints(points);
    surface->SetPolys(polygons);
    return surface;
  }

private:
  void places(const Element& element, const std::vector<vtkSmartPointer<vtkDoubleArray>>& columns, vtkPoints& points) {
    points.SetNumberOfPoints(element.count);
    for (std::size_t axis = 0; axis < 3; ++axis) {
      constexpr std::array names{"x", "y", "z"};
      const auto at = std::find_if(columns.begin(), columns.end(), [&](const auto& column) {
        return column && column->GetName() == std::string(names[axis]);
      });
      if (at == columns.end()) throw data::ReadError(file_.path(), std::string("the vertices have no ") + names[axis]);
      for (std::int64_t i = 0; i < element.count; ++i)
        points.GetData()->SetComponent(i, static_cast<int>(axis), (*at)->GetValue(i));
    }
  }

  [[nodiscard]] int byte() {
    constexpr std::int64_t pieceBytes = 1 << 18;
    if (at_ < pieceBegin_ || at_ >= pieceBegin_ + static_cast<std::int64_t>(piece_.size())) {
      if (at_ >= file_.size()) return -1;
      piece_.resize(static_cast<std::size_t>(std::min(pieceBytes, file_.size() - at_)));
      pieceBegin_ = at_;
      file_.readAt(at_, piece_);
    }
    return std::to_integer<int>(piece_[static_cast<std::size_t>(at_++ - pieceBegin_)]);
  }

  std::string line() {
    constexpr std::size_t longest = 4096;
    std::string text;
    for (int c = byte(); c >= 0 && c != '\n' && text.size() < longest; c = byte())
      text += static_cast<char>(c);
    return text;
  }

  void header() {
    constexpr int mostLines = 1000;
    for (int i = 0; i < mostLines; ++i) {
      const std::string text = line();
      std::istringstream words(text);
      std::string key, a, b, c, d;
      words >> key >> a >> b >> c >> d;
      if (key == "end_header") return;
      if (key == "format")
        coding_ = a == "ascii" ? Coding::Text : a == "binary_big_endian" ? Coding::Big : Coding::Little;
      if (key == "element") {
        Element& element = elements_.emplace_back();
        element.name = cleanText(a);
        std::istringstream count(b);
        if (!(count >> element.count) || element.count < 0 || element.count > file_.size())
          throw data::ReadError(file_.path(), "\"" + cleanText(text) + "\" is more than the file of " +
                                                  byteText(static_cast<double>(file_.size())) + " can hold");
      }
      if (key == "property" && !elements_.empty()) {
        const bool list = a == "list";
        const Property property{cleanText(list ? d : b), numberOf(list ? c : a), list ? numberOf(b) : Number{}};
        if (property.value.size == 0 || (list && property.count.size == 0))
          throw data::ReadError(file_.path(), "expected the type of a property, found \"" + cleanText(text) + "\"");
        elements_.back().properties.push_back(property);
      }
    }
    throw data::ReadError(file_.path(),
                          "expected \"end_header\", found none in " + std::to_string(mostLines) + " lines");
  }

  double number(const Number& type, const Element& element, std::int64_t index) {
    if (coding_ == Coding::Text) {
      int c = byte();
      while (c >= 0 && std::isspace(c))
        c = byte();
      std::string word;
      for (; c >= 0 && !std::isspace(c) && word.size() < 64; c = byte())
        word += static_cast<char>(c);
      if (word.empty()) early(element, index);
      char* end = nullptr;
      const double value = std::strtod(word.c_str(), &end);
      if (end == word.c_str())
        throw data::ReadError(file_.path(), "expected a number in element " + std::to_string(index) + " of \"" +
                                                element.name + "\", found \"" + cleanText(word) + "\"");
      return value;
    }
    std::uint64_t bits = 0;
    for (int i = 0; i < type.size; ++i) {
      const int c = byte();
      if (c < 0) early(element, index);
      bits |= static_cast<std::uint64_t>(c) << 8 * (coding_ == Coding::Big ? type.size - 1 - i : i);
    }
    if (type.floating)
      return type.size == 8 ? std::bit_cast<double>(bits) : std::bit_cast<float>(static_cast<std::uint32_t>(bits));
    const int spare = 64 - 8 * type.size;
    return type.isSigned ? static_cast<double>(static_cast<std::int64_t>(bits << spare) >> spare)
                         : static_cast<double>(bits);
  }

  [[noreturn]] void early(const Element& element, std::int64_t index) const {
    throw data::ReadError(file_.path(), "the file ends early, after " + std::to_string(file_.size()) +
                                            " bytes: in element " + std::to_string(index) + " of " +
                                            std::to_string(element.count) + " of \"" + element.name + "\"");
  }

  const File& file_;
  Coding coding_ = Coding::Text;
  std::vector<Element> elements_;
  std::vector<std::byte> piece_;
  std::int64_t at_ = 0, pieceBegin_ = 0;
};

} // namespace

std::shared_ptr<data::Dataset> openPly(const std::shared_ptr<const File>& file) {
  GridSpec spec;
  spec.name = stemOf(file->path());
  spec.load = [file](std::int64_t) -> vtkSmartPointer<vtkDataObject> { return Walk(*file).read(); };
  GridParts parts;
  parts.info.path = file->path();
  parts.info.format = "PLY";
  parts.grids.push_back(std::move(spec));
  return gridDataset(std::move(parts));
}

} // namespace discern::io
