#include "data/error.h"
#include "io/fields/grib/module/grib_messages.h"
#include "io/fields_dataset.h"
#include "io/file_text.h"
#include "io/module.h"
#include "io/region_field.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>
#include <list>
#include <set>
#include <tuple>

namespace discern::io {

namespace {

using data::ScalarType;

constexpr std::int64_t mostPoints = 100'000'000;
constexpr std::size_t keptValues = 16 << 20; ///< of decoded messages, over a file

/// Decoded messages of a file, the latest kept.
class Decoded {
public:
  explicit Decoded(std::shared_ptr<const File> file) : file_(std::move(file)) {}
  using Values = std::shared_ptr<const std::vector<double>>;

  [[nodiscard]] Values get(const GribPlace& place, std::int64_t nx, std::int64_t ny) const {
    const auto lock = lockEccodes();
    for (auto at = kept_.begin(); at != kept_.end(); ++at)
      if (at->first == place.offset) {
        kept_.splice(kept_.begin(), kept_, at);
        return kept_.front().second;
      }
    auto values =
        std::make_shared<const std::vector<double>>(GribMessage(*file_, place.offset, place.length).values(nx, ny));
    if (values->empty())
      throw data::ReadError(file_->path(), "the values of the GRIB message at byte " + std::to_string(place.offset) +
                                               " can't be unpacked; it is damaged");
    kept_.emplace_front(place.offset, values);
    const std::size_t most = std::max<std::size_t>(2, keptValues / values->size());
    while (kept_.size() > most)
      kept_.pop_back();
    return values;
  }

private:
  std::shared_ptr<const File> file_;
  mutable std::list<std::pair<std::int64_t, Values>> kept_;
};

/// Which message has which level, time and ensemble member; no place: there is none.
using Slots = std::map<std::tuple<std::int64_t, std::int64_t, std::int64_t>, GribPlace>; ///< (time, member, level)

class GribField final : public RegionField {
public:
  GribField(data::FieldInfo info, std::shared_ptr<const Decoded> decoded, Slots slots)
      : RegionField(std::move(info)), decoded_(std::move(decoded)), slots_(std::move(slots)) {}

protected:
  void region(const data::Index3& lo, const data::Index3& hi, std::int64_t time, int component,
              std::byte* out) const override {
    const std::int64_t width = hi[0] - lo[0];
    for (std::int64_t z = lo[2]; z < hi[2]; ++z) {
      const auto found = slots_.find({time, component, z});
      const auto values =
          found == slots_.end() ? nullptr : decoded_->get(found->second, info_.shape[0], info_.shape[1]);
      for (std::int64_t y = lo[1]; y < hi[1]; ++y)
        for (std::int64_t x = lo[0]; x < hi[0]; ++x) {
          const double value = values ? (*values)[static_cast<std::size_t>(y * info_.shape[0] + x)]
                                      : std::numeric_limits<double>::quiet_NaN();
          const std::size_t to =
              static_cast<std::size_t>(((z - lo[2]) * (hi[1] - lo[1]) + y - lo[1]) * width + x - lo[0]);
          if (info_.type == ScalarType::Float64) {
            std::memcpy(out + to * sizeof(double), &value, sizeof value);
          } else {
            const auto narrow = static_cast<float>(value);
            std::memcpy(out + to * sizeof(float), &narrow, sizeof narrow);
          }
        }
    }
  }

private:
  std::shared_ptr<const Decoded> decoded_;
  Slots slots_;
};

/// Hours since 1970-01-01 00:00 of a date as yyyymmdd and a time as hhmm.
double hoursOf(long date, long time) {
  const long month = date / 100 % 100, day = date % 100, year = date / 10000 - (month <= 2);
  const long era = (year >= 0 ? year : year - 399) / 400, inEra = year - era * 400;
  const long dayOfYear = (153 * (month + (month > 2 ? -3 : 9)) + 2) / 5 + day - 1;
  const long days = era * 146097 + inEra * 365 + inEra / 4 - inEra / 100 + dayOfYear - 719468;
  const long hours = time / 100;
  return static_cast<double>(days * 24 + hours) + static_cast<double>(time % 100) / 60;
}

/// What the messages of one field share.
struct Group {
  data::FieldInfo info;
  std::string levelType;
  struct Entry {
    double time, level;
    long member;
    GribPlace place;
  };
  std::vector<Entry> entries;
};

class GribFile {
public:
  explicit GribFile(const std::shared_ptr<const File>& file) : file_(file) {
    dataset_.path = file->path();
    dataset_.format = "GRIB";
    dataset_.alone = true;
  }

