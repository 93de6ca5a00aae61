#pragma once
/// How runs are named and told of on the command line.
#include "jobs/run_directory.h"

#include <string>
#include <vector>

namespace discern::runner {

/// The run directory that `text` means: a path, or the name (or an unambiguous beginning, or the uuid) of a run in
/// runsFolder(). Throws data::UsageError.
[[nodiscard]] std::string runPath(const std::string& text);

/// One run for a script: path, state, exitCode, message, result, summary, ….
[[nodiscard]] nlohmann::json asJson(const jobs::Snapshot& snapshot);

/// Exit code of discern-run for a run that has ended.
[[nodiscard]] int exitCode(const jobs::Snapshot& snapshot);

[[nodiscard]] std::string duration(double seconds);   ///< "3.2 s", "4 min 05 s"
[[nodiscard]] std::string memory(std::int64_t bytes); ///< "412 MB"
/// Bytes of "4G", "500M", "1.5 GB" (powers of ten) or a plain number. Throws data::UsageError.
[[nodiscard]] std::int64_t memoryBytes(const std::string& text);
/// Rows in columns parted by two spaces; numbers are set flush right.
[[nodiscard]] std::string columns(const std::vector<std::vector<std::string>>& rows);

} // namespace discern::runner
