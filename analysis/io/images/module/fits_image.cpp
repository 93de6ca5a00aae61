#include "fits_image.h"

#include "fits_sky.h"
#include "io/file_text.h"
#include "io/raw_field.h"
#include "io/region_field.h"

#include <algorithm>
#include <limits>

namespace discern::io {

namespace {

using data::ScalarType;

constexpr std::size_t mostAxes = 9;

/// Which of x, y, z, time, component (0 to 4) each FITS axis is; -1: of length 1, or only its first is read.
struct Axes {
  int count = 0;
  std::array<long, mostAxes> length{};
  std::array<int, mostAxes> role{};
};

Axes axesOf(const FitsFile& fits, const Axes& found, std::vector<std::string>& warnings, data::FieldInfo& info) {
  Axes axes = found;
  bool taken[5] = {true, true, false, false, false};
  for (std::size_t i = 0; i < static_cast<std::size_t>(axes.count); ++i) {
    axes.role[i] = i < 2 ? static_cast<int>(i) : -1;
    const std::string kind = fits.text("CTYPE" + std::to_string(i + 1)).value_or("");
    if (i < 2 || axes.length[i] == 1) continue;
    const int first = kind == "STOKES" && axes.length[i] <= 4 ? 4 : 2;
    int role = first;
    while (role < 4 && taken[role])
      ++role;
    if (role == 4 && first != 4) {
      warnings.push_back("Of axis " + std::to_string(i + 1) + " (" + (kind.empty() ? "unnamed" : kind) + ", " +
                         std::to_string(axes.length[i]) + " long) only the first is read.");
      continue;
    }
    taken[role] = true;
    axes.role[i] = role;
    if (role == 2 && !kind.empty()) info.axisNames[2] = kind;
  }
  for (std::size_t i = 0; i < static_cast<std::size_t>(axes.count); ++i) {
    if (axes.role[i] == 4)
      info.components = static_cast<int>(axes.length[i]);
    else if (axes.role[i] == 3)
      info.time.size = axes.length[i];
    else if (axes.role[i] >= 0)
      info.shape[static_cast<std::size_t>(axes.role[i])] = axes.length[i];
  }
  return axes;
}

int fitsType(ScalarType type) {
  switch (type) {
  case ScalarType::Int8:
    return TSBYTE;
  case ScalarType::UInt8:
    return TBYTE;
  case ScalarType::Int16:
    return TSHORT;
  case ScalarType::UInt16:
    return TUSHORT;
  case ScalarType::Int32:
    return TINT;
  case ScalarType::UInt32:
    return TUINT;
  case ScalarType::Int64:
    return TLONGLONG;
  case ScalarType::UInt64:
    return TULONGLONG;
  case ScalarType::Float32:
    return TFLOAT;
  case ScalarType::Float64:
    break;
  }
  return TDOUBLE;
}

class FitsField final : public RegionField {
public:
  FitsField(data::FieldInfo info, std::shared_ptr<const FitsFile> fits, int hdu, const Axes& axes)
      : RegionField(std::move(info)), fits_(std::move(fits)), hdu_(hdu), axes_(axes) {}

protected:
  void region(const data::Index3& lo, const data::Index3& hi, std::int64_t time, int component,
              std::byte* out) const override {
    std::array<long, mostAxes> first{}, last{}, step{};
    const std::array<std::int64_t, 5> from{lo[0], lo[1], lo[2], time, component},
        to{hi[0], hi[1], hi[2], time + 1, component + 1};
    for (std::size_t i = 0; i < static_cast<std::size_t>(axes_.count); ++i) {
      const int role = axes_.role[i];
      first[i] = role < 0 ? 1 : static_cast<long>(from[static_cast<std::size_t>(role)]) + 1;
      last[i] = role < 0 ? 1 : static_cast<long>(to[static_cast<std::size_t>(role)]);
      step[i] = 1;
    }
    const auto lock = lockFits();
    if (!fits_->select(hdu_)) throw data::ReadError(fits_->path(), "HDU " + std::to_string(hdu_) + " is gone");
    int status = 0, any = 0;
    float nan32 = std::numeric_limits<float>::quiet_NaN();
    double nan64 = std::numeric_limits<double>::quiet_NaN();
    void* missing = info_.type == ScalarType::Float32   ? static_cast<void*>(&nan32)
                    : info_.type == ScalarType::Float64 ? static_cast<void*>(&nan64)
                                                        : nullptr;
    fits_read_subset(fits_->get(), fitsType(info_.type), first.data(), last.data(), step.data(), missing, out, &any,
                     &status);
    fits_->must(status, "pixels of " + info_.name + " can't be read");
  }

private:
  std::shared_ptr<const FitsFile> fits_;
  int hdu_;
  Axes axes_;
};

/// The type that the convention for unsigned numbers stands for: a BZERO of half the range (FITS standard 4.0, table
/// 11).
std::optional<ScalarType> shiftedType(int bitpix, double slope, double zero) {
  if (slope != 1) return std::nullopt;
  if (bitpix == BYTE_IMG && zero == -128.0) return ScalarType::Int8;
  if (bitpix == SHORT_IMG && zero == 32768.0) return ScalarType::UInt16;
  if (bitpix == LONG_IMG && zero == 2147483648.0) return ScalarType::UInt32;
  if (bitpix == LONGLONG_IMG && zero == 9223372036854775808.0) return ScalarType::UInt64;
  return std::nullopt;
}

ScalarType storedType(const FitsFile& fits, int bitpix) {
  switch (bitpix) {
  case BYTE_IMG:
    return ScalarType::UInt8;
  case SHORT_IMG:
    return ScalarType::Int16;
  case LONG_IMG:
    return ScalarType::Int32;
  case LONGLONG_IMG:
    return ScalarType::Int64;
  case FLOAT_IMG:
    return ScalarType::Float32;
  case DOUBLE_IMG:
    return ScalarType::Float64;
  default:
    throw data::ReadError(fits.path(), "BITPIX is " + std::to_string(bitpix) + ", which FITS does not have");
  }
}

/// Throws unless the data of the HDU, `bytes` long, lie in the file. Compressed tiles must be of a bearable size.
void checkSizes(const FitsFile& fits, double bytes, bool compressed, const std::string& name) {
  LONGLONG head = 0, start = 0, end = 0;
  int status = 0;
  fits_get_hduaddrll(fits.get(), &head, &start, &end, &status);
  fits.must(status, "the place of " + name + " can't be found");
  double need = bytes;
  if (compressed) {
    need =
        static_cast<double>(fits.whole("NAXIS1").value_or(0)) * static_cast<double>(fits.whole("NAXIS2").value_or(0)) +
        static_cast<double>(fits.whole("PCOUNT").value_or(0));
    double tile = 8;
    for (int i = 1; i <= 6; ++i)
      tile *= static_cast<double>(
          fits.whole("ZTILE" + std::to_string(i)).value_or(i == 1 ? fits.whole("ZNAXIS1").value_or(1) : 1));
    if (!(tile > 0) || tile > 256e6)
      throw data::ReadError(fits.path(), "the compressed tiles of " + name + " hold " + byteText(tile) +
                                             "; up to 256 MB were expected");
    // No compression of FITS makes more than about a thousand bytes of one on the average.
    if (bytes > need * 4096)
      throw data::ReadError(fits.path(), name + " promises " + byteText(bytes) + " of pixels in " + byteText(need) +
                                             " of compressed data");
  }
  if (static_cast<double>(start) + need > static_cast<double>(fits.size()))
    throw data::ReadError(fits.path(), name + " promises " + byteText(need) + " of data from byte " +
                                           std::to_string(start) + " on, but the file ends at byte " +
                                           std::to_string(fits.size()) + "; it is cut short or its header is wrong");
}

} // namespace

std::shared_ptr<const data::FieldSource> fitsImage(const std::shared_ptr<const FitsFile>& file, int hdu,
                                                   const std::string& name, data::DatasetInfo& dataset) {
  const FitsFile& fits = *file;
  int status = 0, bitpix = 0;
  Axes axes;
  fits_get_img_param(fits.get(), mostAxes, &bitpix, &axes.count, axes.length.data(), &status);
  fits.must(status, "the header of " + name + " can't be read");
  if (axes.count == 0) return nullptr;
  if (axes.count > static_cast<int>(mostAxes))
    throw data::ReadError(fits.path(), name + " has " + std::to_string(axes.count) + " axes; up to 9 were expected");
  double elements = 1;
  for (std::size_t i = 0; i < static_cast<std::size_t>(axes.count); ++i)
    elements *= static_cast<double>(axes.length[i]);
  if (elements == 0) return nullptr;
  if (!(elements > 0)) throw data::ReadError(fits.path(), name + " has an axis of negative length");
  const bool compressed = fits_is_compressed_image(fits.get(), &status) != 0;
  checkSizes(fits, elements * std::abs(bitpix) / 8, compressed, name);

  data::FieldInfo info;
  info.name = name;
  info.unit = fits.text("BUNIT").value_or("");
  info.quantity = fits.text("BTYPE").value_or("");
  info.transform = "none";
  info.worldUnit = "px";
  axes = axesOf(fits, axes, dataset.warnings, info);
  const double slope = fits.number("BSCALE").value_or(1), zero = fits.number("BZERO").value_or(0);
  const auto blank = bitpix > 0 ? fits.whole(compressed && fits.whole("ZBLANK") ? "ZBLANK" : "BLANK") : std::nullopt;
  const ScalarType stored = storedType(fits, bitpix);
  const auto given = shiftedType(bitpix, slope, zero);
  const bool shifted = given.has_value();
  const bool scaled = !shifted && (slope != 1 || zero != 0);
  info.type = shifted ? *given : scaled ? scaledType(stored) : stored;
  if (blank && !isFloating(info.type)) info.missing = static_cast<double>(*blank) + (shifted ? zero : 0);
  info.levels = levelsFor(info.shape);
  info.labels = !isFloating(info.type) && speaksOfLabels(name);
  info.source = compressed ? "FITS, " + fits.text("ZCMPTYPE").value_or("compressed") : "FITS";
  const auto sky = FitsSky::read(fits, FitsRoles(axes.role.begin(), axes.role.begin() + axes.count));
  if (sky)
    if (const std::string line = sky->describe(info); !line.empty()) dataset.attributes["sky of " + name] = line;

  const bool direct = fits.plain() && !compressed && !shifted && !(scaled && blank);
  if (!direct) return onSky(std::make_shared<FitsField>(std::move(info), file, hdu, axes), sky);
  LONGLONG head = 0, start = 0, end = 0;
  fits_get_hduaddrll(fits.get(), &head, &start, &end, &status);
  fits.must(status, "the place of " + name + " can't be found");
  RawLayout layout;
  layout.base = start;
  layout.stored = stored;
  layout.swapped = sizeOf(stored) > 1;
  layout.scaled = scaled;
  layout.slope = slope;
  layout.intercept = zero;
  auto step = static_cast<std::int64_t>(sizeOf(stored));
  for (std::size_t i = 0; i < static_cast<std::size_t>(axes.count); ++i) {
    if (axes.role[i] >= 0) layout.stride[static_cast<std::size_t>(axes.role[i])] = step;
    step *= axes.length[i];
  }
  return onSky(rawField(std::move(info), fits.plain(), layout), sky);
}

} // namespace discern::io
