#include "data/plot/network_request.h"

#include "data/plot/packed.h"

#include <nlohmann/json.hpp>

namespace discern::data {

using nlohmann::json;

void to_json(json& out, const NetworkRequest& of) {
  out = {{"matrix", of.matrix}, {"edges", of.edges}, {"layout", of.layout}};
}

void from_json(const json& in, NetworkRequest& of) {
  of.matrix = in.at("matrix");
  of.edges = in.value("edges", of.edges);
  of.layout = in.value("layout", of.layout);
}

void to_json(json& out, const NetworkAnswer& of) {
  std::vector<std::int32_t> ends;
  std::vector<double> values;
  ends.reserve(2 * of.edges.size());
  values.reserve(of.edges.size());
  for (const NetworkAnswer::Edge& edge : of.edges) {
    ends.push_back(edge.a);
    ends.push_back(edge.b);
    values.push_back(edge.value);
  }
  out = {{"names", of.names},        {"x", packed(of.x)}, {"y", packed(of.y)},       {"ends", packed(ends)},
         {"values", packed(values)}, {"left", of.left},   {"quantity", of.quantity}, {"unit", of.unit}};
}

void from_json(const json& in, NetworkAnswer& of) {
  of.names = in.at("names").get<std::vector<std::string>>();
  of.x = unpacked<double>(in.at("x").get<std::string>());
  of.y = unpacked<double>(in.at("y").get<std::string>());
  const auto ends = unpacked<std::int32_t>(in.at("ends").get<std::string>());
  const auto values = unpacked<double>(in.at("values").get<std::string>());
  of.edges.clear();
  for (std::size_t i = 0; i < values.size() && 2 * i + 1 < ends.size(); ++i)
    of.edges.push_back({ends[2 * i], ends[2 * i + 1], values[i]});
  of.left = in.at("left");
  of.quantity = in.value("quantity", "");
  of.unit = in.value("unit", "");
}

} // namespace discern::data
