#include "io/brain/nrrd/nrrd_header.h"

#include "data/error.h"
#include "io/brain/volume/number_text.h"
#include "io/brain/xml/xml_tree.h"
#include "io/file_text.h"

#include <algorithm>
#include <cstdio>

namespace discern::io {

namespace {

using data::ScalarType;

std::optional<ScalarType> typeOf(const std::string& name) {
  struct Known {
    ScalarType type;
    std::vector<std::string_view> names;
  };
  static const std::array known{
      Known{ScalarType::Int8, {"signed char", "int8", "int8_t"}},
      Known{ScalarType::UInt8, {"uchar", "unsigned char", "uint8", "uint8_t"}},
      Known{ScalarType::Int16, {"short", "short int", "signed short", "signed short int", "int16", "int16_t"}},
      Known{ScalarType::UInt16, {"ushort", "unsigned short", "unsigned short int", "uint16", "uint16_t"}},
      Known{ScalarType::Int32, {"int", "signed int", "int32", "int32_t"}},
      Known{ScalarType::UInt32, {"uint", "unsigned int", "uint32", "uint32_t"}},
      Known{ScalarType::Int64,
            {"longlong", "long long", "long long int", "signed long long", "signed long long int", "int64", "int64_t"}},
      Known{ScalarType::UInt64, {"ulonglong", "unsigned long long", "unsigned long long int", "uint64", "uint64_t"}},
      Known{ScalarType::Float32, {"float"}},
      Known{ScalarType::Float64, {"double"}}};
  for (const Known& k : known)
    if (std::find(k.names.begin(), k.names.end(), name) != k.names.end()) return k.type;
  return std::nullopt;
}

/// "(1,0,0) none (0,1,0)" → one entry a word; nothing for none.
std::vector<std::optional<std::vector<double>>> vectorsIn(std::string_view text) {
  std::vector<std::optional<std::vector<double>>> vectors;
  while (!(text = trimmed(text)).empty()) {
    const bool bracket = text.front() == '(';
    const std::size_t end = std::min(bracket ? text.find(')') : text.find_first_of(" \t"), text.size());
    const auto word = text.substr(0, end);
    if (bracket)
      vectors.emplace_back(numbersIn(word, 16));
    else
      vectors.emplace_back(std::nullopt);
    text.remove_prefix(std::min(text.size(), end + 1));
  }
  return vectors;
}

/// Words in quotation marks.
std::vector<std::string> quotedIn(std::string_view text) {
  std::vector<std::string> words;
  for (std::size_t at = text.find('"'); at != std::string_view::npos; at = text.find('"', at)) {
    const std::size_t end = text.find('"', at + 1);
    if (end == std::string_view::npos) break;
    words.push_back(cleanText(text.substr(at + 1, end - at - 1)));
    at = end + 1;
  }
  return words;
}

class Parser {
public:
  Parser(const std::string& path, std::string_view text) : path_(path), text_(text) {}

  NrrdHeader parse() {
    std::size_t at = 0;
    bool first = true, listing = false;
    while (at < text_.size()) {
      const std::size_t end = text_.find('\n', at);
      if (end == std::string_view::npos && text_.size() >= 1 << 20) refuse("the header has no end");
      std::string_view line = text_.substr(at, std::min(end, text_.size()) - at);
      at = std::min(end, text_.size() - 1) + 1;
      if (line.ends_with('\r')) line.remove_suffix(1);
      if (std::exchange(first, false)) continue;
      if (listing) {
        if (!trimmed(line).empty()) h_.dataFiles.emplace_back(trimmed(line));
        continue;
      }
      if (line.empty()) {
        ended_ = true;
        break;
      }
      if (line[0] != '#') listing = take(line);
    }
    h_.bytes = static_cast<std::int64_t>(at);
    finish();
    return std::move(h_);
  }

private:
  [[noreturn]] void refuse(const std::string& why) const { throw data::ReadError(path_, why); }