  std::shared_ptr<data::Dataset> open() {
    bool partial = false;
    const auto places = gribPlaces(*file_, partial);
    if (places.empty())
      throw data::ReadError(dataset_.path, "there is no whole GRIB message in the file; it is cut short");
    for (const GribPlace& place : places) {
      try {
        const auto lock = lockEccodes();
        add(GribMessage(*file_, place.offset, place.length), place);
      } catch (const data::ReadError& error) {
        warn(std::string(error.what()).substr(dataset_.path.size() + 2) + "; it is left out.");
        last_ = error.what();
      }
    }
    if (partial) warn("The file is cut short or damaged; what is whole of it is shown.");
    if (groups_.empty() && !last_.empty()) throw data::ReadError(dataset_.path, last_.substr(dataset_.path.size() + 2));
    const auto decoded = std::make_shared<const Decoded>(file_);
    std::vector<std::shared_ptr<const data::FieldSource>> fields;
    std::map<std::string, int> names;
    for (const std::string& key : order_)
      ++names[groups_.at(key).info.name];
    std::set<std::string> taken;
    for (const std::string& key : order_) {
      Group& group = groups_.at(key);
      if (names[group.info.name] > 1) group.info.name += "_" + group.levelType;
      const std::string plain = group.info.name;
      for (int n = 2; !taken.insert(group.info.name).second; ++n)
        group.info.name = plain + "_" + std::to_string(n);
      Slots slots = slotsOf(group);
      fields.push_back(std::make_shared<GribField>(group.info, decoded, std::move(slots)));
    }
    if (fields.empty()) warn("No message lies on a grid of rows and columns; there is nothing to show.");
    return std::make_shared<FieldsDataset>(std::move(dataset_), std::move(fields));
  }

private:
  void warn(const std::string& sentence) {
    if (dataset_.warnings.size() < 20 && said_.insert(sentence).second) dataset_.warnings.push_back(sentence);
  }

  void add(const GribMessage& message, const GribPlace& place) {
    const std::string grid = message.text("gridType");
    long nx = message.whole("Ni", -1), ny = message.whole("Nj", -1);
    if (nx <= 0 || nx > 1000000000) nx = message.whole("Nx", -1);
    if (ny <= 0 || ny > 1000000000) ny = message.whole("Ny", -1);
    if (grid.starts_with("reduced") || nx <= 0 || ny <= 0 || nx > 1000000 || ny > 1000000 || nx * ny > mostPoints ||
        message.whole("numberOfDataPoints", nx * ny) != nx * ny) {
      warn("Messages on a grid of the type " + (grid.empty() ? "(unknown)" : grid) +
           " have no rows and columns of one "
           "length and are not shown.");
      return;
    }
    std::string name = message.text("shortName");
    if (name.empty() || name == "unknown")
      name = "parameter_" + (message.text("paramId") == "0" || message.text("paramId").empty()
                                 ? message.text("discipline") + "." + message.text("parameterCategory") + "." +
                                       message.text("parameterNumber")
                                 : message.text("paramId"));
    const std::string levelType = message.text("typeOfLevel"), stepType = message.text("stepType");
    const std::string key = name + "|" + levelType + "|" + stepType + "|" + grid + "|" + std::to_string(nx) + "|" +
                            std::to_string(ny) + "|" + message.text("latitudeOfFirstGridPointInDegrees") + "|" +
                            message.text("longitudeOfFirstGridPointInDegrees") + "|" + message.text("jScansPositively");
    auto found = groups_.find(key);
    if (found == groups_.end()) {
      found = groups_.emplace(key, Group{}).first;
      order_.push_back(key);
      found->second.levelType = levelType;
      describe(message, found->second.info, name, grid, nx, ny);
    }
    if (message.whole("bitsPerValue") > 24) found->second.info.type = ScalarType::Float64;
    found->second.entries.push_back({hoursOf(message.whole("validityDate"), message.whole("validityTime")),
                                     message.number("level"), message.whole("perturbationNumber"), place});
  }

