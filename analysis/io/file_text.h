#pragma once
#include "data/field_info.h"

#include <span>
#include <string>
#include <string_view>

namespace discern::io {

/// Text as a file has it, as valid UTF-8: kept where it is, read as Latin-1 where it isn't; cut at the first NUL,
/// trailing blanks removed.
[[nodiscard]] std::string cleanText(std::string_view raw);

/// "17 bytes", "2.9 MB", "2.0 TB".
[[nodiscard]] std::string byteText(double bytes);

/// "64 × 64 × 21".
[[nodiscard]] std::string shapeText(std::span<const std::int64_t> shape);

/// A number without needless digits: "0.75", "1e+20".
[[nodiscard]] std::string numberText(double value);

/// The shortest decimal number that a single-precision one stands for: 1.35 for 1.35000002384….
[[nodiscard]] double shortestDecimal(float value);

/// Lower case of the ASCII letters.
[[nodiscard]] std::string lowerCase(std::string_view text);

/// The file's name without folder and without its last suffix (".nii.gz" counts as one).
[[nodiscard]] std::string stemOf(const std::string& path);

/// True when a word of `text` says that whole numbers are labels: "label", "mask", "truth", "segmentation", …
[[nodiscard]] bool speaksOfLabels(std::string_view text);

/// Resolutions on offer for a volume: the coarsest has at least 64 voxels along its longest axis, if the volume has.
[[nodiscard]] int levelsFor(const data::Index3& shape);

} // namespace discern::io
