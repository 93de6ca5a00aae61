#include "io/netcdf/curvilinear_grid.h"

#include "data/error.h"
#include "io/file_text.h"
#include "io/grids/lonlat/lonlat_cells.h"
#include "io/netcdf/cf_axis.h"
#include "io/netcdf/library_lock.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <sstream>
#include <vtkPolyData.h>

namespace discern::io {

namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();
constexpr std::int64_t surveyed = std::int64_t{1}
                                  << 22; ///< cells of a grid whose corners are looked at when it is opened
constexpr std::int64_t mostCells = std::int64_t{1} << 26; ///< of a grid: 64 million, 6 GB of polygons

/// One step of a variable as numbers: the last `axes` dimensions, the first index of the others. Missing ones are NaN.
std::vector<double> firstStep(const NetcdfFile& file, const NetcdfVariable& variable, std::size_t axes) {
  std::vector<std::size_t> start(variable.dimensions.size(), 0), count(variable.dimensions.size(), 1);
  std::size_t size = 1;
  for (std::size_t i = variable.dimensions.size() - axes; i < variable.dimensions.size(); ++i)
    size *= count[i] = static_cast<std::size_t>(variable.dimensions[i].length);
  const data::ScalarType type = *netcdfType(variable.type);
  std::vector<std::byte> bytes(size * sizeOf(type));
  file.read(variable, start, count, bytes.data());
  std::vector<double> missing;
  for (const char* name : {"_FillValue", "missing_value"})
    for (const double value : file.numbers(variable, name))
      missing.push_back(value);
  const auto scale = file.numbers(variable, "scale_factor"), offset = file.numbers(variable, "add_offset");
  const double by = scale.size() == 1 ? scale[0] : 1, from = offset.size() == 1 ? offset[0] : 0;
  std::vector<double> numbers(size);
  data::dispatch(type, [&](auto tag) {
    const auto* stored = reinterpret_cast<const typename decltype(tag)::type*>(bytes.data());
    for (std::size_t i = 0; i < size; ++i) {
      const auto value = static_cast<double>(stored[i]);
      const bool absent = std::find(missing.begin(), missing.end(), value) != missing.end() || std::abs(value) > 1e6;
      numbers[i] = absent ? nothing : value * by + from;
    }
  });
  return numbers;
}

/// The corners of each cell where the file has them: dimensions y, x, 4.
std::optional<NetcdfVariable> cornersOf(const NetcdfFile& file, const NetcdfVariable& centre) {
  const std::string name = file.text(centre, "bounds");
  for (const NetcdfVariable& other : file.variables()) {
    if (name.empty() || other.shortName != name || other.dimensions.size() != 3 || !netcdfType(other.type)) continue;
    const std::size_t last = centre.dimensions.size() - 1;
    if (other.dimensions[2].length == 4 && other.dimensions[0].id == centre.dimensions[last - 1].id &&
        other.dimensions[1].id == centre.dimensions[last].id)
      return other;
  }
  return std::nullopt;
}

class CurvilinearGrid final : public data::GridSource {
public:
  CurvilinearGrid(std::shared_ptr<const NetcdfFile> file, NetcdfVariable lon, NetcdfVariable lat)
      : file_(std::move(file)), lon_(std::move(lon)), lat_(std::move(lat)) {
    const std::size_t last = lon_.dimensions.size() - 1;
    columns_ = lon_.dimensions[last].length;
    rows_ = lon_.dimensions[last - 1].length;
    lonCorners_ = cornersOf(*file_, lon_);
    latCorners_ = cornersOf(*file_, lat_);
    info_.name = lon_.name + ", " + lat_.name;
    info_.kind = data::GridKind::Structured;
    info_.cells = columns_ * rows_;
    info_.points = 4 * info_.cells;
    info_.frame = data::Frame::LonLat;
    info_.worldUnit = "degrees";
    info_.transform = "coordinates";
    info_.bytes = static_cast<double>(info_.cells) * (4 * 12 + 5 * 8);
    info_.source = file_->format();
    survey();
    if (info_.cells > surveyed || info_.lo[0] > info_.hi[0]) return;
    const auto cells = polygons();
    double bounds[6];
    cells->GetBounds(bounds);
    info_.lo = {bounds[0], bounds[2], 0};
    info_.hi = {bounds[1], bounds[3], 0};
  }
  [[nodiscard]] const data::GridInfo& info() const override { return info_; }
  [[nodiscard]] vtkSmartPointer<vtkDataObject> read(std::int64_t time) const override {
    if (time != 0) throw data::UsageError("grid " + info_.name + " has one time step");
    const auto lock = lockHdf5();
    return polygons();
  }

private:
  /// The bounds of the middles.
  void survey() {
    info_.lo = {1, 1, 0};
    info_.hi = {0, 0, 0};
    const auto lon = firstStep(*file_, lon_, 2), lat = firstStep(*file_, lat_, 2);
    bool first = true;
    for (std::size_t i = 0; i < lon.size(); ++i) {
      if (!std::isfinite(lon[i]) || !std::isfinite(lat[i])) continue;
      const std::array at{std::remainder(lon[i], 360.0), lat[i]};
      for (std::size_t a = 0; a < 2; ++a) {
        info_.lo[a] = first ? at[a] : std::min(info_.lo[a], at[a]);
        info_.hi[a] = first ? at[a] : std::max(info_.hi[a], at[a]);
      }
      first = false;
    }
  }
  [[nodiscard]] vtkSmartPointer<vtkPolyData> polygons() const {
    const auto lon = firstStep(*file_, lon_, 2), lat = firstStep(*file_, lat_, 2);
    LonLatCells cells(info_.cells, 4);
    if (lonCorners_ && latCorners_) {
      const auto lonAt = firstStep(*file_, *lonCorners_, 3), latAt = firstStep(*file_, *latCorners_, 3);
      for (std::size_t i = 0; i < lon.size(); ++i) {
        std::array<LonLat, 4> corners{};
        for (std::size_t k = 0; k < 4; ++k)
          corners[k] = {lonAt[4 * i + k], latAt[4 * i + k]};
        cells.add(corners, lon[i]);
      }
      return cells.take();
    }
    const std::vector<LonLat> between = cornersBetween(columns_, rows_, lon, lat);
    for (std::int64_t j = 0; j < rows_; ++j)
      for (std::int64_t i = 0; i < columns_; ++i) {
        const auto corner = static_cast<std::size_t>(j * (columns_ + 1) + i);
        const auto up = static_cast<std::size_t>(columns_ + 1);
        const std::array corners{between[corner], between[corner + 1], between[corner + up + 1], between[corner + up]};
        cells.add(corners, lon[static_cast<std::size_t>(j * columns_ + i)]);
      }
    return cells.take();
  }

