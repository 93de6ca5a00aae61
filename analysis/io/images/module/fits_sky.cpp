#include "fits_sky.h"

#include "io/file_text.h"

#include <cmath>
#include <numbers>
#include <wcslib.h>

namespace discern::io {

namespace {

using Sky = std::array<double, 2>; ///< longitude, latitude in degrees

/// The world coordinates of a header; wcslib's memory is freed with it.
class WorldCoordinates {
public:
  explicit WorldCoordinates(const FitsFile& fits) {
    int status = 0, cards = 0;
    char* text = nullptr;
    // Compressed images need their own keywords back (ZNAXIS → NAXIS), which this call does.
    fits_convert_hdr2str(fits.get(), 0, nullptr, 0, &text, &cards, &status);
    if (status == 0) {
      int rejected = 0;
      if (wcspih(text, cards, WCSHDR_all, 0, &rejected, &count_, &all_) != 0) all_ = nullptr;
    }
    fits_clear_errmsg();
    int ignored = 0;
    if (text) fits_free_memory(text, &ignored);
    usable_ = all_ && count_ > 0 && wcsset(all_) == 0 && all_->lng >= 0 && all_->lat >= 0 && all_->naxis <= 16;
  }
  ~WorldCoordinates() {
    if (all_) wcsvfree(&count_, &all_);
  }
  WorldCoordinates(const WorldCoordinates&) = delete;
  WorldCoordinates& operator=(const WorldCoordinates&) = delete;

  [[nodiscard]] bool usable() const { return usable_; }
  [[nodiscard]] const wcsprm& first() const { return *all_; }
  /// The sky at a voxel index of the first two axes, the reference pixel of the others; nothing where there is none.
  [[nodiscard]] std::optional<Sky> sky(double x, double y) const {
    std::array<double, 16> pixel{}, intermediate{}, world{};
    for (std::size_t i = 0; i < static_cast<std::size_t>(all_->naxis); ++i)
      pixel[i] = i == 0 ? x + 1 : i == 1 ? y + 1 : all_->crpix[i];
    double phi = 0, theta = 0;
    int failed = 0;
    if (wcsp2s(all_, 1, all_->naxis, pixel.data(), intermediate.data(), &phi, &theta, world.data(), &failed) != 0)
      return std::nullopt;
    return Sky{world[static_cast<std::size_t>(all_->lng)], world[static_cast<std::size_t>(all_->lat)]};
  }

private:
  int count_ = 0;
  wcsprm* all_ = nullptr;
  bool usable_ = false;
};

/// The angle between two places, in degrees.
double distance(const Sky& a, const Sky& b) {
  constexpr double radians = std::numbers::pi / 180;
  const double lat = std::sin((b[1] - a[1]) * radians / 2), lon = std::sin((b[0] - a[0]) * radians / 2);
  const double h = lat * lat + std::cos(a[1] * radians) * std::cos(b[1] * radians) * lon * lon;
  return 2 * std::asin(std::min(1.0, std::sqrt(h))) / radians;
}

std::string angle(double degrees) {
  if (degrees < 1.0 / 60) return numberText(degrees * 3600) + " arcsec";
  return degrees < 1 ? numberText(degrees * 60) + " arcmin" : numberText(degrees) + "°";
}

/// Sets the affine when longitude and latitude are even along x and y; wrong by less than a thousandth of a pixel at
/// the corners.
void placeEven(const WorldCoordinates& world, const Sky& centre, data::FieldInfo& info) {
  const double width = static_cast<double>(info.shape[0] - 1), height = static_cast<double>(info.shape[1] - 1);
  const auto right = world.sky(width / 2 + 1, height / 2), up = world.sky(width / 2, height / 2 + 1);
  if (!right || !up) return;
  const auto turn = [](double degrees) { return std::remainder(degrees, 360.0); };
  const double stepX = turn((*right)[0] - centre[0]), stepY = (*up)[1] - centre[1];
  if (stepX == 0 || stepY == 0 || !std::isfinite(stepX * stepY) || std::abs(stepX) * width > 360.5) return;
  for (const double x : {0.0, width / 2, width})
    for (const double y : {0.0, height / 2, height}) {
      const auto sky = world.sky(x, y);
      if (!sky || std::abs(turn((*sky)[0] - centre[0] - (x - width / 2) * stepX)) > 1e-3 * std::abs(stepX) ||
          std::abs((*sky)[1] - centre[1] - (y - height / 2) * stepY) > 1e-3 * std::abs(stepY))
        return;
    }
  info.indexToWorld =
      data::Affine::scaling({stepX, stepY, 1}, {centre[0] - width / 2 * stepX, centre[1] - height / 2 * stepY, 0});
  info.frame = data::Frame::LonLat;
  info.worldUnit = "degrees";
  info.transform = "coordinates";
}

} // namespace

std::string placeOnSky(const FitsFile& fits, data::FieldInfo& info) {
  if (info.shape[0] < 2 || info.shape[1] < 2) return {};
  const WorldCoordinates world(fits);
  if (!world.usable()) return {};
  const wcsprm& w = world.first();
  const double x = static_cast<double>(info.shape[0] - 1) / 2, y = static_cast<double>(info.shape[1] - 1) / 2;
  const std::string projection(w.cel.prj.code);
  const std::string kind(w.lngtyp);
  const std::string lon = kind == "RA" ? "RA" : kind == "GLON" ? "galactic longitude" : kind + " longitude";
  const std::string lat = kind == "RA" ? "Dec" : kind == "GLON" ? "galactic latitude" : kind + " latitude";
  const auto centre = world.sky(x, y);
  if (!centre) return projection + ", its centre is not on the sky";
  const auto right = world.sky(x + 1, y), up = world.sky(x, y + 1);
  std::string line =
      lon + " " + numberText((*centre)[0]) + "°, " + lat + " " + numberText((*centre)[1]) + "°, " + projection;
  if (right && up) {
    const double across = distance(*centre, *right), along = distance(*centre, *up);
    line += ", " + angle(across) + (std::abs(across - along) > 0.001 * across ? " × " + angle(along) : "") + "/pixel";
  }
  if (w.lng == 0 && w.lat == 1 && projection == "CAR") {
    placeEven(world, *centre, info);
    if (info.frame == data::Frame::LonLat) info.axisNames = {lon, lat, info.axisNames[2]};
  }
  return line;
}

} // namespace discern::io
