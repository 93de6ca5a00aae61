#include "io/fields/matlab/mat_reader.h"

#include "io/fields/array/axes.h"
#include "io/fields/zip/inflated_source.h"
#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/raw_field.h"

#include <algorithm>
#include <map>

namespace discern::io {

namespace {

using data::ScalarType;
using SourcePtr = std::shared_ptr<const ByteSource>;

enum Type : std::uint32_t { Matrix = 14, Compressed = 15, Utf8 = 16, Utf16 = 17 };
enum Class : std::uint32_t {
  Cell = 1,
  Struct = 2,
  Object = 3,
  Char = 4,
  Sparse = 5,
  Double = 6,
  Int64 = 14,
  UInt64 = 15
};

std::optional<ScalarType> scalarOf(std::uint32_t type) {
  switch (type) {
  case 1:
    return ScalarType::Int8;
  case 2:
    return ScalarType::UInt8;
  case 3:
    return ScalarType::Int16;
  case 4:
    return ScalarType::UInt16;
  case 5:
    return ScalarType::Int32;
  case 6:
    return ScalarType::UInt32;
  case 7:
    return ScalarType::Float32;
  case 9:
    return ScalarType::Float64;
  case 12:
    return ScalarType::Int64;
  case 13:
    return ScalarType::UInt64;
  default:
    return std::nullopt;
  }
}

/// A data element: what it is, and where its bytes are.
struct Element {
  std::uint32_t type = 0;
  std::int64_t begin = 0, size = 0, next = 0;
};

/// The elements of a file or of an inflated matrix.
class Elements {
public:
  Elements(SourcePtr bytes, std::int64_t end, bool swapped, const std::string& path)
      : bytes_(std::move(bytes)), end_(end), swapped_(swapped), path_(path) {}

  [[nodiscard]] Element at(std::int64_t offset) const {
    if (offset + 8 > end_) cut();
    const std::uint32_t first = number(offset), second = number(offset + 4);
    Element element;
    if (first >> 16 != 0) { // small: type and size in one word, the data in the next
      element = {first & 0xFFFF, offset + 4, static_cast<std::int64_t>(first >> 16), offset + 8};
      if (element.size > 4) cut();
      return element;
    }
    element = {first, offset + 8, second, offset + 8 + second};
    if (first != Compressed) element.next = offset + 8 + (static_cast<std::int64_t>(second) + 7) / 8 * 8;
    if (element.begin + element.size > end_) cut();
    return element;
  }
  [[nodiscard]] std::uint32_t number(std::int64_t offset) const {
    std::array<std::byte, 4> raw{};
    bytes_->readAt(offset, raw);
    if (swapped_) std::reverse(raw.begin(), raw.end());
    std::uint32_t value = 0;
    for (std::size_t i = 4; i-- > 0;)
      value = value << 8 | std::to_integer<std::uint32_t>(raw[i]);
    return value;
  }
  [[nodiscard]] std::string text(const Element& element, std::int64_t most) const {
    std::string text(static_cast<std::size_t>(std::min(element.size, most)), '\0');
    bytes_->readAt(element.begin, std::as_writable_bytes(std::span(text)));
    return text;
  }
  [[noreturn]] void cut() const {
    throw data::ReadError(path_, "an element of the MATLAB file goes on behind its end; it is cut short or damaged");
  }
  [[nodiscard]] const SourcePtr& bytes() const { return bytes_; }
  [[nodiscard]] std::int64_t end() const { return end_; }
  [[nodiscard]] bool swapped() const { return swapped_; }

private:
  SourcePtr bytes_;
  std::int64_t end_;
  bool swapped_;
  std::string path_;
};

class MatFile {
public:
  MatFile(const std::shared_ptr<const File>& file, bool swapped) : file_(file), swapped_(swapped) {
    info_.path = file->path();
    info_.format = "MATLAB 5";
    info_.alone = true;
  }

