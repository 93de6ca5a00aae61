#include "io/tables/rdata/r_value.h"

#include "io/file_text.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <cstring>
#include <limits>

namespace discern::io {

const RValue* RValue::attribute(std::string_view name) const {
  for (std::size_t i = 0; i < attributeNames.size(); ++i)
    if (attributeNames[i] == name) return &attributeValues[i];
  return nullptr;
}

bool RValue::inherits(std::string_view name) const {
  const RValue* classes = attribute("class");
  return classes && std::find(classes->texts.begin(), classes->texts.end(), name) != classes->texts.end();
}

std::size_t RValue::size() const {
  if (kind == Kind::List) return items.size();
  return kind == Kind::Text ? texts.size() : numbers.size();
}

std::vector<std::string> RValue::names() const {
  if (!labels.empty()) return labels;
  const RValue* own = attribute("names");
  return own ? own->texts : std::vector<std::string>{};
}

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr int deepest = 200;

/// The types of R's values in the stream (SEXPTYPE, and the pseudo-types of serialize.c).
enum Type : unsigned {
  Nil = 0,
  Symbol = 1,
  Pairs = 2,
  Closure = 3,
  Environment = 4,
  Promise = 5,
  Language = 6,
  Special = 7,
  Builtin = 8,
  Letters = 9,
  Logicals = 10,
  Integers = 13,
  Reals = 14,
  Complexes = 15,
  Strings = 16,
  Dots = 17,
  Vector = 19,
  Expression = 20,
  ByteCode = 21,
  External = 22,
  Weak = 23,
  Raw = 24,
  Object = 25,
  Altrep = 238,
  AttributedPairs = 239,
  AttributedLanguage = 240,
  BaseEnvironment = 241,
  EmptyEnvironment = 242,
  BytecodeReference = 243,
  BytecodeDefinition = 244,
  Persistent = 247,
  Package = 248,
  Namespace = 249,
  BaseNamespace = 250,
  MissingArgument = 251,
  Unbound = 252,
  GlobalEnvironment = 253,
  NilValue = 254,
  Reference = 255
};

class Parser {
public:
  Parser(const std::string& path, ByteStream& stream, double most) : path_(path), stream_(stream), left_(most) {}

  RValue document() {
    std::array<char, 5> head{};
    take(head.data(), 2);
    bool workspace = false;
    if (head[0] == 'R') {
      take(head.data() + 2, 3);
      const std::string_view mark(head.data(), head.size());
      if (mark != "RDX2\n" && mark != "RDX3\n") refuse("of R, but not in its XDR format, which alone is read");
      workspace = true;
      take(head.data(), 2);
    }
    if (head[0] != 'X' || head[1] != '\n') refuse("of R, but not in its XDR format, which alone is read");
    const int version = integer();
    (void)integer(); // the version of R that wrote it
    (void)integer(); // the lowest that reads it
    if (version != 2 && version != 3)
      refuse("R's serialisation of version " + std::to_string(version) + "; 2 and 3 are read");
    if (version == 3) (void)bytes(integer()); // the native encoding: of texts that are not marked as UTF-8
    RValue value = item(0);
    if (workspace && value.kind != RValue::Kind::List && value.kind != RValue::Kind::Null)
      refuse("a workspace of R without a list of objects");
    return value;
  }

private:
  [[noreturn]] void refuse(const std::string& found) const {
    throw data::ReadError(path_, "expected data that R saved, found " + found);
  }
  void take(char* to, std::size_t count) {
    while (count > 0) {
      if (at_ == end_) {
        at_ = 0;
        end_ = stream_.read(buffer_);
        if (end_ == 0) throw data::ReadError(path_, "the data of R is cut short");
      }
      const std::size_t piece = std::min(count, end_ - at_);
      std::copy_n(buffer_.data() + at_, piece, to);
      at_ += piece;
      to += piece;
      count -= piece;
    }
  }
  int integer() {
    std::array<unsigned char, 4> raw{};
    take(reinterpret_cast<char*>(raw.data()), raw.size());
    return static_cast<int>((std::uint32_t{raw[0]} << 24) | (std::uint32_t{raw[1]} << 16) |
                            (std::uint32_t{raw[2]} << 8) | raw[3]);
  }
  /// A length: −1 says that two more numbers give a longer one.
  std::size_t length() {
    const int count = integer();
    if (count >= 0) return static_cast<std::size_t>(count);
    if (count != -1) refuse("a length of " + std::to_string(count));
    const auto high = static_cast<std::uint32_t>(integer()), low = static_cast<std::uint32_t>(integer());
    if (high > 0xffff) refuse("a length that no file has");
    return (std::size_t{high} << 32) | low;
  }
  void pay(double bytes) {
    left_ -= bytes;
    if (left_ < 0) throw data::ReadError(path_, "it holds more than " + byteText(most_) + "; data of R is read whole");
  }
  std::string bytes(int count) {
    if (count < 0) refuse("a text of " + std::to_string(count) + " bytes");
    std::string text;
    // In pieces: a length that lies costs no more than what is there.
    for (auto rest = static_cast<std::size_t>(count); rest > 0;) {
      const std::size_t piece = std::min<std::size_t>(rest, 1 << 16), at = text.size();
      pay(static_cast<double>(piece));
      text.resize(at + piece);
      take(text.data() + at, piece);
      rest -= piece;
    }
    return text;
  }

