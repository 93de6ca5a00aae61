#include "io/matter/bonds.h"

#include "io/matter/elements.h"

#include <algorithm>
#include <cmath>

namespace discern::io {

namespace {

constexpr double reach = 1.15, nearest = 0.4, mostBonds = 16;

} // namespace

std::vector<std::pair<std::int64_t, std::int64_t>> bondsOf(const std::vector<Atom>& atoms) {
  std::vector<std::pair<std::int64_t, std::int64_t>> bonds;
  double widest = 0;
  for (const Atom& atom : atoms)
    widest = std::max(widest, covalentRadius(atom.number));
  const double side = 2 * widest * reach;
  if (atoms.size() < 2 || !(side > 0)) return bonds;
  // Atoms sorted by the cube they lie in; bonds reach only into the 26 cubes around.
  using Cube = std::array<std::int64_t, 3>;
  const auto cubeOf = [side](const Atom& atom) {
    Cube cube;
    for (std::size_t i = 0; i < 3; ++i)
      cube[i] = static_cast<std::int64_t>(std::floor(std::clamp(atom.place[i], -1e9, 1e9) / side));
    return cube;
  };
  std::vector<std::pair<Cube, std::int64_t>> sorted;
  for (std::size_t i = 0; i < atoms.size(); ++i)
    sorted.emplace_back(cubeOf(atoms[i]), static_cast<std::int64_t>(i));
  std::sort(sorted.begin(), sorted.end());
  const std::size_t limit = static_cast<std::size_t>(mostBonds * static_cast<double>(atoms.size()));
  std::size_t looks = 400 * atoms.size() + 100000; // of pairs; crowds beyond any crystal's end the search
  for (const auto& [cube, i] : sorted) {
    const Atom& a = atoms[static_cast<std::size_t>(i)];
    for (std::int64_t dx = -1; dx <= 1; ++dx)
      for (std::int64_t dy = -1; dy <= 1; ++dy) {
        const Cube first{cube[0] + dx, cube[1] + dy, cube[2] - 1}, last{cube[0] + dx, cube[1] + dy, cube[2] + 1};
        auto at = std::lower_bound(sorted.begin(), sorted.end(), std::pair(first, std::int64_t{-1}));
        for (; at != sorted.end() && at->first <= last; ++at) {
          if (--looks == 0) return {};
          if (at->second <= i) continue;
          const Atom& b = atoms[static_cast<std::size_t>(at->second)];
          const double distance = std::hypot(a.place[0] - b.place[0], a.place[1] - b.place[1], a.place[2] - b.place[2]);
          if (distance < nearest || distance > reach * (covalentRadius(a.number) + covalentRadius(b.number))) continue;
          if (bonds.size() == limit) return {};
          bonds.emplace_back(i, at->second);
        }
      }
  }
  std::sort(bonds.begin(), bonds.end());
  return bonds;
}

} // namespace discern::io
