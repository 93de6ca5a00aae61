#include "scene/format.h"

#include "scene/sky_text.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdio>
#include <limits>

namespace discern::scene {
namespace {

constexpr const char* minus = "−";

std::string withTrueMinus(const std::string& text) {
  std::string out;
  for (const char c : text)
    if (c == '-')
      out += minus;
    else
      out += c;
  return out;
}

std::string trimmed(std::string text) {
  if (text.find('.') == std::string::npos) return text;
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string superscript(int exponent) {
  constexpr std::array digits{"⁰", "¹", "²", "³", "⁴", "⁵", "⁶", "⁷", "⁸", "⁹"};
  std::string out = exponent < 0 ? "⁻" : "";
  for (const char c : std::to_string(std::abs(exponent)))
    out += digits[static_cast<std::size_t>(c - '0')];
  return out;
}

std::string fixed(double value, int decimals) {
  std::array<char, 64> text{};
  std::snprintf(text.data(), text.size(), "%.*f", decimals, value);
  return text.data();
}

std::string degrees(double value, const char* positive, const char* negative) {
  return fixed(std::abs(value), 2) + "° " + (value < 0 ? negative : positive);
}

} // namespace

std::string formatNumber(double value, int digits) {
  if (std::isnan(value)) return "missing";
  if (std::isinf(value)) return value > 0 ? "∞" : std::string(minus) + "∞";
  if (value == 0) return "0";
  const int exponent = static_cast<int>(std::floor(std::log10(std::abs(value)) + 1e-12));
  if (exponent >= 7 || exponent < -4) {
    std::string mantissa = trimmed(fixed(value / std::pow(10.0, exponent), std::max(0, digits - 1)));
    return withTrueMinus(mantissa) + " × 10" + superscript(exponent);
  }
  std::string text = trimmed(fixed(value, std::clamp(digits - 1 - exponent, 0, 12)));
  return withTrueMinus(text);
}

std::string formatValue(const data::FieldInfo& field, double value) {
  if (std::isnan(value)) return "missing";
  if (!data::isFloating(field.type) && value == std::floor(value)) return withTrueMinus(fixed(value, 0));
  return formatNumber(value);
}

std::string labelName(const data::FieldInfo& field, std::int64_t label) {
  const auto named = field.labelNames.find(label);
  if (named != field.labelNames.end() && !named->second.empty()) return named->second;
  return label == 0 ? "background" : "label " + std::to_string(label);
}

std::string formatPosition(const data::FieldInfo& field, const data::Vec3& world) {
  if (field.frame == data::Frame::LonLat && field.sky) {
    data::SkyPosition at;
    at.longitude = world[0];
    at.latitude = world[1];
    return skyText(*field.sky, at);
  }
  if (field.frame == data::Frame::LonLat) {
    const double longitude = std::remainder(world[0], 360.0);
    std::string text = degrees(longitude, "E", "W") + ", " + degrees(world[1], "N", "S");
    if (field.shape[2] > 1) text += ", " + field.axisNames[2] + " " + formatNumber(world[2]);
    return text;
  }
  const bool brain = field.frame == data::Frame::RasMillimetres;
  const std::array<std::string, 3> names =
      brain ? std::array<std::string, 3>{"R", "A", "S"} : std::array<std::string, 3>{"x", "y", "z"};
  int decimals = field.frame == data::Frame::VoxelIndex ? 0 : brain ? 1 : 2;
  if (field.frame == data::Frame::Cartesian) { // a tenth of a step can be told
    const data::Vec3 steps = field.indexToWorld.spacing();
    double step = std::numeric_limits<double>::infinity();
    for (const double some : steps)
      if (some > 0) step = std::min(step, some);
    if (std::isfinite(step)) decimals = std::clamp(1 - static_cast<int>(std::floor(std::log10(step))), 0, 9);
  }
  std::string text;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    const double rounded = std::abs(world[axis]) < 0.5 * std::pow(10.0, -decimals) ? 0.0 : world[axis];
    text += (axis ? ", " : "") + names[axis] + " " + withTrueMinus(fixed(rounded, decimals));
  }
  return field.worldUnit.empty() ? text : text + " " + field.worldUnit;
}

double roundLength(double length) {
  if (!(length > 0) || std::isinf(length)) return 0;
  const double power = std::pow(10.0, std::floor(std::log10(length) + 1e-12));
  for (const double step : {5.0, 2.0})
    if (step * power <= length * (1 + 1e-12)) return step * power;
  return power;
}

std::vector<double> roundTicks(double low, double high, int count) {
  std::vector<double> ticks;
  if (!(high > low) || !std::isfinite(high - low) || count < 1) return ticks;
  double step = roundLength((high - low) / count);
  for (int tries = 0; tries < 4; ++tries) {
    const double first = std::ceil(low / step - 1e-9), last = std::floor(high / step + 1e-9);
    if (last - first + 1 <= count) {
      for (double i = first; i <= last; ++i)
        ticks.push_back(i * step);
      return ticks;
    }
    const double power = std::pow(10.0, std::floor(std::log10(step) + 1e-9));
    const double lead = step / power;
    step = lead < 1.5 ? 2 * power : lead < 3 ? 5 * power : 10 * power;
  }
  return ticks;
}

} // namespace discern::scene
