#include "io/pyramid/piece_grid.h"

#include <algorithm>

namespace discern::io {

PieceGrid PieceGrid::of(const data::FieldInfo& field, std::int64_t pieceBytes) {
  constexpr std::int64_t step = std::int64_t{1} << mostLevels;
  const auto whole = [](std::int64_t n) { return std::max<std::int64_t>(1, n / step) * step; };
  PieceGrid grid;
  grid.shape = field.shape;
  grid.levels = std::clamp(field.levels - 1, 0, mostLevels);
  const std::int64_t row = field.shape[0] * static_cast<std::int64_t>(data::sizeOf(field.type));
  const std::int64_t depth = std::min(step, field.shape[2]);
  grid.rows = whole(std::min(pieceBytes / (row * depth), (field.shape[1] + step - 1) / step * step));
  const std::int64_t height = std::min(grid.rows, field.shape[1]);
  grid.planes = whole(std::min(pieceBytes / (row * height), (field.shape[2] + step - 1) / step * step));
  return grid;
}

data::Box PieceGrid::box(std::int64_t piece) const {
  data::Box box{{0, piece % across() * rows, piece / across() * planes}, shape};
  box.hi[1] = std::min(shape[1], box.lo[1] + rows);
  box.hi[2] = std::min(shape[2], box.lo[2] + planes);
  return box;
}

data::Box PieceGrid::boxAt(std::int64_t piece, int level) const {
  data::Box at = box(piece);
  const std::int64_t most = (std::int64_t{1} << level) - 1;
  for (std::size_t axis = 0; axis < 3; ++axis) {
    at.lo[axis] >>= level;
    at.hi[axis] = (at.hi[axis] + most) >> level;
  }
  return at;
}

std::array<std::int64_t, 4> PieceGrid::touched(const data::Box& box, int level) const {
  return {box.lo[1] / (rows >> level), (box.hi[1] - 1) / (rows >> level), box.lo[2] / (planes >> level),
          (box.hi[2] - 1) / (planes >> level)};
}

} // namespace discern::io