  std::shared_ptr<const NetcdfFile> file_;
  NetcdfVariable lon_, lat_;
  std::optional<NetcdfVariable> lonCorners_, latCorners_;
  std::int64_t columns_ = 0, rows_ = 0;
  data::GridInfo info_;
};

bool speaksOf(const NetcdfFile& file, const NetcdfVariable& variable, const char* standardName,
              bool (*isUnit)(const std::string&)) {
  return isUnit(file.text(variable, "units")) || file.text(variable, "standard_name") == standardName;
}

} // namespace

CurvilinearGrids::CurvilinearGrids(std::shared_ptr<const NetcdfFile> file) : file_(std::move(file)) {
  std::vector<NetcdfVariable> longitudes, latitudes;
  std::set<std::string> corners;
  for (const NetcdfVariable& variable : file_->variables())
    if (const std::string name = file_->text(variable, "bounds"); !name.empty()) corners.insert(name);
  for (const NetcdfVariable& variable : file_->variables()) {
    const std::size_t axes = variable.dimensions.size();
    if ((axes != 2 && axes != 3) || !netcdfType(variable.type) || corners.contains(variable.shortName)) continue;
    const std::int64_t columns = variable.dimensions[axes - 1].length, rows = variable.dimensions[axes - 2].length;
    if (columns < 1 || rows < 1 || columns > mostCells / rows) continue;
    if (axes == 3 && lowerCase(variable.dimensions[0].name) != "time") continue; // WRF
    if (speaksOf(*file_, variable, "longitude", isLongitudeUnit)) longitudes.push_back(variable);
    if (speaksOf(*file_, variable, "latitude", isLatitudeUnit)) latitudes.push_back(variable);
  }
  for (const NetcdfVariable& lon : longitudes)
    for (const NetcdfVariable& lat : latitudes) {
      const std::size_t axes = lon.dimensions.size();
      if (lat.dimensions.size() != axes || lat.dimensions[axes - 1].id != lon.dimensions[axes - 1].id ||
          lat.dimensions[axes - 2].id != lon.dimensions[axes - 2].id)
        continue;
      pairs_.push_back({lon, lat, lon.dimensions[axes - 1].id, lon.dimensions[axes - 2].id, nullptr, false});
      for (const NetcdfVariable* some : {&lon, &lat}) {
        helpers_.insert(some->name);
        if (const auto edges = cornersOf(*file_, *some)) helpers_.insert(edges->name);
      }
      break; // the first latitude that goes with it
    }
}

std::shared_ptr<const data::GridSource> CurvilinearGrids::gridOf(const NetcdfVariable& variable, int x, int y) {
  std::istringstream words(file_->text(variable, "coordinates"));
  std::set<std::string> named;
  for (std::string word; words >> word;)
    named.insert(word);
  Pair* best = nullptr;
  for (Pair& pair : pairs_) {
    if (pair.x != x || pair.y != y) continue;
    if (!best || (named.contains(pair.lon.shortName) && !named.contains(best->lon.shortName))) best = &pair;
  }
  if (!best) return nullptr;
  if (!best->grid) {
    best->grid = std::make_shared<CurvilinearGrid>(file_, best->lon, best->lat);
    best->nowhere = best->grid->info().lo[0] > best->grid->info().hi[0];
    if (best->nowhere)
      nowhere_.insert(best->lon.name + " and " + best->lat.name);
    else
      used_.push_back(best->grid);
  }
  if (best->nowhere) return nullptr;
  return best->grid;
}

} // namespace discern::io
