#include "io/tiff/tiff_reader.h"

#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/raw_field.h"
#include "io/region_field.h"
#include "io/tiff/tiff_description.h"
#include "io/tiff/tiff_file.h"
#include "io/whole/nan_field.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <tiffio.h>

namespace discern::io {

namespace {

/// Which page holds a plane: z·stepZ + t·stepT + c·stepC.
struct PageOrder {
  std::int64_t z = 1, t = 1, c = 1;
  std::int64_t stepZ = 1, stepT = 0, stepC = 0;
  [[nodiscard]] std::int64_t pages() const { return z * t * c; }
};

PageOrder orderOf(std::int64_t z, std::int64_t t, std::int64_t c, const std::string& fastestFirst) {
  PageOrder order{z, t, c, 0, 0, 0};
  std::int64_t step = 1;
  for (const char axis : fastestFirst) {
    if (axis == 'Z')
      order.stepZ = step, step *= z;
    else if (axis == 'T')
      order.stepT = step, step *= t;
    else if (axis == 'C')
      order.stepC = step, step *= c;
  }
  return order;
}

class TiffField final : public RegionField {
public:
  TiffField(data::FieldInfo info, std::shared_ptr<const TiffFile> tiff, const PageOrder& order)
      : RegionField(std::move(info)), tiff_(std::move(tiff)), order_(order) {}

