#pragma once
#include <string>

namespace discern::benchmarks {

/// One measurement in this process, which does nothing else; prints lines "name number": seconds, sums of values to
/// compare with a peer's, and "peak", the most memory in megabytes. What there is:
///   planes T     open, then the three middle planes of volume T
///   series       one voxel over all volumes, the second time
///   scrub        the three planes of one volume after another: volumes a second
///   field        the whole field, volume by volume
///   plain        the file by read(), a megabyte at a time
///   inflate N    N bytes of a gzip file by zlib alone
///   pass         the last volume: a first pass over a compressed file
/// Returns an exit status.
[[nodiscard]] int measure(const std::string& what, const std::string& path, const std::string& argument);

} // namespace discern::benchmarks
