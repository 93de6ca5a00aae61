#pragma once
#include "io/tables/text/byte_stream.h"

#include <functional>
#include <map>

namespace discern::io {

/// Walks an XML file with expat. Names come without their namespace prefix.
struct XmlHandler {
  using Attributes = std::map<std::string, std::string>;
  std::function<void(const std::string& name, const Attributes&)> start;
  std::function<void(const std::string& name, const std::string& text)> end; ///< with the text since the last tag
};
/// Throws ReadError for what is not well-formed, with the line; entity declarations are refused. What the handlers
/// throw is passed on.
void parseXml(const std::string& path, ByteStream& stream, const XmlHandler& handler);

} // namespace discern::io
