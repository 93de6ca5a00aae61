#include "data/error.h"
#include "io/tiff/tiff_description.h"
#include "io/write.h"

#include <cerrno>
#include <cmath>
#include <cstdarg>
#include <cstdio>
#include <cstring>
#include <nlohmann/json.hpp>
#include <tiffio.h>
#include <unistd.h>

namespace discern::io {

namespace {

using data::ScalarType;

int silent(TIFF*, void*, const char*, const char*, va_list) { return 1; }

/// Positive steps along the three axes, with nothing turned; else the placement can't be said in a TIFF.
bool isPlain(const data::FieldInfo& info) {
  const auto& m = info.indexToWorld.m;
  for (std::size_t row = 0; row < 3; ++row)
    for (std::size_t column = 0; column < 3; ++column)
      if (row == column ? !(m[row * 4 + column] > 0) : m[row * 4 + column] != 0) return false;
  return m[3] == 0 && m[7] == 0 && m[11] == 0;
}

std::optional<double> intervalOf(const data::TimeAxis& time) {
  if (time.unit != "s" || time.values.size() < 2) return std::nullopt;
  return time.values[1] - time.values[0];
}

std::string describe(const data::FieldInfo& info, bool placed) {
  const double step = info.indexToWorld.spacing()[2];
  const auto interval = intervalOf(info.time);
  if (info.type == ScalarType::UInt8 || info.type == ScalarType::UInt16 || info.type == ScalarType::Float32) {
    const auto number = [](double value) { return nlohmann::json(value).dump(); };
    std::string text = "ImageJ=1.53t\nimages=" + std::to_string(info.components * info.shape[2] * info.time.size) +
                       "\nchannels=" + std::to_string(info.components) + "\nslices=" + std::to_string(info.shape[2]) +
                       "\nframes=" + std::to_string(info.time.size) + "\nhyperstack=true\nmode=grayscale\n";
    if (placed)
      text += "unit=" + (info.worldUnit == "µm" ? "micron" : info.worldUnit) + "\nspacing=" + number(step) + "\n";
    if (interval) text += "finterval=" + number(*interval) + "\n";
    if (info.labels) text += "Info=labels\n";
    return text + "loop=false\n";
  }
  nlohmann::json json{{"axes", "TZCYX"},
                      {"shape", {info.time.size, info.shape[2], info.components, info.shape[1], info.shape[0]}}};
  if (placed) {
    json["unit"] = info.worldUnit;
    json["spacing"] = step;
  }
  if (interval) json["finterval"] = *interval;
  if (info.labels) json["content"] = "labels";
  return json.dump();
}

class Writer {
public:
  Writer(const std::string& path, bool big) : path_(path), part_(path + ".part") {
    TIFFOpenOptions* options = TIFFOpenOptionsAlloc();
    TIFFOpenOptionsSetErrorHandlerExtR(options, silent, nullptr);
    TIFFOpenOptionsSetWarningHandlerExtR(options, silent, nullptr);
    tiff_ = TIFFOpenExt(part_.c_str(), big ? "w8" : "w", options);
    TIFFOpenOptionsFree(options);
    if (!tiff_) throw data::UsageError(path + " can't be written: " + std::strerror(errno));
  }
  ~Writer() {
    if (!tiff_) return;
    TIFFClose(tiff_);
    ::unlink(part_.c_str());
  }
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;
  [[nodiscard]] TIFF* get() const { return tiff_; }
  void require(bool good) const {
    if (!good) throw std::runtime_error(path_ + " can't be written; is the disk full?");
  }
  void commit() {
    require(TIFFFlush(tiff_) == 1);
    TIFFClose(tiff_);
    tiff_ = nullptr;
    if (std::rename(part_.c_str(), path_.c_str()) == 0) return;
    const std::string reason = std::strerror(errno);
    ::unlink(part_.c_str());
    throw std::runtime_error(path_ + " can't be written: " + reason);
  }

private:
  std::string path_, part_;
  TIFF* tiff_ = nullptr;
};

} // namespace

void writeTiff(const std::string& path, const data::FieldInfo& info, std::span<const std::byte> bytes) {
  const auto size = sizeOf(info.type);
  const auto plane = static_cast<std::size_t>(info.shape[0] * info.shape[1]) * size;
  if (bytes.size() != plane * static_cast<std::size_t>(info.shape[2] * info.time.size * info.components))
    throw data::UsageError(path + ": " + std::to_string(bytes.size()) +
                           " bytes of values do not fit the field's shape");
  if (plane > (std::size_t{1} << 31)) throw data::UsageError(path + " can't be written as TIFF: a plane is too large");
  const bool cartesian = info.frame == data::Frame::Cartesian && !lengthUnit(info.worldUnit).empty();
  if (info.frame == data::Frame::LonLat || (cartesian && !isPlain(info)))
    throw data::UsageError(path + " can't be written as TIFF: the field's placement is more than a pixel size");
  for (const auto& axis : info.coordinates)
    if (!axis.empty())
      throw data::UsageError(path + " can't be written as TIFF: the field has an axis with uneven steps");

  Writer writer(path, bytes.size() > (std::size_t{3} << 30));
  TIFF* tif = writer.get();
  const std::string description = describe(info, cartesian);
  const data::Vec3 step = info.indexToWorld.spacing();
  const auto volume = plane * static_cast<std::size_t>(info.shape[2]);
  bool first = true;
  for (std::int64_t t = 0; t < info.time.size; ++t) {
    for (std::int64_t z = 0; z < info.shape[2]; ++z) {
      for (std::int64_t c = 0; c < info.components; ++c) {
        TIFFSetField(tif, TIFFTAG_IMAGEWIDTH, static_cast<std::uint32_t>(info.shape[0]));
        TIFFSetField(tif, TIFFTAG_IMAGELENGTH, static_cast<std::uint32_t>(info.shape[1]));
        TIFFSetField(tif, TIFFTAG_BITSPERSAMPLE, static_cast<std::uint16_t>(size * 8));
        TIFFSetField(tif, TIFFTAG_SAMPLESPERPIXEL, static_cast<std::uint16_t>(1));
        const bool isSigned = nameOf(info.type).front() == 'i';
        TIFFSetField(tif, TIFFTAG_SAMPLEFORMAT,
                     static_cast<std::uint16_t>(isFloating(info.type) ? SAMPLEFORMAT_IEEEFP
                                                : isSigned            ? SAMPLEFORMAT_INT
                                                                      : SAMPLEFORMAT_UINT));
        TIFFSetField(tif, TIFFTAG_PHOTOMETRIC, static_cast<std::uint16_t>(PHOTOMETRIC_MINISBLACK));
        TIFFSetField(tif, TIFFTAG_COMPRESSION, static_cast<std::uint16_t>(COMPRESSION_ADOBE_DEFLATE));
        TIFFSetField(tif, TIFFTAG_ROWSPERSTRIP, static_cast<std::uint32_t>(info.shape[1]));
        if (cartesian) {
          TIFFSetField(tif, TIFFTAG_RESOLUTIONUNIT, static_cast<std::uint16_t>(RESUNIT_NONE));
          TIFFSetField(tif, TIFFTAG_XRESOLUTION, static_cast<float>(1 / step[0]));
          TIFFSetField(tif, TIFFTAG_YRESOLUTION, static_cast<float>(1 / step[1]));
        }
        if (first) TIFFSetField(tif, TIFFTAG_IMAGEDESCRIPTION, description.c_str());
        first = false;
        const std::byte* from = bytes.data() + static_cast<std::size_t>(c * info.time.size + t) * volume +
                                static_cast<std::size_t>(z) * plane;
        std::vector<std::byte> pixels(from, from + plane); // libtiff may change what it is given
        writer.require(TIFFWriteEncodedStrip(tif, 0, pixels.data(), static_cast<tmsize_t>(plane)) >= 0);
        writer.require(TIFFWriteDirectory(tif) == 1);
      }
    }
  }
  writer.commit();
}

} // namespace discern::io
