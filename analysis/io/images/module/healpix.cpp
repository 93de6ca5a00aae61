#include "healpix.h"

#include "fits_table.h"
#include "io/file_text.h"
#include "io/grids/lonlat/lonlat_cells.h"
#include "io/whole/whole_field.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <numbers>
#include <vtkPolyData.h>

namespace discern::io {

namespace {

constexpr std::int64_t greatestGrid = 12 << 20; ///< pixels that are made into cells: NSIDE 1024

/// The whole part of the root, exact.
std::int64_t root(std::int64_t n) {
  auto r = static_cast<std::int64_t>(std::sqrt(static_cast<double>(n)));
  while (r * r > n)
    --r;
  while ((r + 1) * (r + 1) <= n)
    ++r;
  return r;
}

/// z of ring `i` (1…4 nside − 1).
double ringHeight(std::int64_t nside, std::int64_t i) {
  const auto n = static_cast<double>(nside), r = static_cast<double>(i);
  if (i < nside) return 1 - r * r / (3 * n * n);
  if (i <= 3 * nside) return 4.0 / 3 - 2 * r / (3 * n);
  const double s = 4 * n - r;
  return s * s / (3 * n * n) - 1;
}

/// A place on the HEALPix projection (Calabretta & Roukema 2007, equations 1 to 5): every pixel is a square there,
/// stood on its corner, of half a diagonal π / (4 nside).
struct Plane {
  double x, y; ///< radians
};

/// The middle of the facet that a longitude lies in, where the projection is cut: beyond the latitude of sin⁻¹ 2/3.
double facetOf(double phi) {
  constexpr double quarter = std::numbers::pi / 2;
  return (std::floor(phi / quarter) + 0.5) * quarter;
}

Plane projected(const HealpixCentre& at) {
  constexpr double pi = std::numbers::pi;
  if (std::abs(at.z) <= 2.0 / 3) return {at.phi, 3 * pi / 8 * at.z};
  const double sigma = std::sqrt(3 * (1 - std::abs(at.z))), facet = facetOf(at.phi);
  return {facet + (at.phi - facet) * sigma, std::copysign(pi / 4 * (2 - sigma), at.z)};
}

/// The even bits of a number, put together.
std::int64_t evenBits(std::int64_t bits) {
  std::int64_t value = 0;
  for (int i = 0; i < 31; ++i)
    value |= (bits >> (2 * i) & 1) << i;
  return value;
}

/// What the header says of the pixels, and which ones the rows hold.
struct Sphere {
  std::int64_t nside = 0;
  bool nested = false;
  std::int64_t count = 0;
  std::vector<std::int64_t> pixels; ///< of a part of the sky; empty: all, in order