  template <std::size_t Width, typename Use>
  void numbers(std::size_t count, Use&& use) {
    constexpr std::size_t most = 8192;
    std::vector<char> raw(std::min(count, most) * Width);
    for (std::size_t done = 0; done < count;) {
      const std::size_t piece = std::min(count - done, most);
      pay(static_cast<double>(piece * sizeof(double)));
      take(raw.data(), piece * Width);
      for (std::size_t i = 0; i < piece; ++i) {
        std::uint64_t value = 0;
        for (std::size_t b = 0; b < Width; ++b)
          value = (value << 8) | static_cast<unsigned char>(raw[i * Width + b]);
        use(value);
      }
      done += piece;
    }
  }
  std::vector<double> wholes(std::size_t count) {
    std::vector<double> values;
    numbers<4>(count, [&](std::uint64_t raw) {
      const auto value = static_cast<std::int32_t>(static_cast<std::uint32_t>(raw));
      values.push_back(value == std::numeric_limits<std::int32_t>::min() ? nothing : value);
    });
    return values;
  }
  std::vector<double> reals(std::size_t count) {
    std::vector<double> values;
    numbers<8>(count, [&](std::uint64_t raw) { values.push_back(std::bit_cast<double>(raw)); });
    return values;
  }

  /// One text of a vector: CHARSXP, or a reference to none.
  std::string letters() {
    const auto flags = static_cast<std::uint32_t>(integer());
    if ((flags & 255) == NilValue) return {};
    if ((flags & 255) != Letters) refuse("another value where a text was expected");
    const int count = integer();
    if (count == -1) return {}; // NA
    constexpr std::uint32_t latin1 = 1U << (12 + 2);
    std::string text = bytes(count);
    return flags & latin1 ? utf8(text) : cleanText(text);
  }
  static std::string utf8(const std::string& latin1) {
    std::string text;
    for (const char letter : latin1) {
      const auto code = static_cast<unsigned char>(letter);
      if (code < 0x80) {
        text += letter;
      } else {
        text += static_cast<char>(0xc0 | (code >> 6));
        text += static_cast<char>(0x80 | (code & 0x3f));
      }
    }
    return cleanText(text);
  }

  static std::string nameOf(const RValue& symbol) { return symbol.texts.empty() ? std::string() : symbol.texts[0]; }

  /// A pairlist as attributes.
  void attributes(RValue& value, int depth) {
    RValue list = item(depth + 1);
    for (std::size_t i = 0; i < list.items.size(); ++i) {
      value.attributeNames.push_back(i < list.labels.size() ? list.labels[i] : std::string());
      value.attributeValues.push_back(std::move(list.items[i]));
    }
  }

  RValue other() {
    RValue value;
    value.kind = RValue::Kind::Other;
    return value;
  }

