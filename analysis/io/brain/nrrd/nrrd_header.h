#pragma once
#include "data/affine.h"
#include "data/scalar_type.h"

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace discern::io {

/// The text header of a NRRD file. Format: https://teem.sourceforge.net/nrrd/format.html
struct NrrdHeader {
  struct Axis {
    std::int64_t size = 0;
    std::string kind, label, unit;
    std::optional<double> spacing, min;
    std::optional<std::vector<double>> direction; ///< in world space; nothing where the file says "none"
  };
  std::vector<Axis> axes; ///< the fastest first
  data::ScalarType type = data::ScalarType::Float32;
  std::string encoding = "raw", space, content, sampleUnits;
  bool bigEndian = false, directed = false; ///< has "space directions"
  int spaceDimension = 0;
  std::vector<double> origin;
  std::vector<std::string> spaceUnits;
  std::int64_t lineSkip = 0, byteSkip = 0;
  std::vector<std::string> dataFiles;       ///< empty: the values follow the header
  std::int64_t bytes = 0;                   ///< of the header, with the empty line
  std::map<std::string, std::string> pairs; ///< key:=value

  /// Parses a header. `text` begins with "NRRD". Throws data::ReadError when it is damaged or of a kind not read.
  [[nodiscard]] static NrrdHeader parse(const std::string& path, std::string_view text);
};

} // namespace discern::io
