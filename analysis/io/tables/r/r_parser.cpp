#include "io/tables/r/r_parser.h"

#include "io/file_text.h"
#include "io/tables/r/r_input.h"

#include <array>
#include <cmath>
#include <limits>

namespace discern::io {

namespace {

using Kind = RValue::Kind;
using Ptr = RValue::Ptr;

constexpr int deepest = 600;
constexpr std::int64_t eachValue = 200; ///< bytes that a value takes by itself

/// SEXPTYPE and the codes that stand for what is not written out.
enum Code {
  Nil = 0,
  Sym = 1,
  PairList = 2,
  Closure = 3,
  Environment = 4,
  Promise = 5,
  Call = 6,
  Special = 7,
  Builtin = 8,
  Char = 9,
  LogicalVector = 10,
  IntegerVector = 13,
  RealVector = 14,
  ComplexVector = 15,
  TextVector = 16,
  Dots = 17,
  GenericVector = 19,
  Expression = 20,
  Bytecode = 21,
  ExternalPointer = 22,
  WeakReference = 23,
  RawVector = 24,
  S4 = 25,
  AltRep = 238,
  AttributedList = 239,
  AttributedCall = 240,
  BaseEnvironment = 241,
  EmptyEnvironment = 242,
  BytecodeReference = 243,
  BytecodeDefinition = 244,
  PersistentName = 247,
  PackageName = 248,
  NamespaceName = 249,
  BaseNamespace = 250,
  MissingArgument = 251,
  UnboundValue = 252,
  GlobalEnvironment = 253,
  NilValue = 254,
  Reference = 255
};

std::shared_ptr<RValue> made(Kind kind, std::string what = {}) {
  auto value = std::make_shared<RValue>();
  value->kind = kind;
  value->what = std::move(what);
  return value;
}

class Parser {
public:
  explicit Parser(RInput& in) : in_(in) {}

  Ptr item() {
    const Level level(*this);
    in_.take(eachValue);
    const auto flags = static_cast<std::uint32_t>(in_.whole());
    return itemOf(flags & 0xFF, flags);
  }

private:
  struct Level {
    explicit Level(Parser& owner) : parser(owner) {
      if (++parser.depth_ > deepest) parser.in_.fail("the R data is nested too deeply; the file is damaged");
    }
    ~Level() { --parser.depth_; }
    Level(const Level&) = delete;
    Level& operator=(const Level&) = delete;
    Parser& parser;
  };

  Ptr itemOf(std::uint32_t code, std::uint32_t flags) {
    switch (code) {
    case Nil:
    case NilValue:
      return made(Kind::Null);
    case EmptyEnvironment:
    case BaseEnvironment:
    case GlobalEnvironment:
    case BaseNamespace:
      return made(Kind::Other, "environments");
    case MissingArgument:
    case UnboundValue:
      return made(Kind::Other, "missing arguments");
    case Reference:
      return reference(flags);
    case Sym:
      return remember(made(Kind::Symbol, symbol()));
    case PersistentName:
    case PackageName:
    case NamespaceName:
      return nameOfSpace();
    case PairList:
    case Call:
    case Closure:
    case Promise:
    case Dots:
    case AttributedList:
    case AttributedCall:
      return pairs(code, flags);
    case Environment:
      return environment();
    case Special:
    case Builtin:
      in_.text(in_.length());
      return made(Kind::Other, "functions");
    case Bytecode:
      return bytecode();
    case ExternalPointer: {
      auto pointer = remember(made(Kind::Other, "pointers"));
      item();
      item();
      attributesOf(*std::const_pointer_cast<RValue>(pointer), flags);
      return pointer;
    }
    case WeakReference: {
      auto weak = remember(made(Kind::Other, "references"));
      attributesOf(*std::const_pointer_cast<RValue>(weak), flags);
      return weak;
    }
    case AltRep:
      return compact();
    case Char: {
      auto text = made(Kind::Text);
      text->texts.push_back(charText());
      return text;
    }
    default:
      return vector(code, flags);
    }
  }

