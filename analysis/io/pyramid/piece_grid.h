#pragma once
#include "data/field_source.h"

namespace discern::io {

/// How a volume is cut into pieces: all of x, a stretch of y and of z. Stretches are multiples of 2^levels voxels, so
/// that every level of a piece follows from that piece alone.
struct PieceGrid {
  data::Index3 shape{1, 1, 1}; ///< of the volume
  std::int64_t rows = 1, planes = 1;
  int levels = 0; ///< coarser levels in a piece: 1 … levels

  static constexpr int mostLevels = 6;

  /// Pieces of about `pieceBytes`.
  [[nodiscard]] static PieceGrid of(const data::FieldInfo& field, std::int64_t pieceBytes);

  [[nodiscard]] std::int64_t count() const { return across() * along(); }
  [[nodiscard]] std::int64_t across() const { return (shape[1] + rows - 1) / rows; }    ///< pieces along y
  [[nodiscard]] std::int64_t along() const { return (shape[2] + planes - 1) / planes; } ///< pieces along z
  /// The voxels of a piece. Pieces are numbered along y first.
  [[nodiscard]] data::Box box(std::int64_t piece) const;
  /// The same in the indices of a level.
  [[nodiscard]] data::Box boxAt(std::int64_t piece, int level) const;
  /// The pieces that a box of a level touches: first and last along y, first and last along z.
  [[nodiscard]] std::array<std::int64_t, 4> touched(const data::Box& box, int level) const;
};

} // namespace discern::io
