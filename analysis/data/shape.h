#pragma once
#include "data/field_info.h"

#include <memory>

namespace discern::data {

/// A plane in world coordinates.
struct Section {
  Vec3 point{0, 0, 0}, normal{0, 0, 1};
  [[nodiscard]] bool operator==(const Section&) const = default;
};

/// What to draw of a grid, and by which field to colour it.
struct ShapeRequest {
  std::string path;
  std::string grid;  ///< empty: the grid of the field
  std::string field; ///< empty: no values
  std::int64_t time = 0;
  int component = 0;
  std::int64_t layer = 0;         ///< of a field with several values on each cell of a flat grid: the index along z
  std::optional<Section> section; ///< absent: the outer surface, the lines and the particles
  [[nodiscard]] bool operator==(const ShapeRequest&) const = default;
};

/// What is drawn of a grid: its outer surface, or its section with a plane. Indices are those of points.
struct Shape {
  Vec3 origin{0, 0, 0};                 ///< world; the points are relative to it, so that floats keep their digits
  std::vector<float> points;            ///< 3 a point
  std::vector<std::uint32_t> triangles; ///< 3 each
  std::vector<std::uint32_t> lines;     ///< 2 each
  std::vector<std::uint32_t> vertices;  ///< 1 each
  std::uint64_t particles = 0; ///< how many the grid has, where `vertices` is an even part of them; 0: all are there
  std::vector<std::uint32_t> outlines; ///< 2 each: edges of the boxes of an adaptive grid; they carry no values
  std::vector<float> values; ///< none; or one a point; or, `perCell`, one a triangle, then a line, then a vertex
  bool perCell = false;
  [[nodiscard]] bool operator==(const Shape&) const = default;
};
using ShapePtr = std::shared_ptr<const Shape>;

/// The value of a field on a grid at a place. `cell` < 0: the grid isn't there.
struct GridReading {
  std::int64_t cell = -1; ///< or, of surfaces and particles, the nearest point
  double value = 0;       ///< of a field on points: interpolated in the cell; NaN: missing
};

void to_json(nlohmann::json&, const Section&);
void from_json(const nlohmann::json&, Section&);
void to_json(nlohmann::json&, const ShapeRequest&);
void from_json(const nlohmann::json&, ShapeRequest&);

/// As bytes, to send it. unpackShape throws UsageError for bytes that packShape did not make.
[[nodiscard]] std::string packShape(const Shape& shape);
[[nodiscard]] Shape unpackShape(std::string_view bytes);

} // namespace discern::data
