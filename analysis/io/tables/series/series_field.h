#pragma once
#include "data/field_source.h"

namespace discern::io {

/// A field of shape {1, 1, 1} with `samples` steps, evenly spaced from `start` on (seconds since 1970-01-01 UTC, the
/// whole seconds of which are the axis' reference date). More than 20 million steps get no list of times.
[[nodiscard]] data::FieldInfo seriesInfo(const std::string& name, double start, double interval, std::int64_t samples,
                                         data::ScalarType type, const std::string& source);

/// "2008-01-01 00:00:12" of seconds since 1970-01-01, fractions cut.
[[nodiscard]] std::string dateText(double seconds);

} // namespace discern::io