  /// True when the lines after this one are names of data files.
  bool take(std::string_view line) {
    const std::size_t pair = line.find(":="), colon = line.find(": ");
    if (pair != std::string_view::npos && (colon == std::string_view::npos || pair < colon)) {
      h_.pairs[cleanText(line.substr(0, pair))] = cleanText(line.substr(pair + 2));
      return false;
    }
    const std::size_t sign = line.find(':');
    if (sign == std::string_view::npos) refuse("the header has the line \"" + cleanText(line.substr(0, 60)) + "\"");
    const std::string name = lowerCase(trimmed(line.substr(0, sign)));
    const std::string value = cleanText(trimmed(line.substr(sign + 1)));
    if (name == "type")
      type_ = lowerCase(value);
    else if (name == "dimension") {
      const auto count = wholeNumber(value);
      if (!count || *count < 1 || *count > 16)
        refuse("the header gives the dimension \"" + value + "\"; 1 to 16 were expected");
      h_.axes.resize(static_cast<std::size_t>(*count));
    } else if (name == "sizes") {
      const auto sizes = numbersIn(value, 17);
      if (sizes.size() != h_.axes.size())
        refuse("the header promises " + std::to_string(h_.axes.size()) + " axes and gives the sizes \"" + value + "\"");
      for (std::size_t i = 0; i < sizes.size(); ++i) {
        if (!(sizes[i] >= 1 && sizes[i] < 1e15)) refuse("the header gives an axis a length of " + numberText(sizes[i]));
        h_.axes[i].size = static_cast<std::int64_t>(sizes[i]);
      }
    } else if (name == "encoding")
      h_.encoding = lowerCase(value);
    else if (name == "endian")
      h_.bigEndian = lowerCase(value) == "big";
    else if (name == "space")
      h_.space = lowerCase(value);
    else if (name == "space dimension")
      h_.spaceDimension = static_cast<int>(std::clamp<std::int64_t>(wholeNumber(value).value_or(0), 0, 16));
    else if (name == "space origin")
      h_.origin = numbersIn(value, 16);
    else if (name == "space directions") {
      const auto vectors = vectorsIn(value);
      if (vectors.size() != h_.axes.size()) refuse("there are not as many space directions as axes");
      h_.directed = true;
      for (std::size_t i = 0; i < vectors.size(); ++i)
        h_.axes[i].direction = vectors[i];
    } else if (name == "content")
      h_.content = value;
    else if (name == "sample units")
      h_.sampleUnits = value;
    else if (name == "space units")
      h_.spaceUnits = quotedIn(value);
    else if (name == "line skip" || name == "lineskip")
      h_.lineSkip = skip(value, 0);
    else if (name == "byte skip" || name == "byteskip")
      h_.byteSkip = skip(value, -1);
    else if (name == "data file" || name == "datafile")
      return files(value);
    else
      perAxis(name, value);
    return false;
  }

  std::int64_t skip(const std::string& value, std::int64_t least) const {
    const auto count = wholeNumber(value);
    if (!count || *count < least) refuse("the header wants to skip \"" + value + "\"");
    return *count;
  }

  void perAxis(const std::string& name, const std::string& value) {
    if (name == "labels" || name == "units") {
      const auto texts = quotedIn(value);
      for (std::size_t i = 0; i < std::min(texts.size(), h_.axes.size()); ++i)
        (name == "units" ? h_.axes[i].unit : h_.axes[i].label) = texts[i];
      return;
    }
    const auto words = wordsIn(value);
    for (std::size_t i = 0; i < std::min(words.size(), h_.axes.size()); ++i) {
      if (name == "kinds") h_.axes[i].kind = lowerCase(words[i]);
      const auto real = number(words[i]);
      if (name == "spacings" && real && *real == *real) h_.axes[i].spacing = *real;
      if ((name == "axis mins" || name == "axismins") && real && *real == *real) h_.axes[i].min = *real;
    }
  }

  bool files(const std::string& value) {
    const auto words = wordsIn(value);
    if (words.empty()) refuse("the header names an empty data file");
    if (words[0] == "LIST") {
      if (words.size() > 1) refuse("its values are in a list of files of more than one slice each");
      return true;
    }
    if (words.size() < 4 || words[0].find('%') == std::string_view::npos) {
      h_.dataFiles = {value};
      return false;
    }
    // "name%03d.raw 1 20 1"
    const auto first = wholeNumber(words[1]), last = wholeNumber(words[2]), step = wholeNumber(words[3]);
    const std::string pattern(words[0]);
    const std::size_t percent = pattern.find('%'), d = pattern.find('d', percent);
    const std::string width = d == std::string::npos ? "x" : pattern.substr(percent + 1, d - percent - 1);
    if (!first || !last || !step || *step == 0 || width.size() > 3 || words.size() > 4 ||
        (*last - *first) / *step < 0 || (*last - *first) / *step > 65535 ||
        width.find_first_not_of("0123456789") != std::string::npos)
      refuse("its values are in files named \"" + value + "\", which can't be read");
    const int digits = width.empty() ? 0 : std::stoi(width);
    for (std::int64_t i = *first; *step > 0 ? i <= *last : i >= *last; i += *step) {
      std::string count = std::to_string(i);
      if (static_cast<int>(count.size()) < digits)
        count.insert(0, static_cast<std::size_t>(digits) - count.size(), width[0] == '0' ? '0' : ' ');
      h_.dataFiles.push_back(pattern.substr(0, percent) + count + pattern.substr(d + 1));
    }
    return false;
  }

  void finish() {
    if (h_.axes.empty() || h_.axes[0].size == 0) refuse("the NRRD header gives no sizes; it is damaged or cut short");
    if (!ended_ && h_.dataFiles.empty()) refuse("the NRRD header is cut short: the empty line at its end is missing");
    const auto type = typeOf(type_);
    if (!type)
      refuse("its values are of NRRD type \"" + cleanText(type_) + "\"; whole numbers or floats were expected");
    h_.type = *type;
  }

  const std::string& path_;
  std::string_view text_;
  std::string type_;
  NrrdHeader h_;
  bool ended_ = false;
};

} // namespace

NrrdHeader NrrdHeader::parse(const std::string& path, std::string_view text) { return Parser(path, text).parse(); }

} // namespace discern::io
