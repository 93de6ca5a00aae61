#pragma once
#include "data/field_source.h"

#include <array>
#include <optional>
#include <string>
#include <vector>

namespace discern::io {

using Lattice = std::array<data::Vec3, 3>; ///< the cell's vectors a, b, c in Å

struct Atom {
  int number = 0;            ///< atomic number, 0: unknown
  std::string label;         ///< as the file has it
  data::Vec3 place{0, 0, 0}; ///< Å
  double occupancy = 1;
};

/// Atoms at one time.
struct Structure {
  std::vector<Atom> atoms;
  std::optional<Lattice> lattice;
};

/// The vectors of a cell of lengths (Å) and angles (degrees): a along x, b in the plane of x and y.
/// Nothing where there is no such cell.
[[nodiscard]] std::optional<Lattice> latticeOf(const data::Vec3& lengths, const data::Vec3& angles);
[[nodiscard]] data::Vec3 fromFractions(const Lattice& lattice, const data::Vec3& fractions);
[[nodiscard]] double volume(const Lattice& lattice); ///< Å³, never negative

/// What the readers of matter put together. Frames are time steps; with atoms in them, the dataset gets the grid
/// "atoms" (GridKind::Atoms: points in Å, bonds where two atoms are nearer than 1.15 times the sum of their covalent
/// radii), the field "atomic number" on it, and the table "atoms" of the first frame.
struct Matter {
  data::DatasetInfo info;
  std::vector<Structure> frames;
  std::vector<double> times; ///< of the frames; empty: not known
  std::string timeUnit;
  std::vector<std::shared_ptr<const data::FieldSource>> fields;

  [[nodiscard]] std::shared_ptr<data::Dataset> dataset() &&;
};

} // namespace discern::io
