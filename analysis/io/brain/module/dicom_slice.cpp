#include "io/brain/module/dicom_slice.h"

#include "io/brain/module/dicom_header.h"

#include "data/error.h"
#include "io/brain/volume/number_text.h"
#include "io/file.h"
#include "io/file_text.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <gdcmImage.h>
#include <gdcmImageReader.h>
#include <gdcmTrace.h>
#include <mutex>

namespace discern::io {

namespace {

using data::ScalarType;

constexpr double mostBytes = 512e6; ///< of one file's pixels, decoded

/// GDCM prints to stderr unless told not to.
void silence() {
  static std::once_flag once;
  std::call_once(once, [] {
    gdcm::Trace::DebugOff();
    gdcm::Trace::WarningOff();
    gdcm::Trace::ErrorOff();
  });
}

ScalarType typeOf(const std::string& path, int allocated, bool isSigned) {
  if (allocated == 8) return isSigned ? ScalarType::Int8 : ScalarType::UInt8;
  if (allocated == 16) return isSigned ? ScalarType::Int16 : ScalarType::UInt16;
  if (allocated == 32) return isSigned ? ScalarType::Int32 : ScalarType::UInt32;
  throw data::ReadError(path, "its pixels take " + std::to_string(allocated) + " bits each; 8, 16 or 32 were expected");
}

bool finite(const std::vector<double>& numbers, std::size_t count) {
  return numbers.size() >= count &&
         std::all_of(numbers.begin(), numbers.end(), [](double v) { return std::isfinite(v); });
}

/// Where the slice lies. Enhanced images have it in sequences, once or for each frame.
void place(const DicomHeader& h, DicomSlice& slice) {
  const bool within = slice.frames > 1 || h.values.find(0x00200032) == h.values.end();
  auto pixel = h.numbers(0x00280030, within);
  if (pixel.size() < 2) pixel = h.numbers(0x00181164, within);
  if (finite(pixel, 2) && pixel[0] > 0 && pixel[1] > 0) {
    slice.spaced = true;
    slice.spacing[0] = pixel[1]; // the distance of rows comes first
    slice.spacing[1] = pixel[0];
  }
  for (const DicomHeader::Tag tag : {0x00180050U, 0x00180088U}) // thickness; where it is given, the distance of slices
    if (const auto depth = h.numbers(tag, within); finite(depth, 1) && depth[0] > 0) slice.spacing[2] = depth[0];
  const auto turn = h.numbers(0x00200037, within), at = h.numbers(0x00200032, within);
  slice.placed = finite(turn, 6) && finite(at, 3);
  if (!slice.placed) return;
  for (std::size_t i = 0; i < 3; ++i) {
    slice.position[i] = at[i];
    slice.row[i] = turn[i];
    slice.column[i] = turn[3 + i];
  }
  if (slice.frames < 2 || static_cast<std::int64_t>(h.positions.size()) != slice.frames) return;
  const auto first = dicomNumbers(h.positions.front()), last = dicomNumbers(h.positions.back());
  if (!finite(first, 3) || !finite(last, 3)) return;
  for (std::size_t i = 0; i < 3; ++i) {
    slice.position[i] = first[i];
    slice.along[i] = (last[i] - first[i]) / static_cast<double>(slice.frames - 1);
  }
}

/// Bits beyond those that a value uses are cut off, and its sign carried on.
template <typename T>
void keepBits(std::vector<std::byte>& bytes, int bits) {
  const int above = static_cast<int>(8 * sizeof(T)) - bits;
  for (std::size_t at = 0; at + sizeof(T) <= bytes.size(); at += sizeof(T)) {
    std::make_unsigned_t<T> raw;
    std::memcpy(&raw, bytes.data() + at, sizeof raw);
    raw = static_cast<decltype(raw)>(raw << above);
    const T value = static_cast<T>(static_cast<T>(raw) >> above);
    std::memcpy(bytes.data() + at, &value, sizeof value);
  }
}

std::vector<std::byte> plainPixels(const DicomSlice& slice) {
  const File file(slice.path);
  std::vector<std::byte> bytes(static_cast<std::size_t>(slice.bytes()));
  file.readAt(slice.pixelsAt, bytes);
  if (slice.swapped) swapBytes(bytes, sizeOf(slice.stored));
  if (slice.bits < static_cast<int>(8 * sizeOf(slice.stored)))
    data::dispatch(slice.stored, [&](auto tag) {
      using T = typename decltype(tag)::type;
      if constexpr (std::is_integral_v<T>) keepBits<T>(bytes, slice.bits);
    });
  return bytes;
}

} // namespace

data::Vec3 DicomSlice::normal() const {
  return {row[1] * column[2] - row[2] * column[1], row[2] * column[0] - row[0] * column[2],
          row[0] * column[1] - row[1] * column[0]};
}

double DicomSlice::depth() const {
  const data::Vec3 n = normal();
  return n[0] * position[0] + n[1] * position[1] + n[2] * position[2];
}

double DicomSlice::bytes() const {
  return static_cast<double>(columns) * static_cast<double>(rows) * static_cast<double>(frames) * samples *
         static_cast<double>(sizeOf(stored));
}

bool DicomSlice::fits(const DicomSlice& other) const {
  const auto near = [](const data::Vec3& a, const data::Vec3& b) {
    return std::abs(a[0] - b[0]) + std::abs(a[1] - b[1]) + std::abs(a[2] - b[2]) < 1e-3;
  };
  return series == other.series && columns == other.columns && rows == other.rows && frames == 1 && other.frames == 1 &&
         samples == other.samples && planar == other.planar && stored == other.stored && placed == other.placed &&
         near(row, other.row) && near(column, other.column) && std::abs(spacing[0] - other.spacing[0]) < 1e-4 &&
         std::abs(spacing[1] - other.spacing[1]) < 1e-4;
}

DicomSlice readDicomHeader(const std::string& path) {
  const File file(path);
  const DicomHeader h = readDicomElements(file);
  const auto rows = h.whole(0x00280010), columns = h.whole(0x00280011), allocated = h.whole(0x00280100);
  if (!rows || !columns || !allocated || *rows < 1 || *columns < 1)
    throw data::ReadError(path, "the DICOM header does not give the size and type of an image");
  DicomSlice slice;
  slice.path = path;
  slice.series = h.text(0x0020000e);
  slice.description = h.text(0x0008103e);
  slice.modality = h.text(0x00080060);
  slice.instance = wholeNumber(h.text(0x00200013)).value_or(0);
  slice.rows = *rows;
  slice.columns = *columns;
  slice.frames = std::max<std::int64_t>(1, wholeNumber(h.text(0x00280008)).value_or(1));
  slice.samples = h.whole(0x00280002).value_or(1);
  const std::string colours = h.text(0x00280004);
  if ((slice.samples != 1 && slice.samples != 3) || colours.empty())
    throw data::ReadError(path, "its pixels have " + std::to_string(slice.samples) + " samples of \"" + colours +
                                    "\"; 1 or 3 were expected");
  slice.planar = slice.samples > 1 && h.whole(0x00280006).value_or(0) == 1;
  slice.stored = typeOf(path, *allocated, h.whole(0x00280103).value_or(0) == 1);
  slice.bits = h.whole(0x00280101).value_or(*allocated);
  if (slice.bits < 1 || slice.bits > *allocated || h.whole(0x00280102).value_or(slice.bits - 1) != slice.bits - 1)
    throw data::ReadError(path, "its pixels use " + std::to_string(slice.bits) + " of " + std::to_string(*allocated) +
                                    " bits in an order that Discern can't read");
  const auto slope = h.numbers(0x00281053, true), intercept = h.numbers(0x00281052, true);
  if (finite(slope, 1) && slope[0] != 0) slice.slope = slope[0];
  if (finite(intercept, 1)) slice.intercept = intercept[0];
  slice.packed = h.pixelsLength < 0;
  slice.swapped = h.swapped;
  slice.pixelsAt = h.pixelsAt;
  const std::string promise = "the header promises " + std::to_string(slice.columns) + " × " +
                              std::to_string(slice.rows) + " × " + std::to_string(slice.frames) + " pixels (" +
                              byteText(slice.bytes()) + ")";
  if (slice.bytes() > mostBytes)
    throw data::ReadError(path, promise + "; up to " + byteText(mostBytes) + " in a file can be read");
  if (!slice.packed && slice.bytes() > static_cast<double>(h.pixelsLength))
    throw data::ReadError(path, promise + ", but the file has " + byteText(static_cast<double>(h.pixelsLength)) +
                                    " of them; it is cut short or its header is wrong");
  if (slice.packed && slice.bytes() > static_cast<double>(file.size()) * 4096)
    throw data::ReadError(path,
                          promise + ", which a file of " + byteText(static_cast<double>(file.size())) + " can't hold");
  if (!slice.packed && colours.starts_with("YBR") && colours != "YBR_FULL")
    throw data::ReadError(path, "its colours are stored as " + colours + ", which Discern can't read");
  place(h, slice);
  return slice;
}

std::vector<std::byte> readDicomPixels(const DicomSlice& slice) {
  if (!slice.packed) return plainPixels(slice);
  silence();
  try {
    gdcm::ImageReader reader;
    reader.SetFileName(slice.path.c_str());
    if (!reader.Read())
      throw data::ReadError(slice.path, "the DICOM pixels can't be read; they are damaged or cut short");
    const gdcm::Image& image = reader.GetImage();
    const auto bytes = static_cast<std::size_t>(slice.bytes());
    if (image.GetBufferLength() != bytes)
      throw data::ReadError(slice.path, "the DICOM pixels decode to " +
                                            byteText(static_cast<double>(image.GetBufferLength())) +
                                            ", and the header promises " + byteText(slice.bytes()));
    std::vector<std::byte> pixels(bytes);
    if (!image.GetBuffer(reinterpret_cast<char*>(pixels.data())))
      throw data::ReadError(slice.path, "the DICOM pixels can't be decoded; they are damaged or cut short");
    return pixels;
  } catch (const data::ReadError&) {
    throw;
  } catch (const std::exception& error) {
    throw data::ReadError(slice.path, std::string("the DICOM pixels can't be read: ") + error.what());
  }
}

} // namespace discern::io
