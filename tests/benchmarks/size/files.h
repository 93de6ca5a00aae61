#pragma once
#include <array>
#include <cstdint>
#include <string>

namespace discern::benchmarks {

/// x, y, z, t of a float field.
using Shape4 = std::array<std::int64_t, 4>;

[[nodiscard]] std::int64_t bytesOf(const Shape4& shape);

/// Smooth ramps with noise in the low bits, in quarters: floats that deflate to about a third, as real scans do.
/// Each writes the same field and flushes it, so that it can be dropped from the page cache.
void writeNifti(const std::string& path, const Shape4& shape);
/// Gives the values of a NIfTI another shape of no more of them.
void reshapeNifti(const std::string& path, const Shape4& shape);
void writeNiftiGz(const std::string& path, const Shape4& shape);
/// One data set "field", (t, z, y, x), in chunks of 1 × 32 × 32 × 32, not compressed.
void writeHdf5(const std::string& path, const Shape4& shape);

/// Asks the kernel to drop the file from the page cache. False where it won't.
bool dropFromCache(const std::string& path);

} // namespace discern::benchmarks
