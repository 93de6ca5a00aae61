#pragma once
#include <cstdint>
#include <string>

namespace discern::benchmarks {

/// Side of a cube of uint16 of about `gigabytes`, a multiple of 64.
[[nodiscard]] std::int64_t sideOf(double gigabytes);
/// Writes such a cube as an .npy file: what a tomograph might give, soft blobs and the noise of a detector.
void writeCube(const std::string& path, std::int64_t side);

} // namespace discern::benchmarks
