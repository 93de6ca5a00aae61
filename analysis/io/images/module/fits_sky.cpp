#include "fits_sky.h"

#include "io/file_text.h"

#include <cmath>
#include <cstring>
#include <numbers>
#include <wcslib.h>

namespace discern::io {

namespace {

constexpr std::size_t mostAxes = 16;
constexpr std::int64_t mostChannels = 65536; ///< whose spectral coordinates FieldInfo carries
constexpr double clearly = 3;                ///< so many times more one coordinate changes along an axis than the other

using Sky = std::array<double, 2>; ///< longitude, latitude in degrees

double turn(double degrees) { return std::remainder(degrees, 360.0); }

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

/// The reference system of the celestial axes (paper II, section 3.1 and its defaults of RADESYS).
std::string systemOf(const wcsprm& w) {
  const std::string kind(w.lngtyp);
  if (kind == "GLON") return "galactic";
  if (kind == "ELON") return "ecliptic";
  if (kind == "SLON") return "supergalactic";
  if (kind != "RA") return kind.empty() ? "unnamed" : kind;
  std::string system(w.radesys);
  const bool dated = !undefined(w.equinox) && w.equinox != 0;
  if (system.empty()) system = !dated ? "ICRS" : w.equinox < 1984 ? "FK4" : "FK5";
  if (system == "FK5") return "FK5 J" + numberText(dated ? w.equinox : 2000);
  if (system.starts_with("FK4")) return system + " B" + numberText(dated ? w.equinox : 1950);
  return system;
}

std::string spectralName(const std::string& type) {
  constexpr std::array<std::pair<const char*, const char*>, 12> names{{{"FREQ", "frequency"},
                                                                       {"AFRQ", "angular frequency"},
                                                                       {"ENER", "energy"},
                                                                       {"WAVN", "wavenumber"},
                                                                       {"VRAD", "radio velocity"},
                                                                       {"WAVE", "wavelength"},
                                                                       {"VOPT", "optical velocity"},
                                                                       {"ZOPT", "redshift"},
                                                                       {"AWAV", "wavelength in air"},
                                                                       {"VELO", "velocity"},
                                                                       {"BETA", "v/c"},
                                                                       {"FELO", "velocity"}}};
  for (const auto& [code, name] : names)
    if (type.starts_with(code)) return name;
  return type;
}

} // namespace

/// wcslib's description of a header; its memory is freed with it.
class FitsSky::World {
public:
  World(const FitsFile& fits, FitsRoles roles) : roles_(std::move(roles)) {
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
    if (!all_ || count_ < 1) return;
    std::array<int, NWCSFIX> repairs{};
    wcsfix(0, nullptr, all_, repairs.data()); // what it can't mend stays
    usable_ = wcsset(all_) == 0 && all_->naxis > 0 && all_->naxis <= static_cast<int>(mostAxes) &&
              (celestial() || all_->spec >= 0);
  }
  ~World() {
    if (all_) wcsvfree(&count_, &all_);
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] bool usable() const { return usable_; }
  [[nodiscard]] bool celestial() const { return all_->lng >= 0 && all_->lat >= 0; }
  [[nodiscard]] const wcsprm& first() const { return *all_; }

