#pragma once
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace discern::io {

/// One data block of a CIF: the values of each tag, which has one, or one for each row of its loop. Tags in small
/// letters, dots as underscores, so that mmCIF's are CIF's. Values point into the text.
struct CifBlock {
  std::string name;
  std::map<std::string, std::vector<std::string_view>> values;

  /// The values of the first of the tags that is there; empty when none is.
  [[nodiscard]] const std::vector<std::string_view>& of(std::initializer_list<const char*> tags) const;
};

/// All blocks of a CIF 1.1 (https://www.iucr.org/resources/cif/spec/version1.1/cifsyntax). Throws data::ReadError for a
/// loop whose values don't fill its rows, or a text that does not end.
[[nodiscard]] std::vector<CifBlock> parseCif(const std::string& path, std::string_view text);

} // namespace discern::io