  void series(const data::Index3& voxel, std::int64_t t0, std::int64_t t1, int component,
              std::span<double> out) const override {
    checkSeries(voxel, t0, t1, component, out);
    RegionField::series(voxel, t0, t1, component, out);
  }

protected:
  void region(const data::Index3& lo, const data::Index3& hi, std::int64_t time, int component,
              std::byte* out) const override {
    const int samples = tiff_->pages().front().format.samples;
    const std::int64_t plane = (hi[0] - lo[0]) * (hi[1] - lo[1]) * static_cast<std::int64_t>(sizeOf(info_.type));
    for (std::int64_t z = lo[2]; z < hi[2]; ++z, out += plane) {
      const std::int64_t page = z * order_.stepZ + time * order_.stepT + component / samples * order_.stepC;
      tiff_->read(tiff_->pages()[static_cast<std::size_t>(page)], component % samples, lo[0], hi[0], lo[1], hi[1], out);
    }
  }

private:
  std::shared_ptr<const TiffFile> tiff_;
  PageOrder order_;
};

/// The order that tifffile's shape asks for, or nothing when it doesn't fit the pages.
std::optional<PageOrder> shapedOrder(const TiffDescription& d, const TiffFormat& format, std::int64_t pages) {
  auto shape = d.shape;
  std::string axes = d.axes;
  if (format.samples > 1) { // one of the dimensions is the samples
    if (shape.size() < 3) return std::nullopt;
    const std::size_t at = format.separate && shape.back() == format.width ? shape.size() - 3 : shape.size() - 1;
    if (shape[at] != format.samples) return std::nullopt;
    shape.erase(shape.begin() + static_cast<std::ptrdiff_t>(at));
    if (!axes.empty()) axes.erase(at, 1);
  }
  if (shape.size() < 2 || shape.back() != format.width || shape[shape.size() - 2] != format.height) return std::nullopt;
  shape.resize(shape.size() - 2);
  if (!axes.empty()) axes.resize(axes.size() - 2);
  std::int64_t product = 1;
  for (const std::int64_t n : shape)
    if (__builtin_mul_overflow(product, n, &product)) return std::nullopt;
  if (pages != 1 && product != pages) return std::nullopt;
  if (axes.find_first_not_of("ZTC") != std::string::npos || axes.size() != shape.size()) axes.clear();
  if (axes.empty()) {
    // Without letters the innermost of the page dimensions is z, then time; of three, z and channels lie as in ImageJ.
    constexpr std::array<std::string_view, 4> usual{"", "Z", "TZ", "TZC"};
    if (shape.size() >= usual.size()) return std::nullopt;
    axes = usual[shape.size()];
  }
  std::int64_t z = 1, t = 1, c = 1;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    if (axes[i] == 'Z')
      z *= shape[i];
    else if (axes[i] == 'T')
      t *= shape[i];
    else
      c *= shape[i];
  }
  return orderOf(z, t, c, std::string(axes.rbegin(), axes.rend()));
}

/// How the pages lie along z, time and channel. `promised` gets the number of pages the description speaks of.
PageOrder pageOrder(const TiffDescription& d, const TiffFormat& format, std::int64_t pages,
                    std::vector<std::string>& warnings) {
  const PageOrder plain{pages, 1, 1, 1, 0, 0};
  using Kind = TiffDescription::Kind;
  if (d.kind == Kind::Shaped) {
    if (const auto order = shapedOrder(d, format, pages)) return *order;
    warnings.push_back("The shape in the description does not fit the pages; they are taken as planes along z.");
    return plain;
  }
  if ((d.kind != Kind::ImageJ && d.kind != Kind::Ome) || d.files > 1) return plain;
  const auto atLeastOne = [](std::int64_t n) { return std::max<std::int64_t>(n, 1); };
  std::int64_t z = atLeastOne(d.slices), t = atLeastOne(d.frames), c = atLeastOne(d.channels);
  if (d.kind == Kind::Ome && c % format.samples == 0 && c > 1 && format.samples > 1) c /= format.samples;
  std::int64_t product = 1;
  if (__builtin_mul_overflow(z, t, &product) || __builtin_mul_overflow(product, c, &product)) product = -1;
  if (product == 1 && d.images > 1) product = z = d.images;
  if (product == pages || (pages == 1 && product > 1)) return orderOf(z, t, c, d.order);
  warnings.push_back("The description speaks of " + std::to_string(d.slices) + " slices, " + std::to_string(d.frames) +
                     " frames and " + std::to_string(d.channels) + " channels, but the file has " +
                     std::to_string(pages) + " pages; they are taken as planes along z.");
  return plain;
}

void setSpace(const TiffDescription& d, const TiffFile& tiff, data::FieldInfo& info,
              std::vector<std::string>& warnings) {
  using Kind = TiffDescription::Kind;
  info.transform = "none";
  info.worldUnit = "px";
  std::string unit = d.unit;
  double x = 0, y = 0;
  if (d.kind == Kind::Ome) {
    x = d.pixelX.value_or(0);
    y = d.pixelY.value_or(x);
  } else if ((d.kind == Kind::ImageJ || d.kind == Kind::Shaped) && !unit.empty()) {
    x = tiff.resolutionX > 0 ? 1 / tiff.resolutionX : 0;
    y = tiff.resolutionY > 0 ? 1 / tiff.resolutionY : x;
  } else if (tiff.resolutionX > 0 && tiff.resolutionY > 0 && (tiff.resolutionUnit == 2 || tiff.resolutionUnit == 3)) {
    // Up to 2400 pixels an inch it is the resolution of a printer or a screen, and says nothing of the specimen.
    const double micrometres = tiff.resolutionUnit == 2 ? 25400 : 10000;
    if (micrometres / tiff.resolutionX * 2400 < 25400) {
      x = micrometres / tiff.resolutionX;
      y = micrometres / tiff.resolutionY;
      unit = "µm";
    }
  }
  if (unit.empty() || !(x > 0) || !(y > 0) || !std::isfinite(x) || !std::isfinite(y)) return;
  double z = d.spacing.value_or(0);
  if (!(z > 0)) {
    z = x;
    if (info.shape[2] > 1)
      warnings.push_back("The distance between planes is not given; that between columns was taken.");
  }
  info.indexToWorld = data::Affine::scaling({x, y, z});
  info.frame = data::Frame::Cartesian;
  info.worldUnit = unit;
  info.transform = "resolution";
}

std::string compressionName(std::uint16_t scheme) {
  const TIFFCodec* codec = TIFFFindCODEC(scheme);
  return scheme == COMPRESSION_NONE ? "uncompressed" : codec ? lowerCase(codec->name) : std::to_string(scheme);
}

/// The distance between the data of consecutive pages, when it is the same throughout and nothing is compressed.
std::optional<std::int64_t> evenSpacing(const std::vector<TiffPage>& pages, std::int64_t planeBytes) {
  if (pages.front().dataOffset < 0) return std::nullopt;
  if (pages.size() == 1) return planeBytes;
  const std::int64_t spacing = pages[1].dataOffset - pages[0].dataOffset;
  for (std::size_t i = 0; i < pages.size(); ++i)
    if (pages[i].dataOffset < 0 || pages[i].dataOffset != pages[0].dataOffset + static_cast<std::int64_t>(i) * spacing)
      return std::nullopt;
  return spacing >= planeBytes ? std::optional(spacing) : std::nullopt;
}

} // namespace