  Ptr vector(std::uint32_t code, std::uint32_t flags) {
    auto value = made(Kind::Null);
    switch (code) {
    case LogicalVector:
      value->kind = Kind::Logical;
      value->numbers = in_.wholes(in_.length());
      break;
    case IntegerVector:
      value->kind = Kind::Integer;
      value->numbers = in_.wholes(in_.length());
      break;
    case RealVector:
      value->kind = Kind::Real;
      value->numbers = in_.reals(in_.length());
      break;
    case ComplexVector:
      value->kind = Kind::Complex;
      value->numbers = in_.reals(2 * in_.length());
      break;
    case RawVector:
      value->kind = Kind::Raw;
      value->numbers = in_.raws(in_.length());
      break;
    case TextVector:
      value->kind = Kind::Text;
      for (std::int64_t left = in_.length(); left > 0; --left) {
        in_.take(sizeof(std::string));
        const auto own = static_cast<std::uint32_t>(in_.whole());
        if ((own & 0xFF) == Reference || (own & 0xFF) != Char)
          in_.fail("a text of the R data is something else; the file is damaged");
        value->texts.push_back(charText());
      }
      break;
    case GenericVector:
    case Expression:
      value->kind = Kind::List;
      for (std::int64_t left = in_.length(); left > 0; --left)
        value->items.push_back(item());
      break;
    case S4:
      value->kind = Kind::Other;
      value->what = "S4 objects";
      break;
    default:
      in_.fail("the R data has an item of the unknown kind " + std::to_string(code) + "; the file is damaged");
    }
    attributesOf(*value, flags);
    return value;
  }

  void attributesOf(RValue& value, std::uint32_t flags) {
    if ((flags & 0x200) == 0) return;
    const Ptr list = item();
    for (std::size_t i = 0; list->kind == Kind::List && i < list->items.size(); ++i)
      value.attributes.emplace_back(i < list->names.size() ? list->names[i] : "", list->items[i]);
  }

  /// Behind the flags of a CHARSXP.
  std::string charText() {
    const std::int32_t length = in_.whole();
    if (length == -1) return absentText;
    if (length < 0) in_.fail("a text of the R data has a negative length; the file is damaged");
    return cleanText(in_.text(length));
  }

  std::string symbol() {
    const Ptr name = item();
    return name->texts.empty() ? std::string() : name->texts.front();
  }

  Ptr remember(Ptr value) {
    references_.push_back(value);
    return value;
  }

  Ptr reference(std::uint32_t flags) {
    std::int64_t index = flags >> 8;
    if (index == 0) index = in_.whole();
    if (index < 1 || index > static_cast<std::int64_t>(references_.size()))
      in_.fail("the R data refers to something that has not come; the file is damaged");
    return references_[static_cast<std::size_t>(index - 1)];
  }

  Ptr nameOfSpace() {
    if (in_.whole() != 0) in_.fail("a name in the R data is damaged");
    for (std::int32_t left = in_.whole(); left > 0; --left)
      item();
    return remember(made(Kind::Other, "environments"));
  }

  Ptr environment() {
    in_.whole(); // locked or not
    Ptr value = remember(made(Kind::Other, "environments"));
    for (int part = 0; part < 4; ++part) // enclosure, frame, hash table, attributes
      item();
    return value;
  }

  /// A chain of pairs, walked without recursion along its length.
  Ptr pairs(std::uint32_t code, std::uint32_t flags) {
    const bool data = code == PairList || code == AttributedList;
    auto list = made(data ? Kind::List : Kind::Other, code == Closure ? "functions" : "calls");
    for (;;) {
      if (code == AttributedList || code == AttributedCall || (flags & 0x200) != 0) {
        const Ptr own = item();
        for (std::size_t i = 0; data && own->kind == Kind::List && i < own->items.size(); ++i)
          list->attributes.emplace_back(i < own->names.size() ? own->names[i] : "", own->items[i]);
      }
      const Ptr tag = (flags & 0x400) != 0 ? item() : nullptr;
      Ptr first = item();
      if (data) {
        list->items.push_back(std::move(first));
        list->names.push_back(tag ? tag->what : "");
      }
      in_.take(eachValue);
      flags = static_cast<std::uint32_t>(in_.whole());
      code = flags & 0xFF;
      if (code == NilValue || code == Nil) return list;
      const bool more = code == PairList || code == Call || code == Dots || code == AttributedList ||
                        code == AttributedCall || code == Closure || code == Promise;
      if (!more) {
        const Level level(*this);
        itemOf(code, flags); // the end of a closure or of a dotted pair
        return list;
      }
    }
  }

