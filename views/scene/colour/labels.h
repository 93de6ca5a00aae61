#pragma once
#include "data/block.h"
#include "scene/colour/mapper.h"

#include <cstdint>
#include <functional>
#include <set>
#include <span>
#include <vector>

namespace discern::scene {

/// The colour of a label: it follows from the number alone, so that a label has one colour in every view, table and
/// session. Hues and lightnesses of consecutive labels lie far apart (a low-discrepancy sequence in OKLCH), and
/// lightness alone tells many of them apart.
[[nodiscard]] Rgb labelColour(std::int64_t label);

/// One slice of a label field: width × height, the lower index axis fastest.
struct LabelSlice {
  int width = 0, height = 0;
  std::vector<std::int64_t> labels;
  /// 0 outside.
  [[nodiscard]] std::int64_t at(int x, int y) const {
    return x < 0 || y < 0 || x >= width || y >= height
               ? 0
               : labels[static_cast<std::size_t>(y) * static_cast<std::size_t>(width) + static_cast<std::size_t>(x)];
  }
};

/// From a block that is one voxel thick along some axis; NaN and the missing value become 0.
[[nodiscard]] LabelSlice labelSlice(const data::Block& block, std::optional<double> missing);

/// How labels are filled.
struct LabelFill {
  double opacity = 0.45;              ///< 0: not at all
  std::optional<Rgb> single;          ///< one colour for every label; absent: labelColour
  std::set<std::int64_t> highlighted; ///< drawn more opaque
  bool operator==(const LabelFill&) const = default;
};
void fillLabels(const LabelSlice& slice, const LabelFill& fill, std::span<Rgba8> rgba);

/// An axis-parallel piece of a contour in corner coordinates: pixel (x, y) has the corners (x, y) and (x+1, y+1).
struct Edge {
  int x0, y0, x1, y1;
  bool operator==(const Edge&) const = default;
};

/// The contours of the labels that `wanted` names, along pixel edges, straight runs joined: every edge with different
/// labels on its two sides, of which at least one is wanted. `wanted` is never asked about 0.
[[nodiscard]] std::vector<Edge> labelEdges(const LabelSlice& slice, const std::function<bool(std::int64_t)>& wanted);

/// What a voxel says of prediction against truth.
enum class Verdict : std::uint8_t { Agree, Missed, Spurious, Split, Merged };

/// Compares two slices of one shape. Instances are paired by their largest overlap in the slice: where both are
/// labelled but the truth's partner is another prediction the truth is split; where the prediction's partner is another
/// truth it merges two. `sameNames`: the labels name the same things on both sides, so that a pair agrees only when the
/// numbers are equal.
[[nodiscard]] std::vector<Verdict> compareSlices(const LabelSlice& truth, const LabelSlice& prediction, bool sameNames);

} // namespace discern::scene
