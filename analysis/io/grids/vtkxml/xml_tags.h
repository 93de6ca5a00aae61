#pragma once
#include "io/file.h"

#include <map>

namespace discern::io {

/// A tag of an XML file.
struct XmlTag {
  std::string name;
  std::map<std::string, std::string> attributes;
  bool closing = false; ///< </name>
  bool empty = false;   ///< <name/>
  std::int64_t end = 0; ///< the byte behind its '>'
  [[nodiscard]] std::string get(const std::string& attribute) const;
};

/// The tags of an XML file in order, without what is between them. Reads a piece at a time, so that files of any size
/// may be asked. Entities in attributes are resolved; comments and declarations are skipped.
class XmlTags {
public:
  explicit XmlTags(const File& file) : file_(file) {}
  /// False at the end of the file. Throws data::ReadError for a tag that doesn't end.
  [[nodiscard]] bool next(XmlTag& tag);

private:
  [[nodiscard]] int byte(); ///< -1 at the end
  const File& file_;
  std::vector<std::byte> piece_;
  std::int64_t at_ = 0, pieceBegin_ = 0;
};

} // namespace discern::io
