#include "channel/client/decode.h"

#include <limits>
#include <stdexcept>

namespace discern::channel {

using nlohmann::json;

namespace {

std::vector<double> series(const json& values) {
  if (!values.is_array()) throw std::runtime_error("the series is no array");
  std::vector<double> numbers;
  numbers.reserve(values.size());
  for (const json& value : values)
    numbers.push_back(value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>());
  return numbers;
}

} // namespace

void decode(const Ask& ask, json& result, Answer& answer) {
  if (ask.method == "open") {
    answer.stamp = result.value("stamp", "");
    answer.identity = result.value("identity", "");
    answer.value = result.get<data::DatasetInfo>();
  } else if (ask.method == "series") {
    answer.value = series(result.at("values"));
  } else if (ask.method == "statistics") {
    answer.value = result.get<data::Statistics>();
  } else if (ask.method == "probe") {
    const json& value = result.at("value");
    answer.value = data::GridReading{result.at("cell"),
                                     value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>()};
  } else if (ask.method == "sky") {
    answer.value = result.get<data::SkyPosition>();
  } else if (ask.method == "table") {
    answer.value = result.get<data::Table>();
  } else if (ask.method == "rows") {
    answer.value = result.get<data::TableRows>();
  } else if (ask.method == "column") {
    answer.value = result.get<data::ColumnSummary>();
  } else if (ask.method == "points" || ask.method == "line") {
    answer.value = result.get<data::Curve>();
  } else {
    answer.value = std::move(result);
  }
}

} // namespace discern::channel
