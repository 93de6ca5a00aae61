#include "io/netcdf/cf_axis.h"

#include "io/file_text.h"

#include <algorithm>
#include <cmath>
#include <initializer_list>

namespace discern::io {

namespace {

constexpr std::int64_t longestAxis = 4'000'000;

bool oneOf(const std::string& text, std::initializer_list<const char*> choices) {
  return std::any_of(choices.begin(), choices.end(), [&](const char* choice) { return text == choice; });
}

CfRole roleByName(const std::string& name, CfAxis& axis) {
  if (oneOf(name, {"lon", "lons", "longitude", "longitudes"})) {
    axis.longitude = axis.guessed = true;
    return CfRole::X;
  }
  if (oneOf(name, {"lat", "lats", "latitude", "latitudes"})) {
    axis.latitude = axis.guessed = true;
    return CfRole::Y;
  }
  if (oneOf(name, {"x", "xc", "easting", "rlon", "ni", "west_east", "column"})) return CfRole::X;
  if (oneOf(name, {"y", "yc", "northing", "rlat", "nj", "south_north", "row"})) return CfRole::Y;
  if (oneOf(name, {"z", "lev", "level", "levels", "plev", "height", "depth", "altitude", "alt", "pressure",
                   "pressure_level", "bottom_top", "layer", "zc"}) ||
      name.starts_with("isobaric") || name.starts_with("height_above"))
    return CfRole::Z;
  if (oneOf(name, {"t", "month", "year", "day", "date", "step", "timestep", "valid_time", "forecast_time"}) ||
      name.starts_with("time") || name.ends_with("_time"))
    return CfRole::Time;
  return CfRole::Unknown;
}

CfRole roleByAttributes(const std::string& unit, const std::string& standardName, const std::string& axisName,
                        const std::string& positive, CfAxis& axis) {
  if (isLongitudeUnit(unit) || standardName == "longitude") {
    axis.longitude = true;
    return CfRole::X;
  }
  if (isLatitudeUnit(unit) || standardName == "latitude") {
    axis.latitude = true;
    return CfRole::Y;
  }
  if (unit.find(" since ") != std::string::npos || standardName == "time") return CfRole::Time;
  if (axisName == "x" || standardName == "projection_x_coordinate" || standardName == "grid_longitude")
    return CfRole::X;
  if (axisName == "y" || standardName == "projection_y_coordinate" || standardName == "grid_latitude") return CfRole::Y;
  if (axisName == "t") return CfRole::Time;
  if (axisName == "z" || !positive.empty() ||
      oneOf(unit, {"pa", "hpa", "kpa", "mb", "mbar", "millibar", "millibars", "bar", "dbar", "sigma_level"}) ||
      oneOf(standardName, {"air_pressure", "height", "altitude", "depth", "model_level_number"}))
    return CfRole::Z;
  return CfRole::Unknown;
}

/// Longitudes that jump by a whole turn (350, 355, 0, 5) go on instead.
void unwrap(std::vector<double>& values) {
  for (std::size_t i = 1; i < values.size(); ++i) {
    const double jump = values[i] - values[i - 1];
    if (std::isfinite(jump) && std::abs(jump) > 180 && std::abs(jump) < 720) values[i] -= 360 * std::round(jump / 360);
  }
}

} // namespace

bool isLongitudeUnit(const std::string& unit) {
  return oneOf(lowerCase(unit), {"degrees_east", "degree_east", "degrees_e", "degree_e", "degreese", "degreee"});
}

bool isLatitudeUnit(const std::string& unit) {
  return oneOf(lowerCase(unit), {"degrees_north", "degree_north", "degrees_n", "degree_n", "degreesn", "degreen"});
}

CfAxis cfAxis(const NetcdfFile& file, const NetcdfVariable& variable, const NetcdfDimension& dimension) {
  CfAxis axis;
  axis.name = axis.label = dimension.name;
  const NetcdfVariable* coordinate = nullptr;
  for (const NetcdfVariable& candidate : file.variables()) {
    if (candidate.shortName != dimension.name || candidate.dimensions.size() != 1 ||
        candidate.dimensions[0].id != dimension.id || !netcdfType(candidate.type))
      continue;
    if (!coordinate || candidate.group == variable.group) coordinate = &candidate;
  }
  if (coordinate) {
    axis.unit = file.text(*coordinate, "units");
    axis.calendar = lowerCase(file.text(*coordinate, "calendar"));
    const std::string longName = file.text(*coordinate, "long_name");
    if (!longName.empty()) axis.label = longName;
    axis.role = roleByAttributes(lowerCase(axis.unit), lowerCase(file.text(*coordinate, "standard_name")),
                                 lowerCase(file.text(*coordinate, "axis")), file.text(*coordinate, "positive"), axis);
    if (dimension.length > 0 && dimension.length <= longestAxis && file.chunkBytes(*coordinate) <= 8.0 * longestAxis) {
      axis.values = file.values(*coordinate);
      const auto scale = file.numbers(*coordinate, "scale_factor"), offset = file.numbers(*coordinate, "add_offset");
      if (!scale.empty() || !offset.empty())
        for (double& value : axis.values)
          value = value * (scale.empty() ? 1 : scale[0]) + (offset.empty() ? 0 : offset[0]);
    }
  }
  if (coordinate) axis.downwards = lowerCase(file.text(*coordinate, "positive")) == "down";
  if (axis.role == CfRole::Unknown) axis.role = roleByName(lowerCase(dimension.name), axis);
  if (axis.longitude) unwrap(axis.values);
  if (axis.guessed) {
    const double limit = axis.latitude ? 90.001 : 720;
    const bool plausible =
        !axis.values.empty() && axis.unit.empty() &&
        std::all_of(axis.values.begin(), axis.values.end(), [&](double v) { return std::abs(v) <= limit; });
    if (!plausible && !(lowerCase(axis.unit).starts_with("degree") && !axis.values.empty()))
      axis.longitude = axis.latitude = false;
  }
  return axis;
}

std::optional<std::array<double, 2>> evenSteps(const std::vector<double>& values) {
  if (values.empty() || !std::isfinite(values.front()) || !std::isfinite(values.back())) return std::nullopt;
  if (values.size() == 1) return std::array{values[0], 1.0};
  const double step = (values.back() - values.front()) / static_cast<double>(values.size() - 1);
  if (step == 0) return std::nullopt;
  const double largest = std::max(std::abs(values.front()), std::abs(values.back()));
  const double tolerance = 1e-3 * std::abs(step) + 2.5e-7 * largest;
  if (tolerance > 0.2 * std::abs(step)) return std::nullopt;
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!(std::abs(values[i] - (values.front() + step * static_cast<double>(i))) <= tolerance)) return std::nullopt;
  return std::array{values.front(), step};
}

bool isMonotonic(const std::vector<double>& values) {
  for (std::size_t i = 0; i < values.size(); ++i)
    if (!std::isfinite(values[i])) return false;
  for (std::size_t i = 2; i < values.size(); ++i)
    if ((values[i] - values[i - 1]) * (values[1] - values[0]) <= 0) return false;
  return values.size() < 2 || values[0] != values[1];
}

} // namespace discern::io
