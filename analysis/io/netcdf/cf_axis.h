#pragma once
#include "io/netcdf/netcdf_file.h"

#include <array>

namespace discern::io {

/// What a dimension stands for, after the CF conventions (https://cfconventions.org, chapters 4 and 5).
enum class CfRole { Unknown, X, Y, Z, Time };

struct CfAxis {
  CfRole role = CfRole::Unknown;
  bool longitude = false, latitude = false;
  bool downwards = false; ///< larger values lie deeper
  bool guessed = false;   ///< longitude or latitude by its name alone
  std::string name;       ///< of the dimension
  std::string label;      ///< for a person: the coordinate's long name, or the dimension's name
  std::string unit, calendar;
  std::vector<double> values; ///< of the coordinate variable; empty when there is none
};

/// Reads a dimension's coordinate variable, if it has one, and says what the dimension stands for.
[[nodiscard]] CfAxis cfAxis(const NetcdfFile& file, const NetcdfVariable& variable, const NetcdfDimension& dimension);

[[nodiscard]] bool isLongitudeUnit(const std::string& unit);
[[nodiscard]] bool isLatitudeUnit(const std::string& unit);

/// First value and step when the values are evenly spaced, as far as single precision can tell.
[[nodiscard]] std::optional<std::array<double, 2>> evenSteps(const std::vector<double>& values);

/// Strictly rising or strictly falling, and finite.
[[nodiscard]] bool isMonotonic(const std::vector<double>& values);

} // namespace discern::io
