#include "wkb.h"

#include <array>
#include <bit>
#include <cmath>
#include <cstdint>
#include <string>

namespace discern::io {

namespace {

constexpr int deepest = 8;

class Reader {
public:
  Reader(std::span<const std::byte> bytes, Shapes& shapes) : bytes_(bytes), shapes_(shapes) {}

  void header() {
    constexpr std::array<std::size_t, 8> envelopes{0, 32, 48, 48, 64, 0, 0, 0};
    if (bytes_.size() < 8 || bytes_[0] != std::byte{'G'} || bytes_[1] != std::byte{'P'})
      throw std::runtime_error("a geometry has no GeoPackage header");
    const auto flags = std::to_integer<unsigned>(bytes_[3]);
    if ((flags & 0x20) != 0) throw std::runtime_error("extended geometries are not read");
    at_ = 8 + envelopes[flags >> 1 & 7];
    if ((flags & 0x10) != 0) at_ = bytes_.size(); // empty
  }
  [[nodiscard]] bool atEnd() const { return at_ >= bytes_.size(); }

  void geometry(int depth) {
    if (depth > deepest) throw std::runtime_error("a geometry is nested too deeply");
    const bool little = one() != 0;
    const std::uint32_t type = word(little), flags = type >> 29;
    const std::uint32_t plain = type & 0x0FFFFFFF, kind = plain % 1000, dimension = plain / 1000;
    const bool z = dimension == 1 || dimension == 3 || (flags & 4) != 0;
    const bool m = dimension == 2 || dimension == 3 || (flags & 2) != 0;
    if ((flags & 1) != 0) word(little);
    switch (kind) {
    case 1: {
      const auto place = corner(little, z, m);
      if (std::isfinite(place[0])) shapes_.points.push_back(place); // NaN: an empty point
      return;
    }
    case 2:
      shapes_.lines.push_back(row(little, z, m));
      return;
    case 3:
      polygon(little, z, m);
      return;
    case 4:
    case 5:
    case 6:
    case 7:
      for (std::uint32_t left = count(little, 5); left > 0; --left)
        geometry(depth + 1);
      return;
    default:
      throw std::runtime_error("geometries of type " + std::to_string(type) + " are not read");
    }
  }

private:
  [[nodiscard]] unsigned one() {
    need(1);
    return std::to_integer<unsigned>(bytes_[at_++]);
  }
  void need(std::size_t size) const {
    if (at_ > bytes_.size() || size > bytes_.size() - at_) throw std::runtime_error("a geometry is cut short");
  }
  template <typename Bits>
  Bits bits(bool little) {
    need(sizeof(Bits));
    Bits value = 0;
    for (std::size_t i = 0; i < sizeof(Bits); ++i) {
      const std::size_t place = little ? sizeof(Bits) - 1 - i : i;
      value = static_cast<Bits>(value << 8 | std::to_integer<Bits>(bytes_[at_ + place]));
    }
    at_ += sizeof(Bits);
    return value;
  }
  std::uint32_t word(bool little) { return bits<std::uint32_t>(little); }
  double real(bool little) { return std::bit_cast<double>(bits<std::uint64_t>(little)); }
  /// How many parts of at least `size` bytes follow.
  std::uint32_t count(bool little, std::size_t size) {
    const std::uint32_t number = word(little);
    if (number > (bytes_.size() - at_) / size) throw std::runtime_error("a geometry promises more than it has");
    return number;
  }
  data::Vec3 corner(bool little, bool z, bool m) {
    data::Vec3 place{real(little), 0, 0};
    place[1] = real(little);
    if (z) place[2] = real(little);
    if (m) real(little);
    if (!std::isfinite(place[2])) place[2] = 0;
    return place;
  }
  Shapes::Ring row(bool little, bool z, bool m) {
    Shapes::Ring ring;
    const std::uint32_t size = count(little, 16U + (z ? 8U : 0U) + (m ? 8U : 0U));
    ring.reserve(size);
    for (std::uint32_t i = 0; i < size; ++i) {
      ring.push_back(corner(little, z, m));
      if (!std::isfinite(ring.back()[0]) || !std::isfinite(ring.back()[1]))
        throw std::runtime_error("a geometry has corners that are no numbers");
    }
    return ring;
  }
  void polygon(bool little, bool z, bool m) {
    std::vector<Shapes::Ring> rings;
    for (std::uint32_t left = count(little, 4); left > 0; --left) {
      auto ring = row(little, z, m);
      if (ring.size() > 1 && ring.front() == ring.back()) ring.pop_back();
      if (ring.size() > 2) rings.push_back(std::move(ring));
    }
    if (!rings.empty()) shapes_.polygons.push_back(std::move(rings));
  }

  std::span<const std::byte> bytes_;
  Shapes& shapes_;
  std::size_t at_ = 0;
};

} // namespace

void addGeometry(std::span<const std::byte> blob, Shapes& shapes) {
  Reader reader(blob, shapes);
  reader.header();
  if (!reader.atEnd()) reader.geometry(0);
}

} // namespace discern::io
