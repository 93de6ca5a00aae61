#include "data/plot/packed.h"
#include "data/plot/plot_request.h"

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>

namespace discern::data {

using nlohmann::json;

namespace {

using Range = std::optional<std::array<double, 2>>;

json orNull(const Range& range) { return range ? json(*range) : json(); }

Range rangeOf(const json& in, const char* name) {
  const auto found = in.find(name);
  return found == in.end() || found->is_null() ? Range() : found->get<std::array<double, 2>>();
}

/// JSON has no NaN: it travels as null.
double numberOf(const json& value) {
  return value.is_null() ? std::numeric_limits<double>::quiet_NaN() : value.get<double>();
}

template <typename T>
std::vector<T> numbersOf(const json& in, const char* name) {
  return unpacked<T>(in.value(name, std::string()));
}

json treeJson(const std::vector<TreeMerge>& tree) {
  json out = json::array();
  for (const TreeMerge& merge : tree)
    out.push_back({merge.a, merge.b, merge.height, merge.size});
  return out;
}

std::vector<TreeMerge> treeOf(const json& in) {
  std::vector<TreeMerge> tree;
  tree.reserve(in.size());
  for (const json& merge : in)
    tree.push_back({merge.at(0), merge.at(1), merge.at(2), merge.at(3)});
  return tree;
}

} // namespace

void to_json(json& out, const MatrixRequest& of) {
  out = {{"path", of.path},           {"field", of.field}, {"table", of.table}, {"ofTable", of.ofTable},
         {"component", of.component}, {"time", of.time},   {"order", of.order}};
}

void from_json(const json& in, MatrixRequest& of) {
  of.path = in.at("path");
  of.field = in.value("field", "");
  of.table = in.value("table", "");
  of.ofTable = in.value("ofTable", false);
  of.component = in.value("component", 0);
  of.time = in.value("time", std::int64_t{0});
  of.order = in.value("order", of.order);
}

void to_json(json& out, const MatrixAnswer& of) {
  out = {{"rows", of.rows},
         {"columns", of.columns},
         {"values", packed(of.values)},
         {"rowNames", of.rowNames},
         {"columnNames", of.columnNames},
         {"rowOrder", packed(of.rowOrder)},
         {"columnOrder", packed(of.columnOrder)},
         {"rowTree", treeJson(of.rowTree)},
         {"columnTree", treeJson(of.columnTree)},
         {"symmetric", of.symmetric},
         {"quantity", of.quantity},
         {"unit", of.unit}};
}

void from_json(const json& in, MatrixAnswer& of) {
  of.rows = in.at("rows");
  of.columns = in.at("columns");
  of.values = numbersOf<double>(in, "values");
  of.rowNames = in.value("rowNames", of.rowNames);
  of.columnNames = in.value("columnNames", of.columnNames);
  of.rowOrder = numbersOf<std::int32_t>(in, "rowOrder");
  of.columnOrder = numbersOf<std::int32_t>(in, "columnOrder");
  of.rowTree = treeOf(in.at("rowTree"));
  of.columnTree = treeOf(in.at("columnTree"));
  of.symmetric = in.value("symmetric", false);
  of.quantity = in.value("quantity", "");
  of.unit = in.value("unit", "");
}

void to_json(json& out, const DensityRequest& of) {
  out = {{"x", of.x},
         {"y", of.y},
         {"across", of.across},
         {"up", of.up},
         {"xRange", orNull(of.xRange)},
         {"yRange", orNull(of.yRange)},
         {"chosen", of.chosen}};
}

void from_json(const json& in, DensityRequest& of) {
  of.x = in.at("x");
  of.y = in.at("y");
  of.across = in.value("across", of.across);
  of.up = in.value("up", of.up);
  of.xRange = rangeOf(in, "xRange");
  of.yRange = rangeOf(in, "yRange");
  of.chosen = in.value("chosen", VoxelRule{});
}

void to_json(json& out, const DensityAnswer& of) {
  out = {{"xRange", of.xRange},          {"yRange", of.yRange},         {"xExtent", of.xExtent},
         {"yExtent", of.yExtent},        {"across", of.across},         {"up", of.up},
         {"counts", packed(of.counts)},  {"chosen", packed(of.chosen)}, {"voxels", of.voxels},
         {"inside", of.inside},          {"missing", of.missing},       {"chosenVoxels", of.chosenVoxels},
         {"correlation", of.correlation}};
}

void from_json(const json& in, DensityAnswer& of) {
  of.xRange = in.at("xRange");
  of.yRange = in.at("yRange");
  of.xExtent = in.at("xExtent");
  of.yExtent = in.at("yExtent");
  of.across = in.at("across");
  of.up = in.at("up");
  of.counts = numbersOf<std::uint32_t>(in, "counts");
  of.chosen = numbersOf<std::uint32_t>(in, "chosen");
  of.voxels = in.at("voxels");
  of.inside = in.at("inside");
  of.missing = in.at("missing");
  of.chosenVoxels = in.at("chosenVoxels");
  of.correlation = numberOf(in.at("correlation"));
}

void to_json(json& out, const HistogramRequest& of) {
  out = {{"of", of.of}, {"bins", of.bins}, {"range", orNull(of.range)}, {"chosen", of.chosen}};
}

void from_json(const json& in, HistogramRequest& of) {
  of.of = in.at("of");
  of.bins = in.value("bins", of.bins);
  of.range = rangeOf(in, "range");
  of.chosen = in.value("chosen", VoxelRule{});
}

void to_json(json& out, const HistogramAnswer& of) {
  out = {{"range", of.range},
         {"extent", of.extent},
         {"counts", packed(of.counts)},
         {"chosen", packed(of.chosen)},
         {"voxels", of.voxels},
         {"missing", of.missing},
         {"chosenVoxels", of.chosenVoxels},
         {"mean", of.mean},
         {"deviation", of.deviation},
         {"chosenMean", of.chosenMean}};
}

void from_json(const json& in, HistogramAnswer& of) {
  of.range = in.at("range");
  of.extent = in.at("extent");
  of.counts = numbersOf<std::uint32_t>(in, "counts");
  of.chosen = numbersOf<std::uint32_t>(in, "chosen");
  of.voxels = in.at("voxels");
  of.missing = in.at("missing");
  of.chosenVoxels = in.at("chosenVoxels");
  of.mean = numberOf(in.at("mean"));
  of.deviation = numberOf(in.at("deviation"));
  of.chosenMean = numberOf(in.at("chosenMean"));
}

void to_json(json& out, const SpectrumRequest& of) {
  out = {{"of", of.of}, {"voxel", of.voxel}, {"segment", of.segment}};
}

void from_json(const json& in, SpectrumRequest& of) {
  of.of = in.at("of");
  of.voxel = in.at("voxel");
  of.segment = in.value("segment", 0);
}

void to_json(json& out, const SpectrumAnswer& of) {
  out = {{"step", of.step},
         {"timeUnit", of.timeUnit},
         {"even", of.even},
         {"segment", of.segment},
         {"pieces", of.pieces},
         {"frequencies", packed(of.frequencies)},
         {"density", packed(of.density)},
         {"times", packed(of.times)},
         {"pieceDensity", packed(of.pieceDensity)},
         {"missing", of.missing},
         {"quantity", of.quantity},
         {"unit", of.unit}};
}

void from_json(const json& in, SpectrumAnswer& of) {
  of.step = in.at("step");
  of.timeUnit = in.value("timeUnit", "");
  of.even = in.value("even", true);
  of.segment = in.at("segment");
  of.pieces = in.at("pieces");
  of.frequencies = numbersOf<double>(in, "frequencies");
  of.density = numbersOf<double>(in, "density");
  of.times = numbersOf<double>(in, "times");
  of.pieceDensity = numbersOf<float>(in, "pieceDensity");
  of.missing = in.value("missing", std::int64_t{0});
  of.quantity = in.value("quantity", "");
  of.unit = in.value("unit", "");
}

void to_json(json& out, const ConfusionRequest& of) {
  out = {{"truth", of.truth}, {"prediction", of.prediction}, {"most", of.most}};
}

void from_json(const json& in, ConfusionRequest& of) {
  of.truth = in.at("truth");
  of.prediction = in.at("prediction");
  of.most = in.value("most", of.most);
}

void to_json(json& out, const ConfusionAnswer& of) {
  out = {{"truth", of.truth},           {"prediction", of.prediction},
         {"truthNames", of.truthNames}, {"predictionNames", of.predictionNames},
         {"counts", packed(of.counts)}, {"voxels", of.voxels},
         {"leftOut", of.leftOut}};
}

void from_json(const json& in, ConfusionAnswer& of) {
  of.truth = in.at("truth").get<std::vector<std::int64_t>>();
  of.prediction = in.at("prediction").get<std::vector<std::int64_t>>();
  of.truthNames = in.at("truthNames").get<std::vector<std::string>>();
  of.predictionNames = in.at("predictionNames").get<std::vector<std::string>>();
  of.counts = numbersOf<std::int64_t>(in, "counts");
  of.voxels = in.at("voxels");
  of.leftOut = in.at("leftOut");
}

void to_json(json& out, const GroupsRequest& of) {
  out = {{"of", of.of}, {"labels", of.labels}, {"most", of.most}, {"bins", of.bins}};
}

void from_json(const json& in, GroupsRequest& of) {
  of.of = in.at("of");
  of.labels = in.at("labels");
  of.most = in.value("most", of.most);
  of.bins = in.value("bins", of.bins);
}

void to_json(json& out, const GroupsAnswer& of) {
  json groups = json::array();
  for (const GroupsAnswer::Group& group : of.groups)
    groups.push_back(
        {{"label", group.label},
         {"count", group.count},
         {"name", group.name},
         {"numbers", packed(std::vector<double>{group.min, group.low, group.median, group.high, group.max,
                                                group.whiskerLow, group.whiskerHigh, group.mean, group.deviation})},
         {"curve", packed(group.curve)}});
  out = {
      {"groups", groups}, {"range", of.range}, {"leftOut", of.leftOut}, {"quantity", of.quantity}, {"unit", of.unit}};
}

void from_json(const json& in, GroupsAnswer& of) {
  of.groups.clear();
  for (const json& one : in.at("groups")) {
    GroupsAnswer::Group group;
    group.label = one.at("label");
    group.count = one.at("count");
    group.name = one.at("name");
    const auto numbers = numbersOf<double>(one, "numbers");
    double* const places[] = {&group.min,        &group.low,         &group.median, &group.high,     &group.max,
                              &group.whiskerLow, &group.whiskerHigh, &group.mean,   &group.deviation};
    for (std::size_t i = 0; i < std::size(places) && i < numbers.size(); ++i)
      *places[i] = numbers[i];
    group.curve = numbersOf<float>(one, "curve");
    of.groups.push_back(std::move(group));
  }
  of.range = in.at("range");
  of.leftOut = in.at("leftOut");
  of.quantity = in.value("quantity", "");
  of.unit = in.value("unit", "");
}

void to_json(json& out, const CarpetRequest& of) {
  out = {{"of", of.of}, {"rows", of.rows}};
  if (of.labels) out["labels"] = *of.labels;
}

void from_json(const json& in, CarpetRequest& of) {
  of.of = in.at("of");
  of.rows = in.value("rows", of.rows);
  of.labels = in.contains("labels") ? std::optional(in.at("labels").get<FieldRef>()) : std::nullopt;
}

void to_json(json& out, const CarpetAnswer& of) {
  out = {{"rows", of.rows},
         {"steps", of.steps},
         {"values", packed(of.values)},
         {"labels", packed(of.labels)},
         {"voxels", of.voxels},
         {"global", packed(of.global)},
         {"change", packed(of.change)},
         {"voxelsOf", of.of},
         {"quantity", of.quantity},
         {"unit", of.unit}};
}

void from_json(const json& in, CarpetAnswer& of) {
  of.rows = in.at("rows");
  of.steps = in.at("steps");
  of.values = numbersOf<float>(in, "values");
  of.labels = numbersOf<std::int64_t>(in, "labels");
  of.voxels = in.at("voxels").get<std::vector<Index3>>();
  of.global = numbersOf<float>(in, "global");
  of.change = numbersOf<float>(in, "change");
  of.of = in.at("voxelsOf");
  of.quantity = in.value("quantity", "");
  of.unit = in.value("unit", "");
}

void to_json(json& out, const MaskRequest& of) {
  out = {{"rule", of.rule}, {"path", of.path}, {"field", of.field}, {"slab", of.slab}};
}

void from_json(const json& in, MaskRequest& of) {
  of.rule = in.at("rule");
  of.path = in.at("path");
  of.field = in.value("field", "");
  of.slab = in.at("slab");
}

void to_json(json& out, const MaskAnswer& of) { out = {{"inside", packed(of.inside)}, {"chosen", of.chosen}}; }

void from_json(const json& in, MaskAnswer& of) {
  of.inside = numbersOf<std::uint8_t>(in, "inside");
  of.chosen = in.at("chosen");
}

} // namespace discern::data
