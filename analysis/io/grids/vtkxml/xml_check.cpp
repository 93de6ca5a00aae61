#include "io/grids/vtkxml/xml_check.h"

#include "io/file_text.h"
#include "io/grids/vtkxml/xml_tags.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <filesystem>
#include <sstream>

namespace discern::io {

namespace {

struct Array {
  std::string name;
  std::int64_t offset = -1;   ///< in the appended data
  std::int64_t expected = -1; ///< bytes when inflated; -1: the file doesn't say
};

std::int64_t whole(const XmlTag& tag, const char* name, std::int64_t otherwise) {
  const std::string text = tag.get(name);
  if (text.empty()) return otherwise;
  try {
    return std::stoll(text);
  } catch (const std::exception&) {
    return otherwise;
  }
}

std::int64_t sizeOfType(const std::string& type) {
  if (type == "Int8" || type == "UInt8") return 1;
  if (type == "Int16" || type == "UInt16") return 2;
  if (type == "Int32" || type == "UInt32" || type == "Float32") return 4;
  if (type == "Int64" || type == "UInt64" || type == "Float64") return 8;
  return -1;
}

/// Points and cells of an extent "0 9 0 9 0 0".
struct Extent {
  double points = 1, cells = 1;
  bool ok = false;
};
Extent extentOf(const std::string& text) {
  Extent extent;
  std::istringstream in(text);
  for (int axis = 0; axis < 3; ++axis) {
    double lo = 0, hi = -1;
    if (!(in >> lo >> hi)) return extent;
    const double length = std::max(hi - lo + 1, 0.0);
    extent.points *= length;
    extent.cells *= length > 1 ? length - 1 : length;
  }
  extent.ok = true;
  return extent;
}

class Check {
public:
  Check(const File& file, int depth) : file_(file), depth_(depth) {}

  void run() {
    XmlTags tags(file_);
    XmlTag tag;
    bool closed = false;
    while (!closed && tags.next(tag)) {
      if (tag.name == "VTKFile") {
        closed = tag.closing || tag.empty;
        if (!closed) begin(tag);
      } else if (tag.closing) {
        if (tag.name == section_) section_.clear();
      } else if (tag.name == "AppendedData") {
        appended(tag);
        return pieces();
      } else {
        element(tag);
      }
    }
    if (!closed) early();
    pieces();
  }

private:
  void begin(const XmlTag& tag) {
    type_ = tag.get("type");
    word_ = tag.get("header_type") == "UInt64" ? 8 : 4;
    swapped_ = tag.get("byte_order") == (std::endian::native == std::endian::little ? "BigEndian" : "LittleEndian");
    compressor_ = tag.get("compressor");
  }

  void element(const XmlTag& tag) {
    if (const Extent all = extentOf(tag.get("WholeExtent")); all.ok) wholePoints_ = all.points;
    if (tag.name == "Piece") {
      const Extent own = extentOf(tag.get("Extent"));
      points_ = own.ok ? own.points : static_cast<double>(whole(tag, "NumberOfPoints", -1));
      cells_ = own.ok ? own.cells : static_cast<double>(whole(tag, "NumberOfCells", -1));
      if (type_ == "PolyData") {
        cells_ = 0;
        for (const char* kind : {"NumberOfVerts", "NumberOfLines", "NumberOfStrips", "NumberOfPolys"})
          cells_ += static_cast<double>(whole(tag, kind, 0));
      }
      piecePoints_ += std::max(points_, 0.0);
    }
    if (tag.name == "PointData" || tag.name == "Points" || tag.name == "CellData" || tag.name == "FieldData" ||
        tag.name == "Coordinates" || tag.name == "Cells")
      section_ = tag.empty ? "" : tag.name;
    if (tag.name == "DataArray" || tag.name == "Array") array(tag);
    for (const char* attribute : {"Source", "file"})
      if (const std::string name = tag.get(attribute); !name.empty()) files_.push_back(name);
  }

  void array(const XmlTag& tag) {
    anyArray_ = true;
    Array array;
    array.name = tag.get("Name").empty() ? section_ : tag.get("Name");
    const std::int64_t size = sizeOfType(tag.get("type"));
    const double components = static_cast<double>(whole(tag, "NumberOfComponents", section_ == "Points" ? 3 : 1));
    double count = -1;
    if (section_ == "PointData" || section_ == "Points")
      count = points_;
    else if (section_ == "CellData")
      count = cells_;
    else if (tag.attributes.contains("NumberOfTuples"))
      count = static_cast<double>(whole(tag, "NumberOfTuples", -1));
    if (count < 0 || size < 0 || components < 0) {
      array.expected = -1;
    } else {
      const double bytes = count * components * static_cast<double>(size);
      if (bytes > static_cast<double>(file_.size()) * (compressor_.empty() ? 8 : 12000))
        throw data::ReadError(file_.path(), "array \"" + array.name + "\" is said to hold " + byteText(bytes) +
                                                ", the whole file has " + byteText(static_cast<double>(file_.size())));
      array.expected = static_cast<std::int64_t>(bytes);
    }
    if (tag.get("format") != "appended") return;
    array.offset = whole(tag, "offset", -1);
    if (array.offset >= 0) arrays_.push_back(array); // arrays of several times have theirs elsewhere
  }

