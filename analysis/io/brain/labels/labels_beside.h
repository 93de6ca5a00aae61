#pragma once
#include "io/brain/labels/label_table.h"
#include "io/reader.h"

namespace discern::io {

/// The table that lies beside a volume under the same stem: of aal.nii.gz, aal.nii.txt or aal.txt ("1 Precentral_L
/// 2001"), an atlas in XML (FSL's and SPM's form), and colours from an ImageJ or MRIcron .lut of 768 bytes. Empty when
/// there is none, or what is there is no such table.
struct LabelsBeside {
  std::vector<LabelEntry> entries;
  std::string file; ///< its name, without folder
};
[[nodiscard]] LabelsBeside labelsBeside(const std::string& volumePath);

/// Such a table opened for itself: an atlas in XML, or 768 bytes of colours called .lut.
[[nodiscard]] bool isLabelFile(const Candidate& candidate);
[[nodiscard]] std::shared_ptr<data::Dataset> openLabelFile(const Candidate& candidate);

/// Lines of a number and a name, perhaps with another number behind; empty when any line is something else.
[[nodiscard]] std::vector<LabelEntry> labelsInText(std::string_view text);

} // namespace discern::io