  [[nodiscard]] data::SkyPosition at(const data::Vec3& index) const {
    std::array<double, mostAxes> pixel{}, intermediate{}, world{};
    const auto axes = static_cast<std::size_t>(all_->naxis);
    for (std::size_t i = 0; i < axes; ++i) {
      const int role = i < roles_.size() ? roles_[i] : -1;
      pixel[i] = role >= 0 && role < 3 ? index[static_cast<std::size_t>(role)] + 1 : 1;
    }
    double phi = 0, theta = 0;
    int failed = 0;
    const std::lock_guard lock(mutex_); // it keeps its last error inside
    const int status =
        wcsp2s(all_, 1, all_->naxis, pixel.data(), intermediate.data(), &phi, &theta, world.data(), &failed);
    data::SkyPosition position;
    if (status != 0 && status != WCSERR_BAD_PIX) return position;
    const auto good = [&](int axis) { return axis >= 0 && (failed >> axis & 1) == 0; };
    if (celestial() && good(all_->lng) && good(all_->lat)) {
      position.longitude = world[static_cast<std::size_t>(all_->lng)];
      position.latitude = world[static_cast<std::size_t>(all_->lat)];
    }
    if (good(all_->spec)) position.spectral = world[static_cast<std::size_t>(all_->spec)];
    return position;
  }
  /// The sky alone; nothing where there is none.
  [[nodiscard]] std::optional<Sky> sky(const data::Vec3& index) const {
    const data::SkyPosition position = at(index);
    if (!std::isfinite(position.longitude) || !std::isfinite(position.latitude)) return std::nullopt;
    return Sky{position.longitude, position.latitude};
  }
  /// The role of a FITS axis.
  [[nodiscard]] int roleOf(int axis) const {
    return axis >= 0 && static_cast<std::size_t>(axis) < roles_.size() ? roles_[static_cast<std::size_t>(axis)] : -1;
  }

private:
  FitsRoles roles_;
  int count_ = 0;
  wcsprm* all_ = nullptr;
  bool usable_ = false;
  mutable std::mutex mutex_;
};

namespace {

/// What changes along each axis at `middle`, and which way.
template <typename World>
void nameAxes(const World& world, const data::Vec3& middle, data::SkyInfo& sky, const data::Index3& shape) {
  const auto here = world.sky(middle);
  for (std::size_t axis = 0; axis < 3; ++axis) {
    if (shape[axis] < 2) continue;
    if (static_cast<int>(axis) == sky.spectralAxis) {
      data::Vec3 next = middle;
      next[axis] += 1;
      sky.axes[axis] = sky.spectralName;
      sky.signs[axis] = world.at(next).spectral < world.at(middle).spectral ? -1 : 1;
      continue;
    }
    data::Vec3 next = middle;
    next[axis] += 1;
    const auto there = here ? world.sky(next) : std::nullopt;
    if (!there) continue;
    const double across = turn((*there)[0] - (*here)[0]) * std::cos((*here)[1] * std::numbers::pi / 180);
    const double along = (*there)[1] - (*here)[1];
    const auto names = sky.names();
    if (std::abs(across) > clearly * std::abs(along)) {
      sky.axes[axis] = names[0];
      sky.signs[axis] = across < 0 ? -1 : 1;
    } else if (std::abs(along) > clearly * std::abs(across)) {
      sky.axes[axis] = names[1];
      sky.signs[axis] = along < 0 ? -1 : 1;
    }
  }
}

/// The spectral coordinate of every channel, unless it depends on the place too.
template <typename World>
std::vector<double> channels(const World& world, std::size_t axis, const data::Index3& shape) {
  if (shape[axis] > mostChannels) return {};
  data::Vec3 low{0, 0, 0}, high{0, 0, 0};
  for (std::size_t other = 0; other < 3; ++other)
    high[other] = other == axis ? 0 : static_cast<double>(shape[other] - 1);
  high[axis] = low[axis] = static_cast<double>(shape[axis] - 1);
  const double here = world.at(low).spectral, there = world.at(high).spectral;
  if (!(std::abs(here - there) <= 1e-9 * std::abs(here))) return {};
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(shape[axis]));
  for (std::int64_t i = 0; i < shape[axis]; ++i) {
    data::Vec3 index{0, 0, 0};
    index[axis] = static_cast<double>(i);
    values.push_back(world.at(index).spectral);
    if (!std::isfinite(values.back())) return {};
  }
  return values;
}

/// Sets the affine when longitude and latitude are even along x and y; wrong by less than a thousandth of a pixel at
/// the corners.
template <typename World>
void placeEven(const World& world, const Sky& centre, data::FieldInfo& info) {
  const double width = static_cast<double>(info.shape[0] - 1), height = static_cast<double>(info.shape[1] - 1);
  const auto right = world.sky({width / 2 + 1, height / 2, 0}), up = world.sky({width / 2, height / 2 + 1, 0});
  if (!right || !up) return;
  const double stepX = turn((*right)[0] - centre[0]), stepY = (*up)[1] - centre[1];
  if (stepX == 0 || stepY == 0 || !std::isfinite(stepX * stepY) || std::abs(stepX) * width > 360.5) return;
  for (const double x : {0.0, width / 2, width})
    for (const double y : {0.0, height / 2, height}) {
      const auto sky = world.sky({x, y, 0});
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

/// A field that lies on the sky.
class SkyField final : public data::FieldSource {
public:
  SkyField(std::shared_ptr<const data::FieldSource> field, std::shared_ptr<const FitsSky> sky)
      : field_(std::move(field)), sky_(std::move(sky)) {}
  [[nodiscard]] const data::FieldInfo& info() const override { return field_->info(); }
  void read(const data::Slab& slab, std::span<std::byte> out) const override { field_->read(slab, out); }
  void series(const data::Index3& voxel, std::int64_t t0, std::int64_t t1, int component,
              std::span<double> out) const override {
    field_->series(voxel, t0, t1, component, out);
  }
  [[nodiscard]] data::SkyPosition skyAt(const data::Vec3& index) const override { return sky_->at(index); }

private:
  std::shared_ptr<const data::FieldSource> field_;
  std::shared_ptr<const FitsSky> sky_;
};

} // namespace

FitsSky::FitsSky(std::unique_ptr<World> world) : world_(std::move(world)) {}
FitsSky::~FitsSky() = default;

std::shared_ptr<const FitsSky> FitsSky::read(const FitsFile& fits, FitsRoles roles) {
  auto world = std::make_unique<World>(fits, std::move(roles));
  return world->usable() ? std::shared_ptr<const FitsSky>(new FitsSky(std::move(world))) : nullptr;
}

data::SkyPosition FitsSky::at(const data::Vec3& index) const { return world_->at(index); }

std::string FitsSky::describe(data::FieldInfo& info) const {
  const World& world = *world_;
  const wcsprm& w = world.first();
  data::Vec3 middle{};
  for (std::size_t axis = 0; axis < 3; ++axis)
    middle[axis] = static_cast<double>(info.shape[axis] - 1) / 2;
  data::SkyInfo sky;
  if (world.celestial()) {
    sky.system = systemOf(w);
    sky.projection = w.cel.prj.code;
  }
  if (w.spec >= 0) {
    const auto spec = static_cast<std::size_t>(w.spec);
    sky.spectralName = spectralName(w.ctype[spec]);
    sky.spectralUnit = w.cunit[spec];
    if (const int role = world.roleOf(w.spec); role >= 0 && role < 3) {
      sky.spectralAxis = role;
      sky.spectral = channels(world, static_cast<std::size_t>(role), info.shape);
      info.axisNames[static_cast<std::size_t>(role)] = sky.spectralName;
    }
  }
  nameAxes(world, middle, sky, info.shape);
  const auto [lon, lat] = sky.names();
  info.sky = sky;
  if (!world.celestial()) return {};
  const auto centre = world.sky(middle);
  if (!centre) return sky.system + ", " + sky.projection + ", its centre is not on the sky";
  std::string line = lon + " " + numberText((*centre)[0]) + "°, " + lat + " " + numberText((*centre)[1]) + "°, " +
                     sky.system + ", " + sky.projection;
  const auto right = world.sky({middle[0] + 1, middle[1], middle[2]}),
             up = world.sky({middle[0], middle[1] + 1, middle[2]});
  if (right && up && info.shape[0] > 1 && info.shape[1] > 1) {
    const double across = distance(*centre, *right), along = distance(*centre, *up);
    line += ", " + angle(across) + (std::abs(across - along) > 0.001 * across ? " × " + angle(along) : "") + "/pixel";
  }
  if (w.lng == 0 && w.lat == 1 && sky.projection == "CAR" && info.shape[0] > 1 && info.shape[1] > 1) {
    placeEven(world, *centre, info);
    if (info.frame == data::Frame::LonLat) info.axisNames = {lon, lat, info.axisNames[2]};
  }
  return line;
}

std::shared_ptr<const data::FieldSource> onSky(std::shared_ptr<const data::FieldSource> field,
                                               std::shared_ptr<const FitsSky> sky) {
  return sky ? std::make_shared<SkyField>(std::move(field), std::move(sky)) : field;
}

} // namespace discern::io