  std::shared_ptr<data::Dataset> open() {
    const Elements all(file_, file_->size(), swapped_, info_.path);
    for (std::int64_t offset = 128; offset < file_->size();) {
      Element element;
      try {
        element = all.at(offset);
        if (element.type == Matrix)
          addMatrix(all, element);
        else if (element.type == Compressed)
          addCompressed(element);
      } catch (const data::ReadError& error) {
        if (fields_.empty()) throw;
        info_.warnings.push_back(
            "The file is shown in part: " + std::string(error.what()).substr(info_.path.size() + 2) + ".");
        break;
      }
      offset = element.next;
    }
    for (const auto& [why, names] : skipped_)
      info_.warnings.push_back("Not shown: " + why + " (" + names + ").");
    if (fields_.empty())
      info_.warnings.emplace_back("There is no array of numbers in the file; there is nothing to show.");
    return std::make_shared<FieldsDataset>(std::move(info_), std::move(fields_));
  }

private:
  void addCompressed(const Element& element) {
    const auto wrapping = InflatedSource::Wrapping::Zlib;
    auto head = InflatedSource::head(*file_, element.begin, element.size, 8, wrapping);
    if (head.size() < 8) throw data::ReadError(info_.path, "a compressed element of the MATLAB file is damaged");
    if (swapped_) std::reverse(head.begin() + 4, head.end());
    std::int64_t size = 8;
    for (std::size_t i = 0; i < 4; ++i)
      size += std::to_integer<std::int64_t>(head[4 + i]) << (8 * i);
    // Only the beginning is inflated now; the whole when values are read.
    const auto whole = std::make_shared<InflatedSource>(file_, element.begin, element.size, size, wrapping);
    const auto begin = InflatedSource::head(*file_, element.begin, element.size,
                                            static_cast<std::size_t>(std::min<std::int64_t>(size, 4096)), wrapping);
    const Elements elements(std::make_shared<HeadSource>(begin, whole), size, swapped_, info_.path);
    const Element matrix = elements.at(0);
    if (matrix.type == Matrix) addMatrix(elements, matrix);
  }

  /// Answers from the first bytes as long as they suffice.
  class HeadSource final : public ByteSource {
  public:
    HeadSource(std::vector<std::byte> head, SourcePtr whole) : head_(std::move(head)), whole_(std::move(whole)) {}
    void readAt(std::int64_t offset, std::span<std::byte> out) const override {
      if (offset >= 0 && offset + static_cast<std::int64_t>(out.size()) <= static_cast<std::int64_t>(head_.size()))
        std::copy_n(head_.begin() + offset, out.size(), out.begin());
      else
        whole_->readAt(offset, out);
    }

  private:
    std::vector<std::byte> head_;
    SourcePtr whole_;
  };

  void skip(const std::string& why, const std::string& name) {
    std::string& names = skipped_[why];
    if (names.size() < 200) names += (names.empty() ? "" : ", ") + name;
  }

  void addMatrix(const Elements& elements, const Element& matrix) {
    if (matrix.size < 16) return; // MATLAB writes empty ones so
    const std::int64_t end = matrix.begin + matrix.size;
    const Element flags = elements.at(matrix.begin);
    if (flags.size < 8) elements.cut();
    const std::uint32_t word = elements.number(flags.begin), kind = word & 0xFF;
    const bool complex = word & 0x0800, logical = word & 0x0200;
    const Element sizes = elements.at(flags.next), title = elements.at(sizes.next);
    std::vector<std::int64_t> lengths;
    double count = 1;
    for (std::int64_t i = 0; i < std::min<std::int64_t>(sizes.size / 4, 32); ++i) {
      lengths.push_back(elements.number(sizes.begin + 4 * i));
      count *= static_cast<double>(lengths.back());
    }
    const std::string name = cleanText(elements.text(title, 4096));
    if (kind == Sparse) return skip("sparse matrices", name);
    if (kind == Char) return addText(elements, title.next, end, name);
    if (kind < Double || kind > UInt64) return skip("structures, cells and objects", name.empty() ? "unnamed" : name);
    if (count == 0) return skip("empty arrays", name);
    while (lengths.size() > 2 && lengths.back() == 1)
      lengths.pop_back();
    if (lengths.size() < 2 || lengths.size() > 5) return skip("arrays of more than five axes", name);
    Element part = elements.at(title.next);
    addPart(elements, part, lengths, count, complex ? name + " (real)" : name, logical);
    if (complex && part.next < end)
      addPart(elements, elements.at(part.next), lengths, count, name + " (imaginary)", false);
  }

