#pragma once
#include "data/field_source.h"

#include <memory>
#include <string>

namespace discern::test {

/// A file that nobody wrote: 64 × 48 × 32 voxels, 5 steps, 2 components, 3 levels, and a table. See also `opened`.
[[nodiscard]] data::FieldInfo waveInfo(const std::string& name = "wave");
[[nodiscard]] std::shared_ptr<data::FieldSource> waveField(const std::string& name = "wave");
[[nodiscard]] data::Table waveTable();

/// A volume of uint16 that differs everywhere from its neighbours.
[[nodiscard]] std::shared_ptr<data::FieldSource> volumeField(const data::Index3& shape);

/// A dataset of one field and the table.
[[nodiscard]] std::shared_ptr<data::Dataset> datasetOf(const std::string& path,
                                                       std::shared_ptr<data::FieldSource> field);

/// What stands in for a reader. By the path's end:
///   .wave              waveField
///   .IxJxK.volume      volumeField of that shape
///   .bytes             a real file: a row of uint8
///   .slow              waveField, 30 ms a read
///   .slowopen          waveField, opened in 100 ms; its format is "opened <n>", n counts the openings
///   .crashopen         ends the process (SIGABRT) when opened
///   .crashread         ends the process (SIGSEGV) when read
///   .exhausting        asks for more memory than there is when read
///   .throwing          throws an int when read
///   .printing          prints to the standard output when opened
/// Anything else is no file: data::ReadError.
[[nodiscard]] std::shared_ptr<data::Dataset> openTestFile(const std::string& path);

} // namespace discern::test