  Ptr bytecode() {
    in_.whole(); // how many are referred to
    bytecodeBody();
    return made(Kind::Other, "functions");
  }
  void bytecodeBody() {
    const Level level(*this);
    item();
    for (std::int32_t left = in_.whole(); left > 0; --left) {
      const auto code = static_cast<std::uint32_t>(in_.whole());
      if (code == Bytecode)
        bytecodeBody();
      else if (!bytecodeLanguage(code))
        item();
    }
  }
  /// True when `code` was one of its kinds, and its rest was read.
  bool bytecodeLanguage(std::uint32_t code) {
    const Level level(*this);
    for (;;) {
      in_.take(8);
      if (code == BytecodeReference) {
        in_.whole();
        return true;
      }
      if (code == BytecodeDefinition) {
        in_.whole();
        code = static_cast<std::uint32_t>(in_.whole());
      }
      if (code != Call && code != PairList && code != AttributedCall && code != AttributedList) return false;
      if (code == AttributedCall || code == AttributedList) item();
      item(); // the tag
      if (const auto first = static_cast<std::uint32_t>(in_.whole()); !bytecodeLanguage(first)) item();
      code = static_cast<std::uint32_t>(in_.whole());
      const bool more = code == Call || code == PairList || code == AttributedCall || code == AttributedList ||
                        code == BytecodeReference || code == BytecodeDefinition;
      if (!more) {
        item();
        return true;
      }
    }
  }

  /// Vectors that R keeps in another form: class, state, attributes.
  Ptr compact() {
    const Ptr about = item(), state = item(), attributes = item();
    const std::string name =
        about->kind == Kind::List && !about->items.empty() ? about->items.front()->what : std::string();
    auto value = made(Kind::Null);
    const auto& numbers = state->numbers;
    if (name == "compact_intseq" || name == "compact_realseq") {
      if (numbers.size() != 3 || !(numbers[0] >= 0) || !(numbers[0] < 5e7))
        in_.fail("a range in the R data is damaged");
      in_.take(static_cast<std::int64_t>(numbers[0]) * 8);
      value->kind = name == "compact_intseq" ? Kind::Integer : Kind::Real;
      value->numbers.resize(static_cast<std::size_t>(numbers[0]));
      for (std::size_t i = 0; i < value->numbers.size(); ++i)
        value->numbers[i] = numbers[1] + static_cast<double>(i) * numbers[2];
    } else if (name.starts_with("wrap_") && state->kind == Kind::List && !state->items.empty()) {
      *value = *state->items.front();
    } else if (name == "deferred_string" && state->kind == Kind::List && !state->items.empty()) {
      value->kind = Kind::Text;
      for (const double number : state->items.front()->numbers) {
        in_.take(sizeof(std::string));
        value->texts.push_back(std::isnan(number) ? absentText : numberText(number));
      }
    } else {
      value->kind = Kind::Other;
      value->what = "vectors of the form " + (name.empty() ? std::string("unknown") : cleanText(name));
    }
    for (std::size_t i = 0; attributes->kind == Kind::List && i < attributes->items.size(); ++i)
      value->attributes.emplace_back(i < attributes->names.size() ? attributes->names[i] : "", attributes->items[i]);
    return value;
  }

  RInput& in_;
  std::vector<Ptr> references_;
  int depth_ = 0;
};

} // namespace

RContent readR(const std::string& path, ByteStream& stream) {
  RInput in(path, stream);
  RContent content;
  std::array<char, 2> mark{};
  in.bytes(mark.data(), mark.size());
  if (mark[0] == 'R') {
    std::array<char, 3> rest{};
    in.bytes(rest.data(), rest.size());
    if (rest[0] != 'X')
      in.fail(std::string("the workspace is saved in R's ") + (rest[0] == 'A' ? "ASCII" : "native") +
              " form; save it without ascii = TRUE");
    content.workspace = true;
    in.bytes(mark.data(), mark.size());
  }
  if (mark[0] != 'X' || mark[1] != '\n')
    in.fail("the R data is not in the XDR form that save() and saveRDS() write by default");
  content.version = in.whole();
  if (content.version != 2 && content.version != 3)
    in.fail("the R data is of version " + std::to_string(content.version) + " of the format; 2 and 3 are read");
  in.whole(); // the R that wrote it
  in.whole(); // the oldest that can read it
  if (content.version == 3) in.text(in.length());
  content.value = Parser(in).item();
  return content;
}

} // namespace discern::io
