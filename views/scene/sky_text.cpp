#include "scene/sky_text.h"

#include "scene/format.h"

#include <array>
#include <cmath>
#include <cstdio>

namespace discern::scene {
namespace {

constexpr const char* minus = "−";

std::string printed(const char* format, auto... values) {
  std::array<char, 80> text{};
  std::snprintf(text.data(), text.size(), format, values...);
  return text.data();
}

std::string signedDegrees(double degrees) {
  const std::string size = printed("%.6f°", std::abs(degrees));
  return (degrees < 0 ? minus : "+") + size;
}

/// Larger and smaller units than the one that files give, the largest first.
struct Unit {
  const char* name;
  double size;
};

std::string inUnits(double value, std::initializer_list<Unit> units) {
  for (const Unit& unit : units)
    if (std::abs(value) >= unit.size * (1 - 1e-12)) return formatNumber(value / unit.size, 7) + " " + unit.name;
  const Unit& least = *(units.end() - 1);
  return formatNumber(value / least.size, 7) + " " + least.name;
}

} // namespace

std::string hoursText(double degrees) {
  constexpr long long day = 24LL * 3600 * 1000;
  const double turn = degrees - 360 * std::floor(degrees / 360);
  const long long thousandths = std::llround(turn / 360 * static_cast<double>(day)) % day; // before cutting: no 60 s
  return printed("%02lldh %02lldm %02lld.%03llds", thousandths / 3600000, thousandths / 60000 % 60,
                 thousandths / 1000 % 60, thousandths % 1000);
}

std::string sexagesimalText(double degrees) {
  const long long hundredths = std::llround(std::abs(degrees) * 360000);
  return (degrees < 0 && hundredths > 0 ? minus : "+") + printed("%02lld° %02lld′ %02lld.%02lld″", hundredths / 360000,
                                                                 hundredths / 6000 % 60, hundredths / 100 % 60,
                                                                 hundredths % 100);
}

std::string spectralText(double value, const std::string& unit) {
  if (!std::isfinite(value)) return {};
  if (unit == "Hz") return inUnits(value, {{"THz", 1e12}, {"GHz", 1e9}, {"MHz", 1e6}, {"kHz", 1e3}, {"Hz", 1}});
  if (unit == "m/s") return inUnits(value, {{"km/s", 1e3}, {"m/s", 1}});
  if (unit == "m") return inUnits(value, {{"m", 1}, {"mm", 1e-3}, {"µm", 1e-6}, {"nm", 1e-9}});
  const std::string number = formatNumber(value, 7);
  return unit.empty() ? number : number + " " + unit;
}

std::string skyText(const data::SkyInfo& sky, const data::SkyPosition& at) {
  std::string text;
  if (!sky.system.empty()) {
    const auto [lon, lat] = sky.names();
    if (!std::isfinite(at.longitude) || !std::isfinite(at.latitude)) {
      text = "off the sky";
    } else if (lon == "RA") {
      text = "RA " + hoursText(at.longitude) + ", Dec " + sexagesimalText(at.latitude) + " (" +
             printed("%.6f°", at.longitude - 360 * std::floor(at.longitude / 360)) + ", " + signedDegrees(at.latitude) +
             ") " + sky.system;
    } else { // galactic and ecliptic places are given in degrees; the minutes of arc come along
      const double turn = at.longitude - 360 * std::floor(at.longitude / 360);
      text = lon + " " + printed("%.6f°", turn) + ", " + lat + " " + signedDegrees(at.latitude) + " (" +
             sexagesimalText(turn).substr(1) + ", " + sexagesimalText(at.latitude) + ") " + sky.system;
    }
  }
  if (const std::string spectral = spectralText(at.spectral, sky.spectralUnit); !spectral.empty())
    text += (text.empty() ? "" : " · ") + sky.spectralName + " " + spectral;
  return text;
}

} // namespace discern::scene
