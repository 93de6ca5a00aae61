#include "io/file_text.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace discern::io {

namespace {

/// The length of the UTF-8 character at `text[at]`, or 0 when it is not one.
std::size_t characterLength(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char first = byte(at);
  if (first < 0x80) return 1;
  std::size_t length = 0;
  if (first >= 0xC2 && first <= 0xDF)
    length = 2;
  else if ((first & 0xF0) == 0xE0)
    length = 3;
  else if (first >= 0xF0 && first <= 0xF4)
    length = 4;
  if (length == 0 || at + length > text.size()) return 0;
  for (std::size_t i = 1; i < length; ++i)
    if ((byte(at + i) & 0xC0) != 0x80) return 0;
  if (first == 0xE0 && byte(at + 1) < 0xA0) return 0; // overlong
  if (first == 0xED && byte(at + 1) > 0x9F) return 0; // surrogates
  if (first == 0xF0 && byte(at + 1) < 0x90) return 0;
  if (first == 0xF4 && byte(at + 1) > 0x8F) return 0;
  return length;
}

bool isUtf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = characterLength(text, at);
    if (length == 0) return false;
    at += length;
  }
  return true;
}

} // namespace

std::string cleanText(std::string_view raw) {
  raw = raw.substr(0, raw.find('\0'));
  while (!raw.empty() && static_cast<unsigned char>(raw.back()) <= ' ')
    raw.remove_suffix(1);
  if (isUtf8(raw)) return std::string(raw);
  std::string text;
  for (const char c : raw) {
    const auto code = static_cast<unsigned char>(c);
    if (code < 0x80) {
      text += c;
    } else {
      text += static_cast<char>(0xC0 | (code >> 6));
      text += static_cast<char>(0x80 | (code & 0x3F));
    }
  }
  return text;
}

std::string byteText(double bytes) {
  constexpr std::array units{"bytes", "kB", "MB", "GB", "TB", "PB", "EB"};
  std::size_t unit = 0;
  while (bytes >= 1000 && unit + 1 < units.size()) {
    bytes /= 1000;
    ++unit;
  }
  std::array<char, 48> text{};
  if (unit == 0 && bytes == 1) return "1 byte";
  std::snprintf(text.data(), text.size(), unit == 0 ? "%.0f %s" : "%.1f %s", bytes, units[unit]);
  return text.data();
}

std::string shapeText(std::span<const std::int64_t> shape) {
  std::string text;
  for (const std::int64_t n : shape)
    text += (text.empty() ? "" : " × ") + std::to_string(n);
  return text;
}

std::string numberText(double value) {
  std::array<char, 40> text{};
  std::snprintf(text.data(), text.size(), "%.6g", value);
  return text.data();
}

double shortestDecimal(float value) {
  std::array<char, 64> text{};
  const auto written = std::to_chars(text.data(), text.data() + text.size(), value);
  double decimal = value;
  std::from_chars(text.data(), written.ptr, decimal);
  return decimal;
}

std::string lowerCase(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

std::string stemOf(const std::string& path) {
  std::string name = path.substr(path.find_last_of('/') + 1);
  if (name.ends_with(".gz")) name.resize(name.size() - 3);
  const auto dot = name.find_last_of('.');
  return dot == std::string::npos || dot == 0 ? name : name.substr(0, dot);
}

bool speaksOfLabels(std::string_view text) {
  constexpr std::array<std::string_view, 10> words{"label",        "labels", "mask",  "masks",     "seg",
                                                   "segmentation", "parc",   "truth", "instances", "labelmap"};
  const std::string lower = lowerCase(text);
  for (std::size_t at = 0; at < lower.size();) {
    const auto letter = [&](std::size_t i) { return std::isalpha(static_cast<unsigned char>(lower[i])) != 0; };
    std::size_t end = at;
    while (end < lower.size() && letter(end))
      ++end;
    if (std::find(words.begin(), words.end(), std::string_view(lower).substr(at, end - at)) != words.end()) return true;
    at = end + 1;
  }
  return false;
}

int levelsFor(const data::Index3& shape) {
  const std::int64_t longest = *std::max_element(shape.begin(), shape.end());
  int levels = 1;
  while (levels < 10 && (longest >> levels) >= 64)
    ++levels;
  return levels;
}

} // namespace discern::io
