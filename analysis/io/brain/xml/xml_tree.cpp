#include "io/brain/xml/xml_tree.h"

#include "data/error.h"

#include <algorithm>
#include <expat.h>
#include <memory>

namespace discern::io {

namespace {

constexpr std::size_t deepest = 64, mostParts = 2'000'000;

struct Builder {
  XmlNode root;
  std::vector<XmlNode*> open; ///< from the root to the element that is being read
  std::size_t parts = 0;
  bool tooMuch = false;
  XML_Parser parser = nullptr;

  static void begin(void* self, const XML_Char* name, const XML_Char** attributes) {
    auto& b = *static_cast<Builder*>(self);
    XmlNode* node = &b.root;
    if (!b.open.empty()) node = &b.open.back()->children.emplace_back();
    node->name = name;
    ++b.parts;
    for (; *attributes; attributes += 2, ++b.parts)
      node->attributes.emplace(attributes[0], attributes[1]);
    b.open.push_back(node);
    if (b.open.size() > deepest || b.parts > mostParts) {
      b.tooMuch = true;
      XML_StopParser(b.parser, XML_FALSE);
    }
  }
  static void end(void* self, const XML_Char*) { static_cast<Builder*>(self)->open.pop_back(); }
  static void text(void* self, const XML_Char* text, int length) {
    auto& b = *static_cast<Builder*>(self);
    if (!b.open.empty()) b.open.back()->text.append(text, static_cast<std::size_t>(length));
  }
};

} // namespace

const XmlNode* XmlNode::child(std::string_view wanted) const {
  const auto at = std::find_if(children.begin(), children.end(), [&](const XmlNode& c) { return c.name == wanted; });
  return at == children.end() ? nullptr : &*at;
}

std::string XmlNode::childText(std::string_view wanted) const {
  const XmlNode* node = child(wanted);
  return node ? std::string(trimmed(node->text)) : std::string();
}

std::string XmlNode::attribute(std::string_view wanted) const {
  const auto at = attributes.find(wanted);
  return at == attributes.end() ? std::string() : at->second;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks(" \t\r\n\f\0", 6);
  const auto begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

XmlNode parseXml(const std::string& path, std::span<const std::byte> bytes) {
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser(XML_ParserCreate(nullptr),
                                                                                             &XML_ParserFree);
  Builder builder;
  builder.parser = parser.get();
  XML_SetUserData(parser.get(), &builder);
  XML_SetElementHandler(parser.get(), Builder::begin, Builder::end);
  XML_SetCharacterDataHandler(parser.get(), Builder::text);
  constexpr std::size_t piece = 16 << 20;
  for (std::size_t at = 0; at == 0 || at < bytes.size(); at += piece) {
    const auto some = bytes.subspan(at, std::min(piece, bytes.size() - at));
    if (XML_Parse(parser.get(), reinterpret_cast<const char*>(some.data()), static_cast<int>(some.size()),
                  at + some.size() == bytes.size()) == XML_STATUS_OK)
      continue;
    if (builder.tooMuch) throw data::ReadError(path, "its XML is nested too deeply or has too many elements");
    throw data::ReadError(path, "its XML is damaged or cut short in line " +
                                    std::to_string(XML_GetCurrentLineNumber(parser.get())) + ": " +
                                    XML_ErrorString(XML_GetErrorCode(parser.get())));
  }
  return std::move(builder.root);
}

} // namespace discern::io
