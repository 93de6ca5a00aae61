#include "data/shape.h"

#include "data/error.h"

#include <cstring>
#include <nlohmann/json.hpp>
#include <span>

namespace discern::data {

namespace {

constexpr std::array<char, 8> mark{'s', 'h', 'a', 'p', 'e', '2', 0, 0};

/// Everything but the numbers: how many of each.
struct Header {
  std::array<char, 8> magic = mark;
  Vec3 origin{};
  std::uint64_t points = 0, triangles = 0, lines = 0, vertices = 0, outlines = 0, values = 0, perCell = 0,
                particles = 0;
};

template <typename T>
void append(std::string& bytes, const std::vector<T>& numbers) {
  const auto raw = std::as_bytes(std::span(numbers));
  bytes.append(reinterpret_cast<const char*>(raw.data()), raw.size());
}

template <typename T>
void take(std::string_view& bytes, std::uint64_t count, std::vector<T>& numbers) {
  if (count > bytes.size() / sizeof(T)) throw UsageError("a shape is cut short");
  numbers.resize(count);
  const std::size_t size = count * sizeof(T);
  if (size > 0) std::memcpy(numbers.data(), bytes.data(), size);
  bytes.remove_prefix(size);
}

} // namespace

void to_json(nlohmann::json& json, const Section& section) {
  json = {{"point", section.point}, {"normal", section.normal}};
}

void from_json(const nlohmann::json& json, Section& section) {
  section.point = json.at("point");
  section.normal = json.at("normal");
}

void to_json(nlohmann::json& json, const ShapeRequest& request) {
  json = {{"path", request.path}, {"grid", request.grid},           {"field", request.field},
          {"time", request.time}, {"component", request.component}, {"layer", request.layer}};
  if (request.section) json["section"] = *request.section;
}

void from_json(const nlohmann::json& json, ShapeRequest& request) {
  request = {};
  request.path = json.at("path");
  request.grid = json.value("grid", "");
  request.field = json.value("field", "");
  request.time = json.value("time", std::int64_t{0});
  request.component = json.value("component", 0);
  request.layer = json.value("layer", std::int64_t{0});
  if (json.contains("section")) request.section = json.at("section").get<Section>();
}

std::string packShape(const Shape& shape) {
  const Header header{.origin = shape.origin,
                      .points = shape.points.size(),
                      .triangles = shape.triangles.size(),
                      .lines = shape.lines.size(),
                      .vertices = shape.vertices.size(),
                      .outlines = shape.outlines.size(),
                      .values = shape.values.size(),
                      .perCell = shape.perCell ? 1U : 0U,
                      .particles = shape.particles};
  std::string bytes;
  bytes.reserve(sizeof header + (shape.points.size() + shape.triangles.size() + shape.lines.size() +
                                 shape.vertices.size() + shape.outlines.size() + shape.values.size()) *
                                    4);
  bytes.append(reinterpret_cast<const char*>(&header), sizeof header);
  append(bytes, shape.points);
  append(bytes, shape.triangles);
  append(bytes, shape.lines);
  append(bytes, shape.vertices);
  append(bytes, shape.outlines);
  append(bytes, shape.values);
  return bytes;
}

Shape unpackShape(std::string_view bytes) {
  Header header;
  if (bytes.size() < sizeof header) throw UsageError("a shape is cut short");
  std::memcpy(&header, bytes.data(), sizeof header);
  if (header.magic != mark) throw UsageError("these bytes are no shape");
  bytes.remove_prefix(sizeof header);
  Shape shape;
  shape.origin = header.origin;
  take(bytes, header.points, shape.points);
  take(bytes, header.triangles, shape.triangles);
  take(bytes, header.lines, shape.lines);
  take(bytes, header.vertices, shape.vertices);
  take(bytes, header.outlines, shape.outlines);
  take(bytes, header.values, shape.values);
  shape.perCell = header.perCell != 0;
  shape.particles = header.particles;
  const std::uint64_t points = shape.points.size() / 3;
  for (const auto* indices : {&shape.triangles, &shape.lines, &shape.vertices, &shape.outlines})
    for (const std::uint32_t index : *indices)
      if (index >= points) throw UsageError("a shape names a point that it does not have");
  const std::uint64_t cells = shape.triangles.size() / 3 + shape.lines.size() / 2 + shape.vertices.size();
  if (!shape.values.empty() && shape.values.size() != (shape.perCell ? cells : points))
    throw UsageError("a shape has not as many values as parts");
  return shape;
}

} // namespace discern::data
