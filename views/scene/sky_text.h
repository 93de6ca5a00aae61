#pragma once
#include "data/field_info.h"

#include <string>

namespace discern::scene {

/// "13h 29m 52.698s" of a right ascension in degrees; milliseconds, always in [0h, 24h).
[[nodiscard]] std::string hoursText(double degrees);
/// "+47° 11′ 42.93″".
[[nodiscard]] std::string sexagesimalText(double degrees);
/// "1.420406 GHz", "−12.4 km/s", "656.28 nm": seven significant figures in the unit that people use.
[[nodiscard]] std::string spectralText(double value, const std::string& unit);
/// A place for a person: "RA 13h 29m 52.698s, Dec +47° 11′ 42.93″ (202.469575°, +47.195258°) ICRS · frequency 1.42
/// GHz"; "off the sky" where the projection has no such place; empty where nothing is known.
[[nodiscard]] std::string skyText(const data::SkyInfo& sky, const data::SkyPosition& at);

} // namespace discern::scene