  void describe(const GribMessage& message, data::FieldInfo& info, const std::string& name, const std::string& grid,
                long nx, long ny) {
    info.name = name;
    info.quantity = message.text("name");
    info.unit = message.text("units");
    if (info.unit == "unknown" || info.unit == "~") info.unit.clear();
    if (info.quantity == "unknown") info.quantity.clear();
    info.shape = {nx, ny, 1};
    info.source = "GRIB " + message.text("edition");
    dataset_.format = info.source;
    if (const std::string centre = message.text("centreDescription"); !centre.empty())
      dataset_.attributes["centre"] = centre;
    info.transform = "none";
    info.worldUnit = "px";
    const bool regular = grid == "regular_ll" || grid == "regular_gg";
    if (!regular) {
      warn("The grid of the type " + grid + " is shown on its own indices.");
      return;
    }
    const double west = message.number("longitudeOfFirstGridPointInDegrees");
    double east = message.number("longitudeOfLastGridPointInDegrees");
    const double sign = message.whole("iScansNegatively") != 0 ? -1 : 1;
    while (sign * (east - west) < 0)
      east += sign * 360;
    const double south = message.number("latitudeOfFirstGridPointInDegrees"),
                 north = message.number("latitudeOfLastGridPointInDegrees");
    data::Vec3 step{1, 1, 1};
    if (nx > 1) step[0] = (east - west) / static_cast<double>(nx - 1);
    if (ny > 1) step[1] = (north - south) / static_cast<double>(ny - 1);
    info.indexToWorld = data::Affine::scaling(step, {west, south, 0});
    if (grid == "regular_gg") {
      auto latitudes = message.numbers("distinctLatitudes", 1 << 20);
      std::sort(latitudes.begin(), latitudes.end());
      if (step[1] < 0) std::reverse(latitudes.begin(), latitudes.end());
      if (static_cast<long>(latitudes.size()) == ny) info.coordinates[1] = latitudes;
    }
    info.frame = data::Frame::LonLat;
    info.worldUnit = "degrees";
    info.transform = "coordinates";
    info.axisNames = {"longitude", "latitude", "z"};
  }

  Slots slotsOf(Group& group) {
    std::set<double> times, levels;
    std::set<long> members;
    for (const auto& entry : group.entries) {
      times.insert(entry.time);
      levels.insert(entry.level);
      members.insert(entry.member);
    }
    data::FieldInfo& info = group.info;
    info.time = {static_cast<std::int64_t>(times.size()),
                 "hours since 1970-01-01 00:00:00",
                 "standard",
                 {times.begin(), times.end()}};
    info.components = static_cast<int>(members.size());
    info.shape[2] = static_cast<std::int64_t>(levels.size());
    info.axisNames[2] = group.levelType + (group.levelType == "isobaricInhPa" ? " (hPa)" : "");
    const std::vector<double> heights(levels.begin(), levels.end());
    if (heights.size() > 1 && info.frame == data::Frame::LonLat) info.coordinates[2] = heights;
    if (!heights.empty()) info.indexToWorld.m[11] = heights.front();
    info.levels = levelsFor(info.shape);
    Slots slots;
    const auto at = [](const auto& set, auto value) { return std::distance(set.begin(), set.find(value)); };
    for (const auto& entry : group.entries)
      if (!slots
               .emplace(std::tuple{at(times, entry.time), at(members, entry.member), at(levels, entry.level)},
                        entry.place)
               .second)
        warn("Some messages of " + info.name + " are for the same time and level; the first is shown.");
    if (static_cast<double>(slots.size()) <
        static_cast<double>(times.size()) * static_cast<double>(members.size()) * static_cast<double>(levels.size()))
      warn("Some times or levels of " + info.name + " are not in the file; they are shown as missing.");
    return slots;
  }

  std::shared_ptr<const File> file_;
  data::DatasetInfo dataset_;
  std::map<std::string, Group> groups_;
  std::vector<std::string> order_;
  std::set<std::string> said_;
  std::string last_;
};

std::shared_ptr<data::Dataset> openGrib(const Candidate& candidate) { return GribFile(candidate.file).open(); }

} // namespace

} // namespace discern::io

DISCERN_READER_ENTRY(discernOpenGrib, discern::io::Candidate, discern::io::openGrib)
