#include "scene/map/map_grid.h"

#include "scene/format.h"

#include <algorithm>
#include <cmath>

namespace discern::scene {
namespace {

std::vector<double> centres(const data::FieldInfo& field, std::size_t axis) {
  std::vector<double> at(static_cast<std::size_t>(field.shape[axis]));
  for (std::size_t i = 0; i < at.size(); ++i) {
    data::Vec3 index{0, 0, 0};
    index[axis] = static_cast<double>(i);
    at[i] = field.world(index)[axis];
  }
  return at;
}

/// The coordinate at a place between, or half a cell beyond, the centres.
double between(const std::vector<double>& centre, double place, double lone) {
  if (centre.size() == 1) return centre[0] + place * lone;
  const auto last = static_cast<double>(centre.size() - 2);
  const double below = std::clamp(std::floor(place), 0.0, last);
  const auto i = static_cast<std::size_t>(below);
  return centre[i] + (place - below) * (centre[i + 1] - centre[i]);
}

std::vector<double> edges(const std::vector<double>& centre, int level, double lone) {
  const auto cells = static_cast<std::int64_t>(centre.size());
  const std::int64_t stride = std::int64_t{1} << level;
  const std::int64_t samples = (cells + stride - 1) / stride;
  std::vector<double> at;
  at.reserve(static_cast<std::size_t>(samples) + 1);
  for (std::int64_t i = 0; i <= samples; ++i) {
    double place = static_cast<double>(i * stride) - 0.5; // a cell stands for its stretch of finest cells
    if (i == samples) place = static_cast<double>(cells) - 0.5;
    at.push_back(between(centre, place, lone));
  }
  return at;
}

/// The interval of `edge` that holds `value`; ascending or descending.
std::optional<std::int64_t> intervalOf(const std::vector<double>& edge, double value) {
  const bool up = edge.back() > edge.front();
  if (value < std::min(edge.front(), edge.back()) || value > std::max(edge.front(), edge.back())) return std::nullopt;
  const auto after = up ? std::upper_bound(edge.begin(), edge.end(), value)
                        : std::upper_bound(edge.begin(), edge.end(), value, std::greater<>());
  return std::clamp<std::int64_t>(after - edge.begin() - 1, 0, static_cast<std::int64_t>(edge.size()) - 2);
}

std::string degrees(double size) { return formatNumber(size, 6) + "°"; }

} // namespace

double MapGrid::counted(double longitude) const {
  const double counted = longitude - 360 * std::floor((longitude - west()) / 360);
  return counted >= west() + 360 ? counted - 360 : counted; // the floor of a tiny negative number
}

std::optional<std::array<std::int64_t, 2>> MapGrid::cellAt(double longitude, double latitude) const {
  const auto column = intervalOf(lon, counted(longitude));
  const auto row = intervalOf(lat, latitude);
  if (!column || !row) return std::nullopt;
  return std::array{*column, *row};
}

MapGrid mapGrid(const data::FieldInfo& field, int level) {
  MapGrid grid;
  std::vector<double> lon = centres(field, 0);
  for (std::size_t i = 1; i < lon.size(); ++i) {
    const double jump = lon[i] - lon[i - 1];
    if (std::abs(jump) > 180) {
      const double whole = std::round(jump / 360) * 360;
      for (std::size_t j = i; j < lon.size(); ++j)
        lon[j] -= whole;
    }
  }
  const double lone = 1; // degrees: the width of a cell that has no neighbour
  grid.lon = edges(lon, level, lone);
  grid.lat = edges(centres(field, 1), level, lone);
  for (double& edge : grid.lat)
    edge = std::clamp(edge, -90.0, 90.0);
  const double cell = (grid.east() - grid.west()) / static_cast<double>(lon.size());
  grid.closed = grid.east() - grid.west() > 360 - cell / 2;
  return grid;
}

std::string meridianLabel(double longitude) {
  double at = std::remainder(longitude, 360.0);
  if (std::abs(at) < 1e-9) return "0°";
  if (std::abs(std::abs(at) - 180) < 1e-9) return "180°";
  return degrees(std::abs(at)) + (at < 0 ? " W" : " E");
}

std::string parallelLabel(double latitude) {
  if (std::abs(latitude) < 1e-9) return "0°";
  return degrees(std::abs(latitude)) + (latitude < 0 ? " S" : " N");
}

std::string skyMeridianLabel(double longitude) {
  const double turn = longitude - 360 * std::floor((longitude + 1e-9) / 360);
  return degrees(std::abs(turn) < 1e-9 ? 0 : turn);
}

std::string skyParallelLabel(double latitude) {
  if (std::abs(latitude) < 1e-9) return "0°";
  return (latitude > 0 ? "+" : "") + degrees(latitude);
}

MapGrid boundsGrid(const data::FieldInfo& field) {
  const auto [lo, hi] = field.worldBounds();
  MapGrid grid;
  grid.lon = {lo[0], hi[0]};
  grid.lat = {std::max(-90.0, lo[1]), std::min(90.0, hi[1])};
  grid.closed = hi[0] - lo[0] > 359;
  return grid;
}

double graticuleStep(double span, int count) {
  constexpr std::array steps{0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 45.0, 60.0, 90.0};
  for (const double step : steps)
    if (span / step <= std::max(1, count)) return step;
  return 180;
}

} // namespace discern::scene
