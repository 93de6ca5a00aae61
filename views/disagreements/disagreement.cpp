#include "disagreements/disagreement.h"

#include <algorithm>
#include <sstream>

namespace discern::views {

std::vector<std::int64_t> Disagreement::side(std::int64_t main, bool several) const {
  if (several && !partners.empty()) return partners;
  return main == 0 ? std::vector<std::int64_t>() : std::vector<std::int64_t>{main};
}

std::vector<Disagreement> disagreementsOf(const data::Table& table) {
  const auto at = [&](const char* name) {
    const auto found = std::find(table.info.columns.begin(), table.info.columns.end(), name);
    return static_cast<std::size_t>(found - table.info.columns.begin());
  };
  const auto numberAt = [&](const char* name, std::size_t row) {
    const std::size_t column = at(name);
    return column < table.numbers.size() && row < table.numbers[column].size() ? table.numbers[column][row] : 0.0;
  };
  std::vector<Disagreement> rows;
  const std::size_t kind = at("kind"), partners = at("partners");
  if (kind >= table.texts.size()) return rows;
  for (std::size_t row = 0; row < table.texts[kind].size(); ++row) {
    Disagreement one;
    one.kind = table.texts[kind][row];
    one.truth = static_cast<std::int64_t>(numberAt("truth", row));
    one.prediction = static_cast<std::int64_t>(numberAt("prediction", row));
    one.cost = numberAt("cost", row);
    one.iou = numberAt("iou", row);
    one.voxels = static_cast<std::int64_t>(numberAt("voxels", row));
    one.position = {numberAt("x", row), numberAt("y", row), numberAt("z", row)};
    if (partners < table.texts.size() && row < table.texts[partners].size()) {
      std::istringstream words(table.texts[partners][row]); // "81, 146"
      std::int64_t label = 0;
      while (words >> label) {
        one.partners.push_back(label);
        words.ignore(); // the comma
      }
    }
    rows.push_back(std::move(one));
  }
  return rows;
}

} // namespace discern::views
