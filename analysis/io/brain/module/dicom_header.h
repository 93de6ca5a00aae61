#pragma once
#include "io/file.h"

#include <map>
#include <optional>

namespace discern::io {

/// The data elements of a DICOM file, as far as the pixels. Own parser: GDCM ends the whole program on damaged files.
/// Format: DICOM PS3.5, chapters 7 and 10, annex A; PS3.10, chapter 7.
struct DicomHeader {
  using Tag = std::uint32_t; ///< group · 65536 + element

  std::map<Tag, std::string> values;  ///< raw, of up to 256 bytes; those of the data set itself
  std::map<Tag, std::string> nested;  ///< the first of each tag within sequences
  std::vector<std::string> positions; ///< every ImagePositionPatient within sequences: one a frame of an enhanced image
  std::string syntax;                 ///< the transfer syntax
  bool swapped = false;               ///< big-endian
  std::int64_t pixelsAt = 0;          ///< the byte at which the pixels begin
  std::int64_t pixelsLength = -1;     ///< in bytes; -1: packed in fragments

  /// Text without the blanks around it; empty when it is not there. Looks into sequences when asked to.
  [[nodiscard]] std::string text(Tag tag, bool within = false) const;
  /// A whole number of 16 bits.
  [[nodiscard]] std::optional<int> whole(Tag tag) const;
  /// Decimal numbers, split at backslashes.
  [[nodiscard]] std::vector<double> numbers(Tag tag, bool within = false) const;
};

/// Throws data::ReadError when an element is damaged or reaches beyond the file, or there are no pixels.
[[nodiscard]] DicomHeader readDicomElements(const File& file);

/// "1.5\2\3" → numbers, until a word that is none.
[[nodiscard]] std::vector<double> dicomNumbers(std::string text);

} // namespace discern::io