std::shared_ptr<data::Dataset> openTiff(const std::shared_ptr<const File>& file) {
  const std::string& path = file->path();
  auto tiff = std::make_shared<TiffFile>(file);
  std::vector<TiffPage> pages = tiff->pages();
  const TiffFormat format = pages.front().format;
  data::DatasetInfo dataset;
  dataset.path = path;
  std::vector<std::byte> head = file->head(4);
  const bool big = std::to_integer<int>(head[2]) == 43 || std::to_integer<int>(head[3]) == 43;
  dataset.format = big ? "BigTIFF" : "TIFF";
  dataset.alone = true;

  // A stack is made of pages alike; others (a preview, another series) are said, not shown.
  const auto sameImage = [&](const TiffPage& page) {
    const TiffFormat& f = page.format;
    return f.width == format.width && f.height == format.height && f.bits == format.bits &&
           f.samples == format.samples && f.sampleFormat == format.sampleFormat;
  };
  const auto other = std::find_if_not(pages.begin(), pages.end(), sameImage);
  if (other != pages.end()) {
    dataset.warnings.push_back(std::to_string(pages.end() - other) + " of " + std::to_string(pages.size()) +
                               " pages are left out: they begin with one of another size or type.");
    pages.erase(other, pages.end());
  }
  if (tiff->reducedPages() > 0)
    dataset.warnings.push_back(std::to_string(tiff->reducedPages()) +
                               " reduced copies (thumbnails or pyramid levels) are left out.");
  if (tiff->orientation != ORIENTATION_TOPLEFT)
    dataset.warnings.push_back("The orientation tag (" + std::to_string(tiff->orientation) +
                               ") is not applied: rows and columns are shown as stored.");
  if (format.photometric == PHOTOMETRIC_PALETTE)
    dataset.warnings.push_back("The pixels are indices into a colour table; the indices are shown.");

  const TiffDescription description = parseTiffDescription(tiff->description());
  if (description.files > 1)
    dataset.warnings.push_back("The image is spread over " + std::to_string(description.files) +
                               " files, of which this one alone is read.");
  if (description.series > 1)
    dataset.warnings.push_back("The file describes " + std::to_string(description.series) +
                               " images; the first is read.");
  const auto count = static_cast<std::int64_t>(pages.size());
  PageOrder order = pageOrder(description, format, count, dataset.warnings);

  data::FieldInfo info;
  info.type = tiffType(path, format);
  RawLayout layout;
  const auto element = static_cast<std::int64_t>(sizeOf(info.type));
  const std::int64_t pixel = element * format.samples, row = pixel * format.width, plane = row * format.height;
  auto spacing = evenSpacing(pages, plane);
  if (order.pages() > count) {
    // ImageJ (beyond 4 GB) and tifffile write all planes behind one page of tags.
    const double end =
        static_cast<double>(pages.front().dataOffset) + static_cast<double>(plane) * static_cast<double>(order.pages());
    const bool reachable = pages.front().dataOffset >= 0 && pages.size() == 1;
    if (!reachable || end > static_cast<double>(file->size())) {
      if (reachable)
        throw data::ReadError(path, "the description promises " + std::to_string(order.pages()) + " planes of " +
                                        byteText(static_cast<double>(plane)) + ", but the file ends at " +
                                        byteText(static_cast<double>(file->size())) + "; it is cut short");
      dataset.warnings.push_back("The description promises " + std::to_string(order.pages()) +
                                 " planes; the file has " + std::to_string(count) + ".");
      order = {count, 1, 1, 1, 0, 0};
    }
  }
  if (order.c * format.samples > 65536) throw data::ReadError(path, "more than 65536 channels are promised");

  info.labels = !isFloating(info.type) && format.samples == 1 && order.c == 1 &&
                (speaksOfLabels(stemOf(path)) || speaksOfLabels(tiff->description()));
  info.name = info.labels ? "labels" : "image";
  info.shape = {format.width, format.height, order.z};
  info.components = static_cast<int>(order.c) * format.samples;
  info.time.size = order.t;
  if (order.t > 1 && description.interval) {
    info.time.unit = "s";
    for (std::int64_t t = 0; t < order.t; ++t)
      info.time.values.push_back(static_cast<double>(t) * *description.interval);
  }
  info.levels = levelsFor(info.shape);
  info.source = dataset.format + ", " + compressionName(format.compression);
  setSpace(description, *tiff, info, dataset.warnings);
  placeGeoTiff(tiff->geo(), info, dataset.attributes, dataset.warnings);
  const auto missing = tiff->geo().missing;

  switch (description.kind) {
  case TiffDescription::Kind::ImageJ:
    dataset.attributes["written by"] = "ImageJ " + description.version;
    break;
  case TiffDescription::Kind::Ome:
    dataset.attributes["description"] = "OME-XML";
    break;
  default:
    if (!tiff->description().empty()) dataset.attributes["description"] = tiff->description();
  }
  if (!tiff->software().empty()) dataset.attributes["software"] = tiff->software();
  dataset.attributes["compression"] = compressionName(format.compression);

  std::shared_ptr<const data::FieldSource> field;
  if (spacing) {
    layout.base = pages.front().dataOffset;
    layout.stored = info.type;
    layout.swapped = tiff->swapped();
    layout.stride = {pixel, row, *spacing * order.stepZ, *spacing * order.stepT,
                     format.samples > 1 ? element : *spacing * order.stepC};
    if (format.samples == 1 || order.c == 1) field = rawField(info, file, layout);
  }
  if (!field) field = std::make_shared<TiffField>(std::move(info), std::move(tiff), order);
  if (missing) field = withMissing(std::move(field), *missing);
  return std::make_shared<FieldsDataset>(std::move(dataset), std::vector{field});
}

} // namespace discern::io
