#pragma once
#include <cstddef>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace discern::io {

/// An element of an XML file, with all that it holds. Text is UTF-8, and of all the pieces between its children joined.
struct XmlNode {
  std::string name, text;
  std::map<std::string, std::string, std::less<>> attributes;
  std::vector<XmlNode> children;

  /// The first child of that name; nullptr when there is none.
  [[nodiscard]] const XmlNode* child(std::string_view name) const;
  /// The text of the first child of that name, blanks at both ends removed; empty when there is none.
  [[nodiscard]] std::string childText(std::string_view name) const;
  /// Empty when it is not there.
  [[nodiscard]] std::string attribute(std::string_view name) const;
};

/// Parses a whole document and gives back its root. `path` is for messages. Throws data::ReadError for XML that is not
/// well formed or cut short, nested deeper than 64, or of more than two million elements and attributes. External
/// entities are never fetched.
[[nodiscard]] XmlNode parseXml(const std::string& path, std::span<const std::byte> bytes);

/// Text without the blanks at both ends.
[[nodiscard]] std::string_view trimmed(std::string_view text);

} // namespace discern::io
