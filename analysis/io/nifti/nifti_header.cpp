#include "io/nifti/nifti_header.h"

#include "io/file_text.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>

namespace discern::io {

namespace {

template <typename T>
T get(std::span<const std::byte> bytes, std::size_t at, bool swapped) {
  std::array<std::byte, sizeof(T)> raw;
  std::memcpy(raw.data(), bytes.data() + at, sizeof(T));
  if (swapped) std::reverse(raw.begin(), raw.end());
  return std::bit_cast<T>(raw);
}

std::string_view text(std::span<const std::byte> bytes, std::size_t at, std::size_t length) {
  return {reinterpret_cast<const char*>(bytes.data()) + at, length};
}

} // namespace

NiftiHeader::Kind NiftiHeader::kindOf(std::span<const std::byte> head) {
  if (head.size() < 8) return Kind::Not;
  for (const bool swapped : {false, true}) {
    const auto size = get<std::int32_t>(head, 0, swapped);
    if (size == 540 && (text(head, 4, 3) == "n+2" || text(head, 4, 3) == "ni2")) return Kind::Nifti;
    if (size != 348) continue;
    if (head.size() < 348) return Kind::Nifti; // cut off within the header; the reader says so
    const auto magic = text(head, 344, 4);
    if (magic == std::string_view("n+1\0", 4) || magic == std::string_view("ni1\0", 4)) return Kind::Nifti;
    return Kind::Analyze;
  }
  return Kind::Not;
}

int NiftiHeader::versionOf(std::span<const std::byte> head) {
  return get<std::int32_t>(head, 0, false) == 540 || get<std::int32_t>(head, 0, true) == 540 ? 2 : 1;
}

NiftiHeader NiftiHeader::parse(std::span<const std::byte> b) {
  NiftiHeader h;
  h.swapped = get<std::int32_t>(b, 0, false) != 348 && get<std::int32_t>(b, 0, false) != 540;
  const bool s = h.swapped;
  h.version = versionOf(b);
  if (h.version == 1) {
    h.pair = text(b, 344, 2) == "ni";
    for (std::size_t i = 0; i < 8; ++i) {
      h.dim[i] = get<std::int16_t>(b, 40 + 2 * i, s);
      h.pixdim[i] = get<float>(b, 76 + 4 * i, s);
    }
    h.intent = get<std::int16_t>(b, 68, s);
    h.datatype = get<std::int16_t>(b, 70, s);
    h.bitpix = get<std::int16_t>(b, 72, s);
    h.voxOffset = get<float>(b, 108, s);
    h.slope = get<float>(b, 112, s);
    h.intercept = get<float>(b, 116, s);
    h.units = get<std::uint8_t>(b, 123, s);
    h.timeOffset = get<float>(b, 136, s);
    h.description = cleanText(text(b, 148, 80));
    h.qform = get<std::int16_t>(b, 252, s);
    h.sform = get<std::int16_t>(b, 254, s);
    for (std::size_t i = 0; i < 6; ++i)
      h.quatern[i] = get<float>(b, 256 + 4 * i, s);
    for (std::size_t i = 0; i < 12; ++i)
      h.srow[i] = get<float>(b, 280 + 4 * i, s);
    h.intentName = cleanText(text(b, 328, 16));
  } else {
    h.pair = text(b, 4, 2) == "ni";
    h.datatype = get<std::int16_t>(b, 12, s);
    h.bitpix = get<std::int16_t>(b, 14, s);
    for (std::size_t i = 0; i < 8; ++i) {
      h.dim[i] = get<std::int64_t>(b, 16 + 8 * i, s);
      h.pixdim[i] = get<double>(b, 104 + 8 * i, s);
    }
    h.voxOffset = static_cast<double>(get<std::int64_t>(b, 168, s));
    h.slope = get<double>(b, 176, s);
    h.intercept = get<double>(b, 184, s);
    h.timeOffset = get<double>(b, 216, s);
    h.description = cleanText(text(b, 240, 80));
    h.qform = get<std::int32_t>(b, 344, s);
    h.sform = get<std::int32_t>(b, 348, s);
    for (std::size_t i = 0; i < 6; ++i)
      h.quatern[i] = get<double>(b, 352 + 8 * i, s);
    for (std::size_t i = 0; i < 12; ++i)
      h.srow[i] = get<double>(b, 400 + 8 * i, s);
    h.units = get<std::int32_t>(b, 500, s);
    h.intent = get<std::int32_t>(b, 504, s);
    h.intentName = cleanText(text(b, 508, 16));
  }
  return h;
}

data::Affine NiftiHeader::sformAffine() const {
  data::Affine affine;
  std::copy(srow.begin(), srow.end(), affine.m.begin());
  return affine;
}

data::Affine NiftiHeader::qformAffine() const {
  double b = quatern[0], c = quatern[1], d = quatern[2], a = 1 - (b * b + c * c + d * d);
  if (a < 1e-7) { // a rotation by 180°: the vector is made one of unit length
    const double length = std::sqrt(b * b + c * c + d * d);
    b /= length, c /= length, d /= length;
    a = 0;
  } else {
    a = std::sqrt(a);
  }
  const std::array<double, 9> r{
      a * a + b * b - c * c - d * d, 2 * (b * c - a * d),           2 * (b * d + a * c),
      2 * (b * c + a * d),           a * a + c * c - b * b - d * d, 2 * (c * d - a * b),
      2 * (b * d - a * c),           2 * (c * d + a * b),           a * a + d * d - c * c - b * b};
  const double qfac = pixdim[0] < 0 ? -1 : 1;
  const std::array<double, 3> step{pixdim[1], pixdim[2], pixdim[3] * qfac};
  data::Affine affine;
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t column = 0; column < 3; ++column)
      affine.m[row * 4 + column] = r[row * 3 + column] * step[column];
    affine.m[row * 4 + 3] = quatern[3 + row];
  }
  return affine;
}

} // namespace discern::io
