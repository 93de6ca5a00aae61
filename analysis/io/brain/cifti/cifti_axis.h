#pragma once
#include "data/field_source.h"
#include "io/brain/labels/label_table.h"
#include "io/brain/xml/xml_tree.h"

namespace discern::io {

/// What the indices along one dimension of a CIFTI-2 matrix mean.
/// Format: https://www.nitrc.org/projects/cifti, "CIFTI-2 Main FINAL", March 2014.
struct CiftiAxis {
  enum class Kind { BrainModels, Parcels, Series, Scalars, Labels };
  Kind kind = Kind::Scalars;
  std::int64_t length = 0;

  std::vector<std::string> maps;                  ///< scalars, labels: the name of each
  std::vector<std::vector<LabelEntry>> mapLabels; ///< labels: the table of each
  data::TimeAxis series;                          ///< series
  std::vector<data::Table> tables;                ///< brain models, greyordinates or parcels
  std::string summary;                            ///< "CORTEX_LEFT 29696, CORTEX_RIGHT 29716"
};

/// The axis that a MatrixIndicesMap describes. `length`: what the NIfTI header says of it. Throws data::ReadError where
/// the two, or the parts of the map, do not fit together.
[[nodiscard]] CiftiAxis ciftiAxis(const std::string& path, const XmlNode& map, std::int64_t length);

} // namespace discern::io