  [[nodiscard]] HealpixCentre centre(std::int64_t i) const {
    const std::int64_t pixel = pixels.empty() ? i : pixels[static_cast<std::size_t>(i)];
    return nested ? healpixNested(nside, pixel) : healpixRing(nside, pixel);
  }
};

class SphereGrid final : public data::GridSource {
public:
  SphereGrid(data::GridInfo info, std::string path, std::shared_ptr<const Sphere> sphere)
      : info_(std::move(info)), path_(std::move(path)), sphere_(std::move(sphere)) {}
  [[nodiscard]] const data::GridInfo& info() const override { return info_; }
  [[nodiscard]] vtkSmartPointer<vtkDataObject> read(std::int64_t time) const override {
    if (time != 0) throw data::UsageError("grid " + info_.name + " has one time step");
    if (sphere_->count > greatestGrid)
      throw data::ReadError(path_, "its " + std::to_string(sphere_->count) +
                                       " pixels are too many to be made into cells; up to NSIDE 1024 were expected");
    LonLatCells cells(sphere_->count, 5);
    std::vector<LonLat> corners;
    for (std::int64_t i = 0; i < sphere_->count; ++i) {
      const HealpixCentre at = sphere_->centre(i);
      healpixCorners(sphere_->nside, at, corners);
      cells.add(corners, at.phi * 180 / std::numbers::pi);
    }
    return vtkSmartPointer<vtkDataObject>(cells.take());
  }

private:
  data::GridInfo info_;
  std::string path_;
  std::shared_ptr<const Sphere> sphere_;
};

template <typename T>
std::vector<std::byte> readColumn(const FitsFile& fits, int hdu, int column, std::int64_t count) {
  const auto lock = lockFits();
  if (!fits.select(hdu)) throw data::ReadError(fits.path(), "HDU " + std::to_string(hdu) + " is gone");
  std::vector<std::byte> bytes(static_cast<std::size_t>(count) * sizeof(T));
  auto* values = reinterpret_cast<T*>(bytes.data());
  T none = std::numeric_limits<T>::quiet_NaN();
  int status = 0, any = 0;
  fits_read_col(fits.get(), sizeof(T) == 4 ? TFLOAT : TDOUBLE, column, 1, 1, count, &none, values, &any, &status);
  fits.must(status, "column " + std::to_string(column) + " can't be read");
  const double bad = fits.number("BAD_DATA").value_or(-1.6375e30), margin = std::abs(bad) * 1e-5;
  for (std::int64_t i = 0; i < count; ++i)
    if (std::abs(static_cast<double>(values[i]) - bad) <= margin) values[i] = none;
  return bytes;
}

data::FieldInfo pixelField(const std::string& name, const std::string& grid, std::int64_t count) {
  data::FieldInfo info;
  info.name = name;
  info.shape = {count, 1, 1};
  info.support = data::Support::Cells;
  info.grid = grid;
  info.frame = data::Frame::LonLat;
  info.worldUnit = "degrees";
  info.transform = "coordinates";
  info.source = "FITS, HEALPix";
  return info;
}

/// The reference system that COORDSYS names (HEALPix: C, G, E).
std::string systemOf(const std::string& word) {
  if (word.starts_with("C") || word.starts_with("c")) return "ICRS";
  if (word.starts_with("G") || word.starts_with("g")) return "galactic";
  if (word.starts_with("E") || word.starts_with("e")) return "ecliptic";
  return "unstated system";
}

} // namespace

HealpixCentre healpixRing(std::int64_t nside, std::int64_t pixel) {
  const std::int64_t all = 12 * nside * nside, cap = 2 * nside * (nside - 1);
  constexpr double pi = std::numbers::pi;
  if (pixel < cap) {
    const std::int64_t i = (1 + root(1 + 2 * pixel)) / 2, j = pixel - 2 * i * (i - 1);
    return {ringHeight(nside, i), pi / (2 * static_cast<double>(i)) * (static_cast<double>(j) + 0.5)};
  }
  if (pixel < all - cap) {
    const std::int64_t i = (pixel - cap) / (4 * nside) + nside, j = (pixel - cap) % (4 * nside);
    const double shift = (i - nside) % 2 == 0 ? 0.5 : 0;
    return {ringHeight(nside, i), pi / (2 * static_cast<double>(nside)) * (static_cast<double>(j) + shift)};
  }
  const std::int64_t left = all - pixel, s = (1 + root(2 * left - 1)) / 2, j = 4 * s - (left - 2 * s * (s - 1));
  return {ringHeight(nside, 4 * nside - s), pi / (2 * static_cast<double>(s)) * (static_cast<double>(j) + 0.5)};
}

HealpixCentre healpixNested(std::int64_t nside, std::int64_t pixel) {
  const std::int64_t face = pixel / (nside * nside), within = pixel % (nside * nside);
  const std::int64_t x = evenBits(within), y = evenBits(within >> 1);
  const std::int64_t row = face / 4, ring = (row + 2) * nside - x - y - 1;
  const std::int64_t around = std::min({ring, nside, 4 * nside - ring}); // a quarter of the ring's pixels
  const std::int64_t face2 = 2 * (face % 4) - row % 2 + 1;
  double phi =
      std::numbers::pi / 4 * (static_cast<double>(face2) + static_cast<double>(x - y) / static_cast<double>(around));
  if (phi < 0) phi += 2 * std::numbers::pi;
  return {ringHeight(nside, ring), phi};
}

void healpixCorners(std::int64_t nside, const HealpixCentre& centre, std::vector<std::array<double, 2>>& corners) {
  constexpr double pi = std::numbers::pi, degrees = 180 / pi;
  const Plane middle = projected(centre);
  const double half = pi / (4 * static_cast<double>(nside)), facet = facetOf(centre.phi);
  corners.clear();
  for (const auto& [dx, dy] : {std::pair{0.0, -1.0}, std::pair{1.0, 0.0}, std::pair{0.0, 1.0}, std::pair{-1.0, 0.0}}) {
    const double x = middle.x + dx * half, y = middle.y + dy * half;
    if (std::abs(y) <= pi / 4 * (1 + 1e-9)) {
      corners.push_back({x * degrees, std::asin(std::clamp(8 * y / (3 * pi), -1.0, 1.0)) * degrees});
      continue;
    }
    const double sigma = 2 - std::abs(4 * y / pi);
    if (sigma > 1e-9) {
      const double z = std::copysign(1 - sigma * sigma / 3, y);
      corners.push_back({(facet + (x - facet) / sigma) * degrees, std::asin(z) * degrees});
      continue;
    }
    // A pole: all longitudes of the facet, in the order in which the corners go round.
    for (const double side : {1.0, -1.0})
      corners.push_back({(facet + (y > 0 ? side : -side) * pi / 4) * degrees, std::copysign(90.0, y)});
  }
}

bool isHealpix(const FitsFile& fits) {
  return fits.text("PIXTYPE").value_or("") == "HEALPIX" && fits.whole("NSIDE").has_value();
}

void addHealpix(const std::shared_ptr<const FitsFile>& file, int hdu, const std::string& name,
                std::vector<std::shared_ptr<const data::FieldSource>>& fields,
                std::vector<std::shared_ptr<const data::GridSource>>& grids, data::DatasetInfo& dataset) {
  const FitsFile& fits = *file;
  checkTableSize(fits, name);
  auto sphere = std::make_shared<Sphere>();
  sphere->nside = *fits.whole("NSIDE");
  const std::string ordering = fits.text("ORDERING").value_or("RING");
  constexpr std::int64_t greatestNside = 1 << 15;
  if (sphere->nside < 1 || sphere->nside > greatestNside)
    throw data::ReadError(fits.path(), "NSIDE is " + std::to_string(sphere->nside) + "; 1 to 32768 was expected");
  if (!ordering.starts_with("RING") && !ordering.starts_with("NEST"))
    throw data::ReadError(fits.path(), "the pixels are ordered by \"" + ordering + "\"; RING or NESTED was expected");
  sphere->nested = ordering.starts_with("NEST");
  if (sphere->nested && (sphere->nside & (sphere->nside - 1)) != 0)
    throw data::ReadError(fits.path(),
                          "nested pixels need an NSIDE that is a power of two; it is " + std::to_string(sphere->nside));
  LONGLONG rows = 0;
  int status = 0, columns = 0;
  fits_get_num_rowsll(fits.get(), &rows, &status);
  fits_get_num_cols(fits.get(), &columns, &status);
  fits.must(status, "the header of " + name + " can't be read");
  const std::int64_t all = 12 * sphere->nside * sphere->nside;
  const bool part = fits.text("INDXSCHM").value_or("IMPLICIT") == "EXPLICIT";
  sphere->count = part ? rows : all;
  if (static_cast<double>(sphere->count) * 8 > wholeLimit)
    throw data::ReadError(fits.path(), "its " + std::to_string(sphere->count) + " pixels are too many");
  if (part) {
    sphere->pixels.resize(static_cast<std::size_t>(rows));
    int any = 0;
    static_assert(sizeof(LONGLONG) == sizeof(std::int64_t));
    fits_read_col(fits.get(), TLONGLONG, 1, 1, 1, rows, nullptr, sphere->pixels.data(), &any, &status);
    fits.must(status, "the pixels' numbers can't be read");
    for (const std::int64_t pixel : sphere->pixels)
      if (pixel < 0 || pixel >= all)
        throw data::ReadError(fits.path(), "pixel " + std::to_string(pixel) + " is not one of the " +
                                               std::to_string(all) + " of NSIDE " + std::to_string(sphere->nside));
  }
  for (int i = part ? 2 : 1; i <= columns; ++i) {
    const std::string own = fits.text("TTYPE" + std::to_string(i)).value_or("column " + std::to_string(i));
    int type = 0;
    LONGLONG repeat = 0, width = 0;
    fits_get_eqcoltypell(fits.get(), i, &type, &repeat, &width, &status);
    fits.must(status, "column " + own + " can't be read");
    if (type <= 0 || type == TSTRING || type == TLOGICAL || type == TBIT || type == TCOMPLEX || type == TDBLCOMPLEX ||
        rows * repeat != sphere->count) {
      dataset.warnings.push_back("Column " + own + " is left out: it does not hold one number for each of " +
                                 std::to_string(sphere->count) + " pixels.");
      continue;
    }
    data::FieldInfo info = pixelField(own, name, sphere->count);
    for (int k = 2;
         std::any_of(fields.begin(), fields.end(), [&](const auto& field) { return field->info().name == info.name; });
         ++k)
      info.name = own + " (" + std::to_string(k) + ")";
    info.unit = fits.text("TUNIT" + std::to_string(i)).value_or("");
    const bool single = type == TFLOAT || type == TBYTE || type == TSBYTE || type == TSHORT || type == TUSHORT;
    info.type = single ? data::ScalarType::Float32 : data::ScalarType::Float64;
    fields.push_back(wholeField(std::move(info), [file, hdu, i, single, count = sphere->count] {
      return single ? readColumn<float>(*file, hdu, i, count) : readColumn<double>(*file, hdu, i, count);
    }));
  }
  for (const bool longitude : {true, false}) {
    data::FieldInfo info = pixelField(
        std::string(longitude ? "longitude" : "latitude") + (grids.empty() ? "" : " of " + name), name, sphere->count);
    info.unit = "degrees";
    info.type = data::ScalarType::Float64;
    fields.push_back(wholeField(std::move(info), [sphere, longitude] {
      std::vector<std::byte> bytes(static_cast<std::size_t>(sphere->count) * sizeof(double));
      for (std::int64_t i = 0; i < sphere->count; ++i) {
        const HealpixCentre at = sphere->centre(i);
        const double degrees = (longitude ? at.phi : std::asin(at.z)) * 180 / std::numbers::pi;
        std::memcpy(bytes.data() + static_cast<std::size_t>(i) * sizeof(double), &degrees, sizeof(double));
      }
      return bytes;
    }));
  }
  data::GridInfo info;
  info.name = name;
  info.kind = data::GridKind::Unstructured;
  info.cells = sphere->count;
  info.points = sphere->count * 4;
  info.frame = data::Frame::LonLat;
  info.worldUnit = "degrees";
  info.lo = {0, -90, 0};
  info.hi = {360, 90, 0};
  info.transform = "coordinates";
  info.bytes = static_cast<double>(sphere->count) * (4 * 12 + 5 * 8);
  info.sky = systemOf(fits.text("COORDSYS").value_or(""));
  info.source = "FITS, HEALPix";
  dataset.attributes["HEALPix of " + name] =
      "NSIDE " + std::to_string(sphere->nside) + (sphere->nested ? ", nested" : ", ring") +
      (part ? ", a part of the sky" : "") + ", coordinates " + fits.text("COORDSYS").value_or("not said");
  grids.push_back(std::make_shared<SphereGrid>(std::move(info), fits.path(), std::move(sphere)));
}

} // namespace discern::io