  [[nodiscard]] std::int64_t word(std::int64_t at) const {
    std::array<std::byte, 8> bytes{};
    file_.readAt(at, std::span(bytes.data(), static_cast<std::size_t>(word_)));
    if (swapped_) std::reverse(bytes.begin(), bytes.begin() + word_);
    if (word_ == 4) {
      std::uint32_t value = 0;
      std::memcpy(&value, bytes.data(), sizeof value);
      return value;
    }
    std::uint64_t value = 0;
    std::memcpy(&value, bytes.data(), sizeof value);
    return static_cast<std::int64_t>(std::min<std::uint64_t>(value, INT64_MAX / 4));
  }

  void appended(const XmlTag& tag) {
    constexpr std::int64_t tailBytes = 512;
    const std::int64_t from = std::max(tag.end, file_.size() - tailBytes);
    std::string tail(static_cast<std::size_t>(file_.size() - from), '\0');
    file_.readAt(from, std::as_writable_bytes(std::span(tail)));
    const std::size_t close = tail.rfind("</AppendedData>");
    if (close == std::string::npos || tail.find("</VTKFile>", close) == std::string::npos) early();
    const std::int64_t end = from + static_cast<std::int64_t>(close);
    std::int64_t base = tag.end;
    for (std::array<std::byte, 1> c{}; base < end; ++base) {
      file_.readAt(base, c);
      if (std::to_integer<char>(c[0]) == '_') break;
    }
    ++base;
    const bool raw = tag.get("encoding") == "raw";
    for (const Array& array : arrays_) {
      if (array.offset > end - base - (raw ? word_ : 0)) outside(array, base + array.offset, end);
      if (raw) rawArray(array, base + array.offset, end);
    }
  }

  void rawArray(const Array& array, std::int64_t at, std::int64_t end) const {
    std::int64_t total = word(at), inflated = total;
    at += word_;
    if (!compressor_.empty()) {
      const std::int64_t blocks = inflated;
      total = inflated = 0;
      if (blocks > 0) {
        if (blocks > (end - at) / word_ - 2) outside(array, at + (blocks + 2) * word_, end);
        const std::int64_t size = word(at), last = word(at + word_);
        if (size > 0 && blocks > INT64_MAX / 8 / size) outside(array, INT64_MAX / 2, end);
        inflated = last > 0 ? (blocks - 1) * size + last : blocks * size;
        for (std::int64_t b = 0; b < blocks && total <= end; ++b)
          total += word(at + (b + 2) * word_);
        at += (blocks + 2) * word_;
      }
    }
    if (total > end - at) outside(array, at + total, end);
    if (array.expected >= 0 && inflated != array.expected)
      throw data::ReadError(file_.path(), "array \"" + array.name + "\" has " + std::to_string(inflated) +
                                              " bytes, expected " + std::to_string(array.expected));
  }

  [[noreturn]] void outside(const Array& array, std::int64_t at, std::int64_t end) const {
    throw data::ReadError(file_.path(), "array \"" + array.name + "\" ends at byte " + std::to_string(at) +
                                            ", the appended data at " + std::to_string(end));
  }
  [[noreturn]] void early() const {
    throw data::ReadError(file_.path(), "the file ends early, after " + std::to_string(file_.size()) +
                                            " bytes: its closing tag </VTKFile> is missing");
  }

  /// The extent is allocated as a whole, whatever the pieces fill of it; and files that this one names.
  void pieces() const {
    if (anyArray_ && wholePoints_ > 0 && wholePoints_ > 8 * std::max(piecePoints_, 1.0))
      throw data::ReadError(file_.path(), "the extent is of " + numberText(wholePoints_) + " points, its pieces have " +
                                              numberText(piecePoints_));
    constexpr int deepest = 4;
    if (depth_ >= deepest) return;
    const auto folder = std::filesystem::path(file_.path()).parent_path();
    for (const std::string& name : files_) {
      const File piece((folder / name).string()); // throws when it isn't there
      const auto head = piece.head(256);
      const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
      if (text.find("<VTKFile") != std::string_view::npos) Check(piece, depth_ + 1).run();
    }
  }

  const File& file_;
  int depth_ = 0;
  std::string type_, compressor_, section_;
  std::int64_t word_ = 4;
  bool swapped_ = false, anyArray_ = false;
  double points_ = -1, cells_ = -1, piecePoints_ = 0, wholePoints_ = 0;
  std::vector<Array> arrays_;
  std::vector<std::string> files_;
};

} // namespace

std::string vtkXmlType(const File& file) {
  XmlTags tags(file);
  XmlTag tag;
  if (!tags.next(tag) || tag.name != "VTKFile" || tag.get("type").empty())
    throw data::ReadError(file.path(), "expected VTK XML, whose first tag is <VTKFile type=…>; found <" +
                                           cleanText(tag.name.substr(0, 40)) + ">");
  return tag.get("type");
}

void checkVtkXml(const File& file) { Check(file, 0).run(); }

} // namespace discern::io