  /// What R keeps shorter than it is: sequences, numbers that become texts when asked for, wrapped vectors.
  RValue altrep(int depth) {
    const RValue info = item(depth + 1);
    RValue state = item(depth + 1), own;
    attributes(own, depth);
    const std::string kind = info.items.empty() ? std::string() : nameOf(info.items[0]);
    RValue value;
    if ((kind == "compact_intseq" || kind == "compact_realseq") && state.numbers.size() == 3) {
      const double count = state.numbers[0];
      if (!(count >= 0 && count < 1e9)) refuse("a sequence of " + numberText(count));
      pay(count * sizeof(double));
      value.kind = kind == "compact_intseq" ? RValue::Kind::Integer : RValue::Kind::Real;
      for (double i = 0; i < count; ++i)
        value.numbers.push_back(state.numbers[1] + i * state.numbers[2]);
    } else if (kind == "deferred_string" && !state.items.empty()) {
      value.kind = RValue::Kind::Text;
      const RValue& from = state.items[0];
      pay(static_cast<double>(from.numbers.size()) * 32);
      for (const double number : from.numbers)
        value.texts.push_back(std::isnan(number) ? std::string() : numberText(number));
    } else if (kind.starts_with("wrap_") && !state.items.empty()) {
      value = std::move(state.items[0]);
    } else {
      value = other();
    }
    value.attributeNames.insert(value.attributeNames.end(), own.attributeNames.begin(), own.attributeNames.end());
    for (RValue& attribute : own.attributeValues)
      value.attributeValues.push_back(std::move(attribute));
    return value;
  }

  /// A chain of pairs, each with attributes, a tag, and its value, as a list with tags.
  RValue pairs(std::uint32_t flags, int depth) {
    RValue list;
    list.kind = RValue::Kind::List;
    for (;;) {
      if (flags & 512) {
        RValue ignored;
        attributes(ignored, depth);
      }
      std::string tag;
      if (flags & 1024) tag = nameOf(item(depth + 1));
      pay(sizeof(RValue));
      list.labels.push_back(std::move(tag));
      list.items.push_back(item(depth + 1));
      flags = static_cast<std::uint32_t>(integer());
      const unsigned type = flags & 255;
      if (type == NilValue) return list;
      if (type != Pairs && type != AttributedPairs) {
        (void)itemOf(flags, depth + 1); // a dotted pair: its end is of no use here
        return list;
      }
      if (type == AttributedPairs) flags |= 512;
    }
  }

  /// The compiled form of a function: its code and its constants, passed over (serialize.c, ReadBC1).
  void compiled(int depth) {
    if (depth > deepest) refuse("code nested more than " + std::to_string(deepest) + " deep");
    (void)item(depth + 1);
    for (int left = integer(); left > 0; --left) {
      pay(sizeof(int));
      const auto type = static_cast<unsigned>(integer());
      if (type == ByteCode)
        compiled(depth + 1);
      else if (!compiledCall(type, depth + 1))
        (void)item(depth + 1);
    }
  }
  /// A call among those constants. False, with nothing read, where `type` is that of another value.
  bool compiledCall(unsigned type, int depth) {
    if (depth > deepest) refuse("code nested more than " + std::to_string(deepest) + " deep");
    const auto isCall = [](unsigned t) {
      return t == Language || t == Pairs || t == AttributedLanguage || t == AttributedPairs;
    };
    for (bool first = true;; first = false) {
      pay(sizeof(int));
      if (type == BytecodeReference) {
        (void)integer();
        return true;
      }
      if (type == BytecodeDefinition) {
        (void)integer();
        type = static_cast<unsigned>(integer());
      }
      if (!isCall(type)) {
        if (!first) (void)item(depth + 1);
        return !first;
      }
      if (type == AttributedLanguage || type == AttributedPairs) (void)item(depth + 1);
      (void)item(depth + 1); // the tag
      if (const auto inner = static_cast<unsigned>(integer()); !compiledCall(inner, depth + 1)) (void)item(depth + 1);
      type = static_cast<unsigned>(integer());
    }
  }

  RValue item(int depth) { return itemOf(static_cast<std::uint32_t>(integer()), depth); }