  void addText(const Elements& elements, std::int64_t at, std::int64_t end, const std::string& name) {
    if (at >= end) return;
    const Element part = elements.at(at);
    std::string raw = elements.text(part, 4096), text;
    if (part.type == Utf8 || part.type == 1 || part.type == 2)
      text = raw;
    else if (part.type == 4 || part.type == Utf16)
      for (std::size_t i = swapped_ ? 1 : 0; i < raw.size(); i += 2)
        text += raw[i];
    if (!text.empty() && !name.empty()) info_.attributes[name] = cleanText(text);
  }

  void addPart(const Elements& elements, const Element& part, const std::vector<std::int64_t>& lengths, double count,
               const std::string& name, bool logical) {
    const auto type = scalarOf(part.type);
    if (!type)
      throw data::ReadError(info_.path,
                            "the array " + name + " has numbers of the unknown type " + std::to_string(part.type));
    if (count * static_cast<double>(sizeOf(*type)) > static_cast<double>(part.size))
      throw data::ReadError(info_.path, "the array " + name + " promises " + shapeText(lengths) +
                                            " values, and the file has only " +
                                            byteText(static_cast<double>(part.size)) + " of them");
    data::FieldInfo field;
    field.name = name;
    field.type = *type;
    field.transform = "none";
    field.worldUnit = "px";
    field.source = info_.format;
    field.labels = logical || (!isFloating(*type) && speaksOfLabels(name));
    RawLayout layout;
    layout.base = part.begin;
    layout.stored = *type;
    layout.swapped = swapped_;
    if (count == 1) {
      data::FieldInfo one = field;
      const auto source = rawField(std::move(one), elements.bytes(), layout);
      std::array<double, 1> value{};
      source->series({0, 0, 0}, 0, 1, 0, value);
      info_.attributes[name] = numberText(value[0]);
      return;
    }
    std::string order = std::string("yxztc").substr(0, lengths.size()); // rows, columns, …
    if (lengths.size() == 2 && lengths[1] == 1) order = "xy";           // a column of numbers lies along x
    if (const auto saved = savedAxes(info_.path, name); saved && areAxes(*saved, lengths.size())) order = *saved;
    setShape(field, lengths, order, info_.path);
    std::int64_t step = static_cast<std::int64_t>(sizeOf(*type)); // the first axis runs fastest
    for (std::size_t i = 0; i < lengths.size(); ++i) {
      layout.stride[static_cast<std::size_t>(axisOf(order[i]))] = step;
      step *= lengths[i];
    }
    field.levels = levelsFor(field.shape);
    fields_.push_back(rawField(std::move(field), elements.bytes(), layout));
  }

  std::shared_ptr<const File> file_;
  bool swapped_;
  data::DatasetInfo info_;
  std::vector<std::shared_ptr<const data::FieldSource>> fields_;
  std::map<std::string, std::string> skipped_;
};

} // namespace

bool isMat5(const Candidate& c) {
  using namespace std::string_view_literals;
  return !c.gzip && c.begins("MATLAB 5.0"sv) && (c.begins("\x00\x01IM"sv, 124) || c.begins("\x01\x00MI"sv, 124));
}

std::shared_ptr<data::Dataset> openMat5(const Candidate& c) {
  using namespace std::string_view_literals;
  return MatFile(c.file, c.begins("\x01\x00MI"sv, 124)).open();
}

} // namespace discern::io
