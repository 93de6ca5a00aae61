#include "io/grids/surface/ply_check.h"

#include "io/file_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <sstream>

namespace discern::io {

namespace {

struct Property {
  int size = 4;
  int countSize = 0; ///< of a list: bytes of its length; 0: not a list
};
struct Element {
  std::string name;
  std::int64_t count = 0;
  std::vector<Property> properties;
};
enum class Coding { Text, Little, Big };

int sizeOfType(const std::string& type) {
  if (type == "char" || type == "uchar" || type == "int8" || type == "uint8") return 1;
  if (type == "short" || type == "ushort" || type == "int16" || type == "uint16") return 2;
  if (type == "int" || type == "uint" || type == "int32" || type == "uint32" || type == "float" || type == "float32")
    return 4;
  return type == "double" || type == "float64" ? 8 : 0;
}

class Walk {
public:
  explicit Walk(const File& file) : file_(file) {}

  void run() {
    header();
    for (const Element& element : elements_)
      for (std::int64_t i = 0; i < element.count; ++i)
        for (const Property& property : element.properties) {
          std::int64_t values = 1;
          if (property.countSize > 0) {
            values = number(property.countSize, element, i);
            if (values < 0 || values > file_.size())
              throw data::ReadError(file_.path(), "element " + std::to_string(i) + " of \"" + element.name +
                                                      "\" has a list of " + std::to_string(values) + " values");
          }
          if (coding_ == Coding::Text)
            for (; values > 0; --values)
              number(0, element, i);
          else
            skip(values * property.size, element, i);
        }
  }

private:
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
      std::string key, a, b, c;
      words >> key >> a >> b >> c;
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
        const Property property{sizeOfType(list ? c : a), list ? sizeOfType(b) : 0};
        if (property.size == 0 || (list && property.countSize == 0))
          throw data::ReadError(file_.path(), "expected the type of a property, found \"" + cleanText(text) + "\"");
        elements_.back().properties.push_back(property);
      }
    }
    throw data::ReadError(file_.path(),
                          "expected \"end_header\", found none in " + std::to_string(mostLines) + " lines");
  }

  std::int64_t number(int size, const Element& element, std::int64_t index) {
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
      return static_cast<std::int64_t>(std::clamp(value, -1.0, 1e15));
    }
    std::uint64_t value = 0;
    for (int i = 0; i < size; ++i) {
      const int c = byte();
      if (c < 0) early(element, index);
      value |= static_cast<std::uint64_t>(c) << 8 * (coding_ == Coding::Big ? size - 1 - i : i);
    }
    return static_cast<std::int64_t>(std::min<std::uint64_t>(value, INT32_MAX));
  }

  void skip(std::int64_t bytes, const Element& element, std::int64_t index) {
    if (bytes > file_.size() - at_) early(element, index);
    at_ += bytes;
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

void checkPly(const File& file) { Walk(file).run(); }

} // namespace discern::io