  RValue itemOf(std::uint32_t flags, int depth) {
    if (depth > deepest) refuse("values nested more than " + std::to_string(deepest) + " deep");
    RValue value;
    const bool attributed = (flags & 512) != 0;
    switch (const unsigned type = flags & 255; type) {
    case Nil:
    case NilValue:
      return value;
    case BaseEnvironment:
    case EmptyEnvironment:
    case GlobalEnvironment:
    case BaseNamespace:
    case MissingArgument:
    case Unbound:
      return other();
    case Reference: {
      const std::uint32_t packed = flags >> 8;
      const auto index = packed != 0 ? static_cast<std::size_t>(packed) : static_cast<std::size_t>(integer());
      if (index < 1 || index > references_.size()) refuse("a reference to a value that isn't there");
      value = other();
      value.texts = {references_[index - 1]};
      return value;
    }
    case Symbol: {
      value = other();
      value.texts = {letters()};
      references_.push_back(value.texts[0]);
      return value;
    }
    case Persistent:
    case Namespace:
    case Package:
      (void)integer();
      for (auto count = length(); count > 0; --count)
        (void)letters();
      references_.emplace_back();
      return other();
    case Environment: {
      (void)integer();
      references_.emplace_back();
      for (int part = 0; part < 4; ++part)
        (void)item(depth + 1); // enclosure, frame, hash table, attributes
      return other();
    }
    case Pairs:
      return pairs(flags, depth);
    case AttributedPairs:
      return pairs(flags | 512, depth);
    case Closure:
    case Promise:
    case Language:
    case Dots:
      (void)pairs(flags, depth);
      return other();
    case AttributedLanguage:
      (void)pairs(flags | 512, depth);
      return other();
    case Special:
    case Builtin:
      (void)bytes(integer());
      return other();
    case External:
    case Weak:
      references_.emplace_back();
      if (type == External) {
        (void)item(depth + 1);
        (void)item(depth + 1);
      }
      value = other();
      break;
    case Letters: {
      const int count = integer();
      value.kind = RValue::Kind::Text;
      value.texts = {count == -1 ? std::string() : cleanText(bytes(count))};
      break;
    }
    case Logicals:
    case Integers:
      value.kind = type == Logicals ? RValue::Kind::Logical : RValue::Kind::Integer;
      value.numbers = wholes(length());
      break;
    case Reals:
      value.kind = RValue::Kind::Real;
      value.numbers = reals(length());
      break;
    case Complexes: {
      value.kind = RValue::Kind::Complex;
      const std::vector<double> both = reals(2 * length());
      for (std::size_t i = 0; i + 1 < both.size(); i += 2) {
        value.numbers.push_back(both[i]);
        value.imaginary.push_back(both[i + 1]);
      }
      break;
    }
    case Strings: {
      value.kind = RValue::Kind::Text;
      for (auto count = length(); count > 0; --count) {
        pay(sizeof(std::string));
        value.texts.push_back(letters());
      }
      break;
    }
    case Vector:
    case Expression: {
      value.kind = RValue::Kind::List;
      for (auto count = length(); count > 0; --count) {
        pay(sizeof(RValue));
        value.items.push_back(item(depth + 1));
      }
      break;
    }
    case Raw: {
      value.kind = RValue::Kind::Integer;
      auto count = length();
      while (count > 0) {
        const std::size_t piece = std::min<std::size_t>(count, 1 << 16);
        pay(static_cast<double>(piece) * 8);
        for (const char byte : bytes(static_cast<int>(piece)))
          value.numbers.push_back(static_cast<unsigned char>(byte));
        count -= piece;
      }
      break;
    }
    case Object:
      value = other();
      break;
    case Altrep:
      return altrep(depth);
    case ByteCode:
      (void)integer(); // how many of its values are referred to
      compiled(depth);
      value = other();
      break;
    default:
      refuse("a value of type " + std::to_string(type));
    }
    if (attributed) attributes(value, depth);
    return value;
  }

  const std::string& path_;
  ByteStream& stream_;
  double left_, most_ = left_;
  std::vector<char> buffer_ = std::vector<char>(1 << 16);
  std::size_t at_ = 0, end_ = 0;
  std::vector<std::string> references_; ///< names of the symbols met so far; of other values empty
};

} // namespace

RValue readRValue(const std::string& path, ByteStream& stream, double most) {
  return Parser(path, stream, most).document();
}

} // namespace discern::io
