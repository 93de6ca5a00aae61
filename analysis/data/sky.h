#pragma once
#include <array>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

namespace discern::data {

/// What a world coordinate system of the sky or of a spectrum (FITS WCS, papers I to III) says of a field beside its
/// frame. What is at one place, FieldSource::skyAt tells.
struct SkyInfo {
  std::string system;     ///< "ICRS", "FK5 J2000", "FK4 B1950", "galactic", "ecliptic"; empty: only a spectrum
  std::string projection; ///< "TAN", "CAR"; empty: none
  /// What changes along x, y, z, where that is mostly one thing: "RA", "Dec", "l", "b", "frequency"; else empty.
  std::array<std::string, 3> axes;
  std::array<int, 3> signs{1, 1, 1}; ///< −1: it falls as the index rises
  std::string spectralName;          ///< "frequency", "radio velocity"; empty: there is no spectral axis
  std::string spectralUnit;          ///< "Hz", "m/s", "m", "eV"
  int spectralAxis = -1;             ///< of x, y, z; −1: another, or none
  std::vector<double> spectral;      ///< one an index of that axis, in the unit; empty: it depends on the place, too
  /// Longitude and latitude as this system calls them: {"RA", "Dec"}, {"l", "b"}, {"λ", "β"}.
  [[nodiscard]] std::array<std::string, 2> names() const;
  [[nodiscard]] bool operator==(const SkyInfo&) const = default;
};

/// A place in the world coordinate system of a field. NaN: there is no such coordinate, or the place is not on the sky.
struct SkyPosition {
  double longitude, latitude; ///< degrees
  double spectral;            ///< SkyInfo::spectralUnit
  SkyPosition();
};

void to_json(nlohmann::json&, const SkyInfo&);
void from_json(const nlohmann::json&, SkyInfo&);
void to_json(nlohmann::json&, const SkyPosition&); ///< NaN becomes null
void from_json(const nlohmann::json&, SkyPosition&);

} // namespace discern::data
