#pragma once
#include "data/field_source.h"

#include <array>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace discern::io {

/// What a label means.
struct LabelEntry {
  std::int64_t key = 0;
  std::string name;
  std::optional<std::array<double, 4>> colour; ///< red, green, blue, alpha, 0 to 1
};

[[nodiscard]] std::map<std::int64_t, std::string> namesOf(const std::vector<LabelEntry>& entries);

/// A table with the columns label, name, and, where any entry has a colour, red, green, blue, alpha (0 to 1).
[[nodiscard]] data::Table tableOf(const std::string& name, const std::vector<LabelEntry>& entries);

} // namespace discern::io
