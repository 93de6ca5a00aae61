#pragma once
#include <atomic>
#include <string>

namespace discern::jobs {

/// SHA-256 of a file's content, in lower-case hexadecimal. Throws data::ReadError. Returns an empty string when `stop`
/// becomes true.
[[nodiscard]] std::string sha256OfFile(const std::string& path, const std::atomic<bool>* stop = nullptr);

} // namespace discern::jobs
