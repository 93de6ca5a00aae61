#pragma once
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace discern::io {

/// What the ImageDescription of a TIFF says about the pages behind it.
struct TiffDescription {
  enum class Kind { Plain, ImageJ, Shaped, Ome };
  Kind kind = Kind::Plain;
  std::string version;                               ///< of ImageJ
  std::int64_t images = 0;                           ///< pages promised; 0: not said
  std::int64_t slices = 0, frames = 0, channels = 0; ///< 0: not said
  std::string order = "CZT";                         ///< of the pages, fastest first
  std::optional<double> spacing;                     ///< between slices, in `unit`
  std::optional<double> pixelX, pixelY;              ///< OME only: pixel size in `unit`
  std::string unit;                                  ///< "µm", "mm", …; empty: not said
  std::optional<double> interval;                    ///< seconds between frames
  std::size_t files = 1;                             ///< OME only: over which the planes are spread
  std::size_t series = 1;                            ///< OME only: images described, of which the first is read
  std::vector<std::int64_t> shape;                   ///< Shaped only: as tifffile writes it, slowest first
  std::string axes;                                  ///< Shaped only: one letter a dimension, may be empty
};

/// Reads ImageJ's key=value lines, tifffile's {"shape": …} and the Pixels element of OME-XML. Anything else is Plain.
[[nodiscard]] TiffDescription parseTiffDescription(const std::string& text);

/// A unit of length as microscopes spell it, as UDUNITS does; empty for pixels and what is not known.
[[nodiscard]] std::string lengthUnit(const std::string& spelling);

} // namespace discern::io
