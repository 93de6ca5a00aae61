#pragma once
#include "data/field_source.h"
#include "io/tables/graphs/network.h"
#include "io/tables/rdata/r_value.h"

#include <map>
#include <optional>

namespace discern::io {

/// What can be shown of R's objects.
struct RObjects {
  std::vector<data::Table> tables;
  struct Array {
    data::FieldInfo info;
    std::vector<double> values; ///< x fastest
  };
  std::vector<Array> arrays;
  std::optional<Network> network; ///< of the first graph
  std::map<std::string, std::string> attributes;
  std::vector<std::string> warnings;
};

/// `alone`: the name of an object that has none (of an .rds).
[[nodiscard]] RObjects objectsOf(const RValue& document, bool workspace, const std::string& alone);

} // namespace discern::io
