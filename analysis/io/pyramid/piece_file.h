#pragma once
#include "io/pyramid/exact_statistics.h"

#include <string>

namespace discern::io {

/// One piece of a pyramid as a small HDF5 file: attributes `discern_pyramid` (version of the layout) and `identity` of
/// the root; data sets `level1` … (z, y, x; chunks of up to 32³ with Fletcher-32 sums) and `moments`, `cells`, `counts`
/// of the statistics. Made in memory, so that a full disk is met by a plain write.
struct Piece {
  std::vector<std::vector<std::byte>> levels; ///< from level 1 on
  std::vector<data::Index3> shapes;           ///< theirs
  ExactStatistics::Kept statistics;
};
/// Throws std::runtime_error when HDF5 refuses.
[[nodiscard]] std::vector<std::byte> packPiece(const Piece& piece, data::ScalarType type, const std::string& identity);

/// A box of a level of a piece, in the piece's own indices. False when the file isn't there, isn't of `identity`, or is
/// damaged; `out` may then hold anything.
[[nodiscard]] bool readPiece(const std::string& path, const std::string& identity, data::ScalarType type, int level,
                             const data::Box& box, std::span<std::byte> out);
/// The statistics of a piece; nullopt as above.
[[nodiscard]] std::optional<ExactStatistics::Kept> readPieceStatistics(const std::string& path,
                                                                       const std::string& identity);

} // namespace discern::io
