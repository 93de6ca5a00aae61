#pragma once
#include "data/field_source.h"

#include <map>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

namespace discern::io {

/// What records say, as tables. A file that is in them whole (bytes, or MongoDB's {"$binary": BASE64}) is kept apart.
struct RecordTables {
  std::vector<data::Table> tables;
  std::map<std::string, std::string> attributes;
  struct Embedded {
    std::string name; ///< the keys that lead to it, with dots
    std::vector<std::uint8_t> bytes;
  };
  std::vector<Embedded> embedded;
  std::vector<std::string> warnings;
};

/// - A list of objects is a table, a column a key; keys of objects inside follow after a dot.
/// - An object of lists of one length is a table, a column a list; where its keys are numbers or its lists are of
/// several
///   lengths, a row an entry, with the key in front.
/// - A list of lists or of single values is a table.
/// - Of any other object single values are attributes, and what is inside is named by the keys that lead to it.
/// A column of texts that are all times has a second one beside it with the seconds since 1970.
/// `root`: the name of a table that has none.
[[nodiscard]] RecordTables tablesOf(const nlohmann::json& document, const std::string& root);

} // namespace discern::io
