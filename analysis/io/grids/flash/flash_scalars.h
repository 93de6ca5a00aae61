#pragma once
#include <hdf5.h>
#include <map>
#include <string>
#include <vector>

namespace discern::io {

// To be called with lockHdf5() held. What is missing or of another form is left out.

/// A data set of texts of fixed length, blanks at their ends taken off ("unknown names", "particle names").
[[nodiscard]] std::vector<std::string> flashNames(hid_t file, const std::string& name);
/// "real scalars" and "integer scalars", or what older files keep as "simulation parameters", by name.
[[nodiscard]] std::map<std::string, double> flashNumbers(hid_t file);
/// "string scalars" by name.
[[nodiscard]] std::map<std::string, std::string> flashTexts(hid_t file);

} // namespace discern::io
