#include "data/table/table_request.h"

#include "data/error.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace discern::data {

using nlohmann::json;

namespace {

/// JSON has no NaN: missing numbers travel as null.
json packed(const std::vector<double>& values) {
  json out = json::array();
  for (const double value : values)
    out.push_back(std::isfinite(value) ? json(value) : json());
  return out;
}

double number(const json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

std::vector<double> unpacked(const json& values) {
  std::vector<double> out;
  out.reserve(values.size());
  for (const json& value : values)
    out.push_back(number(value));
  return out;
}

ColumnType columnTypeFromName(const std::string& name) {
  for (const ColumnType type : {ColumnType::Integer, ColumnType::Number, ColumnType::Text})
    if (nameOf(type) == name) return type;
  throw UsageError("\"" + name + "\" is no type of a column; known are integer, number, text");
}

} // namespace

std::string_view nameOf(ColumnType type) {
  switch (type) {
  case ColumnType::Integer:
    return "integer";
  case ColumnType::Number:
    return "number";
  case ColumnType::Text:
    break;
  }
  return "text";
}

void to_json(json& out, const ColumnInfo& column) {
  out = {{"name", column.name}, {"unit", column.unit}, {"type", nameOf(column.type)}};
}

void from_json(const json& in, ColumnInfo& column) {
  column = {in.at("name"), in.value("unit", ""), columnTypeFromName(in.at("type"))};
}

void to_json(json& out, const TableQuery& query) {
  json within = json::array();
  for (const TableQuery::Between& bound : query.within)
    within.push_back({{"column", bound.column}, {"low", bound.low}, {"high", bound.high}});
  out = {{"filter", query.filter}, {"within", within}, {"sort", query.sort}, {"descending", query.descending}};
}

void from_json(const json& in, TableQuery& query) {
  query = TableQuery{};
  query.filter = in.value("filter", "");
  for (const json& bound : in.value("within", json::array()))
    query.within.push_back({bound.at("column"), bound.at("low"), bound.at("high")});
  query.sort = in.value("sort", "");
  query.descending = in.value("descending", false);
}

void to_json(json& out, const RowsRequest& request) {
  out = {{"path", request.path},   {"name", request.table},  {"query", request.query},  {"from", request.from},
         {"count", request.count}, {"cells", request.cells}, {"locate", request.locate}};
}

void from_json(const json& in, RowsRequest& request) {
  request = RowsRequest{};
  request.path = in.at("path");
  request.table = in.value("name", "");
  request.query = in.value("query", TableQuery{});
  request.from = in.value("from", std::int64_t{0});
  request.count = in.value("count", std::int64_t{0});
  request.cells = in.value("cells", true);
  request.locate = in.value("locate", request.locate);
}

void to_json(json& out, const TableRows& rows) {
  json numbers = json::array();
  for (const auto& column : rows.numbers)
    numbers.push_back(packed(column));
  out = {{"total", rows.total}, {"matching", rows.matching}, {"from", rows.from},  {"places", rows.places},
         {"rows", rows.rows},   {"columns", rows.columns},   {"numbers", numbers}, {"texts", rows.texts}};
}

void from_json(const json& in, TableRows& rows) {
  rows = TableRows{};
  rows.total = in.at("total");
  rows.matching = in.at("matching");
  rows.from = in.at("from");
  rows.places = in.at("places").get<std::vector<std::int64_t>>();
  rows.rows = in.at("rows").get<std::vector<std::int64_t>>();
  rows.columns = in.at("columns").get<std::vector<ColumnInfo>>();
  for (const json& column : in.at("numbers"))
    rows.numbers.push_back(unpacked(column));
  rows.texts = in.at("texts").get<std::vector<std::vector<std::string>>>();
}

void to_json(json& out, const ColumnRequest& request) {
  out = {{"path", request.path}, {"name", request.table}, {"query", request.query}, {"column", request.column}};
}

void from_json(const json& in, ColumnRequest& request) {
  request = {in.at("path"), in.value("name", ""), in.value("query", TableQuery{}), in.at("column")};
}

void to_json(json& out, const ColumnSummary& summary) {
  out = {{"rows", summary.rows},
         {"missing", summary.missing},
         {"numbers", packed({summary.min, summary.max, summary.mean, summary.deviation})},
         {"distinct", summary.distinct}};
}

void from_json(const json& in, ColumnSummary& summary) {
  const json& numbers = in.at("numbers");
  summary = {in.at("rows"),         in.at("missing"),      number(numbers.at(0)), number(numbers.at(1)),
             number(numbers.at(2)), number(numbers.at(3)), in.at("distinct")};
}

void to_json(json& out, const PointsRequest& request) {
  out = {{"path", request.path}, {"name", request.table},    {"query", request.query}, {"x", request.x},
         {"y", request.y},       {"across", request.across}, {"up", request.up},       {"keep", request.keep}};
  if (request.xRange) out["xRange"] = *request.xRange;
}

void from_json(const json& in, PointsRequest& request) {
  request = PointsRequest{};
  request.path = in.at("path");
  request.table = in.value("name", "");
  request.query = in.value("query", TableQuery{});
  request.x = in.at("x");
  request.y = in.at("y");
  request.across = in.value("across", request.across);
  request.up = in.value("up", request.up);
  request.keep = in.value("keep", request.keep);
  if (in.contains("xRange")) request.xRange = in.at("xRange").get<std::array<double, 2>>();
}

void to_json(json& out, const LineRequest& request) {
  out = {{"path", request.path}, {"field", request.field}, {"axis", request.axis},
         {"at", request.at},     {"time", request.time},   {"component", request.component},
         {"from", request.from}, {"to", request.to},       {"across", request.across}};
}

void from_json(const json& in, LineRequest& request) {
  request = LineRequest{};
  request.path = in.at("path");
  request.field = in.value("field", "");
  request.axis = in.at("axis");
  request.at = in.value("at", request.at);
  request.time = in.value("time", std::int64_t{0});
  request.component = in.value("component", 0);
  request.from = in.at("from");
  request.to = in.at("to");
  request.across = in.value("across", request.across);
}

void to_json(json& out, const Curve& curve) {
  out = {{"x", packed(curve.x)},
         {"y", packed(curve.y)},
         {"index", curve.index},
         {"ordered", curve.ordered},
         {"thinned", curve.thinned},
         {"count", curve.count},
         {"xExtent", packed({curve.xExtent[0], curve.xExtent[1]})},
         {"yExtent", packed({curve.yExtent[0], curve.yExtent[1]})},
         {"keptX", packed(curve.keptX)},
         {"keptY", packed(curve.keptY)}};
}

void from_json(const json& in, Curve& curve) {
  curve = Curve{};
  curve.x = unpacked(in.at("x"));
  curve.y = unpacked(in.at("y"));
  curve.index = in.at("index").get<std::vector<std::int64_t>>();
  curve.ordered = in.at("ordered");
  curve.thinned = in.at("thinned");
  curve.count = in.at("count");
  const auto extent = [&in](const char* name) {
    return std::array{number(in.at(name).at(0)), number(in.at(name).at(1))};
  };
  curve.xExtent = extent("xExtent");
  curve.yExtent = extent("yExtent");
  curve.keptX = unpacked(in.at("keptX"));
  curve.keptY = unpacked(in.at("keptY"));
}

} // namespace discern::data
