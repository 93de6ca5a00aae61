#pragma once
#include "io/matter/lines.h"
#include "io/matter/structure.h"

#include <functional>

namespace discern::io {

/// The most text of a density that is read, inflated.
constexpr std::int64_t densityLimit = 600 << 20;

/// The field of a density of `shape` points; `axes` are the steps from one point to the next along x, y, z, in Å.
/// Float64, or Float32 where it would take more than 256 MB. Throws data::ReadError for more than 512 MB.
[[nodiscard]] data::FieldInfo densityInfo(const std::string& path, const std::string& name, const data::Index3& shape,
                                          const data::Vec3& origin, const Lattice& axes, const std::string& source);

/// Throws data::ReadError unless so many bytes of text can hold `values` numbers (two characters each at least).
void checkRoom(const std::string& path, double bytes, double values);

/// A grid's values, x fastest.
using DensityValues = std::vector<std::vector<double>>;

/// Fields whose values `parse` gets from the whole text of the file, all at once, when the first is read: one list a
/// field.
[[nodiscard]] std::vector<std::shared_ptr<const data::FieldSource>>
densityFields(std::vector<data::FieldInfo> infos, const Candidate& candidate,
              std::function<DensityValues(std::string_view text)> parse);

} // namespace discern::io
