#include "io/tables/text/xml_parser.h"

#include <exception>
#include <expat.h>
#include <memory>
#include <vector>

namespace discern::io {

namespace {

struct State {
  const XmlHandler* handler = nullptr;
  XML_Parser parser = nullptr;
  std::string text;
  std::exception_ptr thrown;
  bool entities = false;

  /// Runs a handler; what it throws must not pass through expat.
  template <typename F>
  void guarded(const F& run) {
    if (thrown) return;
    try {
      run();
    } catch (...) {
      thrown = std::current_exception();
      XML_StopParser(parser, XML_FALSE);
    }
  }
};

std::string localName(const XML_Char* name) {
  const std::string full(name);
  const auto colon = full.find(':');
  return colon == std::string::npos ? full : full.substr(colon + 1);
}

void XMLCALL onStart(void* user, const XML_Char* name, const XML_Char** attributes) {
  State& state = *static_cast<State*>(user);
  state.guarded([&] {
    XmlHandler::Attributes map;
    for (; attributes[0] != nullptr; attributes += 2)
      map[localName(attributes[0])] = attributes[1];
    state.text.clear();
    if (state.handler->start) state.handler->start(localName(name), map);
  });
}

void XMLCALL onEnd(void* user, const XML_Char* name) {
  State& state = *static_cast<State*>(user);
  state.guarded([&] {
    if (state.handler->end) state.handler->end(localName(name), state.text);
    state.text.clear();
  });
}

void XMLCALL onText(void* user, const XML_Char* text, int length) {
  State& state = *static_cast<State*>(user);
  state.guarded([&] { state.text.append(text, static_cast<std::size_t>(length)); });
}

void XMLCALL onEntity(void* user, const XML_Char*, int, const XML_Char*, int, const XML_Char*, const XML_Char*,
                      const XML_Char*, const XML_Char*) {
  State& state = *static_cast<State*>(user);
  state.entities = true; // a few lines of them can grow to gigabytes
  XML_StopParser(state.parser, XML_FALSE);
}

} // namespace

void parseXml(const std::string& path, ByteStream& stream, const XmlHandler& handler) {
  const std::unique_ptr<XML_ParserStruct, decltype(&XML_ParserFree)> parser(XML_ParserCreate(nullptr), &XML_ParserFree);
  State state;
  state.handler = &handler;
  state.parser = parser.get();
  XML_SetUserData(parser.get(), &state);
  XML_SetElementHandler(parser.get(), onStart, onEnd);
  XML_SetCharacterDataHandler(parser.get(), onText);
  XML_SetEntityDeclHandler(parser.get(), onEntity);
  std::vector<char> piece(1 << 18);
  for (bool last = false; !last;) {
    const std::size_t got = stream.read(piece);
    last = got < piece.size();
    const XML_Status status = XML_Parse(parser.get(), piece.data(), static_cast<int>(got), last ? XML_TRUE : XML_FALSE);
    if (state.thrown) std::rethrow_exception(state.thrown);
    if (state.entities) throw data::ReadError(path, "the XML declares entities; such files are not read");
    if (status != XML_STATUS_OK)
      throw data::ReadError(path,
                            "line " + std::to_string(XML_GetCurrentLineNumber(parser.get())) +
                                ": the XML is not well-formed: " + XML_ErrorString(XML_GetErrorCode(parser.get())));
  }
}

} // namespace discern::io
