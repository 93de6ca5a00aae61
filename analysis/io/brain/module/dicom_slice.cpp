#include "io/brain/module/dicom_slice.h"

#include "io/brain/module/dicom_check.h"

#include "data/error.h"
#include "io/file.h"
#include "io/file_text.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <gdcmAttribute.h>
#include <gdcmImage.h>
#include <gdcmImageHelper.h>
#include <gdcmImageReader.h>
#include <gdcmReader.h>
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

std::string textOf(const gdcm::DataSet& set, std::uint16_t group, std::uint16_t element) {
  const gdcm::Tag tag(group, element);
  if (!set.FindDataElement(tag)) return {};
  const gdcm::ByteValue* value = set.GetDataElement(tag).GetByteValue();
  if (!value || value->GetLength() > 65536) return {};
  return cleanText({value->GetPointer(), value->GetLength()});
}

bool hasText(const gdcm::DataSet& set, std::uint16_t group, std::uint16_t element) {
  const std::string text = textOf(set, group, element);
  return text.find_first_of("0123456789") != std::string::npos;
}

ScalarType typeOf(const std::string& path, const gdcm::PixelFormat& format) {
  switch (format.GetScalarType()) {
  case gdcm::PixelFormat::UINT8:
    return ScalarType::UInt8;
  case gdcm::PixelFormat::INT8:
    return ScalarType::Int8;
  case gdcm::PixelFormat::UINT12:
  case gdcm::PixelFormat::UINT16:
    return ScalarType::UInt16;
  case gdcm::PixelFormat::INT12:
  case gdcm::PixelFormat::INT16:
    return ScalarType::Int16;
  case gdcm::PixelFormat::UINT32:
    return ScalarType::UInt32;
  case gdcm::PixelFormat::INT32:
    return ScalarType::Int32;
  case gdcm::PixelFormat::FLOAT32:
    return ScalarType::Float32;
  case gdcm::PixelFormat::FLOAT64:
    return ScalarType::Float64;
  default:
    throw data::ReadError(path, std::string("its pixels are of DICOM type ") + format.GetScalarTypeAsString() +
                                    "; whole numbers of 8 to 32 bits or floats were expected");
  }
}

void place(const gdcm::File& file, DicomSlice& slice) {
  const gdcm::DataSet& set = file.GetDataSet();
  const auto spacing = gdcm::ImageHelper::GetSpacingValue(file);
  const auto origin = gdcm::ImageHelper::GetOriginValue(file);
  const auto turn = gdcm::ImageHelper::GetDirectionCosinesValue(file);
  for (std::size_t i = 0; i < std::min<std::size_t>(3, spacing.size()); ++i)
    if (std::isfinite(spacing[i]) && spacing[i] > 0) slice.spacing[i] = spacing[i];
  // Of a slice on its own GDCM does not tell the thickness.
  for (const std::uint16_t element : {0x0050, 0x0088})
    if (const double depth = std::atof(textOf(set, 0x0018, element).c_str());
        spacing.size() > 2 && spacing[2] == 1 && std::isfinite(depth) && depth > 0)
      slice.spacing[2] = depth;
  // PixelSpacing of its own, or in the functional groups of an enhanced image.
  const bool enhanced =
      set.FindDataElement(gdcm::Tag(0x5200, 0x9229)) || set.FindDataElement(gdcm::Tag(0x5200, 0x9230));
  slice.spaced = enhanced || hasText(set, 0x0028, 0x0030) || hasText(set, 0x0018, 0x1164);
  slice.placed = origin.size() >= 3 && turn.size() >= 6 &&
                 (enhanced || (hasText(set, 0x0020, 0x0032) && hasText(set, 0x0020, 0x0037)));
  if (!slice.placed) return;
  for (std::size_t i = 0; i < 3; ++i) {
    slice.position[i] = origin[i];
    slice.row[i] = turn[i];
    slice.column[i] = turn[3 + i];
  }
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
  silence();
  const File whole(path);
  checkDicom(whole);
  try {
    gdcm::Reader reader;
    reader.SetFileName(path.c_str());
    if (!reader.ReadUpToTag(gdcm::Tag(0x7fe0, 0x0010)))
      throw data::ReadError(path, "the DICOM header can't be read; it is damaged or cut short");
    const gdcm::File& file = reader.GetFile();
    const gdcm::DataSet& set = file.GetDataSet();
    if (!set.FindDataElement(gdcm::Tag(0x0028, 0x0010)) || !set.FindDataElement(gdcm::Tag(0x0028, 0x0011)) ||
        !set.FindDataElement(gdcm::Tag(0x0028, 0x0100)))
      throw data::ReadError(path, "the DICOM file holds no image, or its header is cut short");
    DicomSlice slice;
    slice.path = path;
    slice.series = textOf(set, 0x0020, 0x000e);
    slice.description = textOf(set, 0x0008, 0x103e);
    slice.modality = textOf(set, 0x0008, 0x0060);
    slice.instance = std::atoll(textOf(set, 0x0020, 0x0013).c_str());
    const auto size = gdcm::ImageHelper::GetDimensionsValue(file);
    if (size.size() < 2) throw data::ReadError(path, "the DICOM header gives no size");
    slice.columns = size[0];
    slice.rows = size[1];
    slice.frames = size.size() > 2 ? std::max(1U, size[2]) : 1;
    const gdcm::PixelFormat format = gdcm::ImageHelper::GetPixelFormatValue(file);
    slice.stored = typeOf(path, format);
    slice.samples = std::max<int>(1, format.GetSamplesPerPixel());
    slice.planar = slice.samples > 1 && gdcm::ImageHelper::GetPlanarConfigurationValue(file) == 1;
    const auto scaling = gdcm::ImageHelper::GetRescaleInterceptSlopeValue(file);
    if (scaling.size() >= 2 && std::isfinite(scaling[0]) && std::isfinite(scaling[1]) && scaling[1] != 0) {
      slice.intercept = scaling[0];
      slice.slope = scaling[1];
    }
    place(file, slice);
    const std::string promise = "the header promises " + std::to_string(slice.columns) + " × " +
                                std::to_string(slice.rows) + " × " + std::to_string(slice.frames) + " pixels (" +
                                byteText(slice.bytes()) + ")";
    if (slice.columns < 1 || slice.rows < 1 || slice.bytes() > mostBytes)
      throw data::ReadError(path, promise + "; up to " + byteText(mostBytes) + " in a file can be read");
    const bool packed = file.GetHeader().GetDataSetTransferSyntax().IsEncapsulated();
    if (!packed && slice.bytes() > static_cast<double>(whole.size()))
      throw data::ReadError(path, promise + ", but the file has only " + byteText(static_cast<double>(whole.size())) +
                                      "; it is cut short");
    return slice;
  } catch (const data::ReadError&) {
    throw;
  } catch (const std::exception& error) {
    throw data::ReadError(path, std::string("the DICOM header can't be read: ") + error.what());
  }
}

std::vector<std::byte> readDicomPixels(const DicomSlice& slice) {
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
