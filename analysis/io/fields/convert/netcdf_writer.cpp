#include "data/error.h"
#include "io/netcdf/library_lock.h"
#include "io/write.h"

#include <algorithm>
#include <cctype>
#include <cstdio>
#include <limits>
#include <netcdf.h>
#include <nlohmann/json.hpp>

namespace discern::io {

namespace {

using data::ScalarType;

constexpr std::int64_t pieceBytes = 16 << 20;

nc_type typeOf(ScalarType type) {
  switch (type) {
  case ScalarType::Int8:
    return NC_BYTE;
  case ScalarType::UInt8:
    return NC_UBYTE;
  case ScalarType::Int16:
    return NC_SHORT;
  case ScalarType::UInt16:
    return NC_USHORT;
  case ScalarType::Int32:
    return NC_INT;
  case ScalarType::UInt32:
    return NC_UINT;
  case ScalarType::Int64:
    return NC_INT64;
  case ScalarType::UInt64:
    return NC_UINT64;
  case ScalarType::Float32:
    return NC_FLOAT;
  case ScalarType::Float64:
    break;
  }
  return NC_DOUBLE;
}

/// A name that NetCDF takes, and that is not that of a dimension.
std::string variableName(const std::string& name) {
  std::string safe;
  for (const char c : name)
    safe += static_cast<unsigned char>(c) < 32 || c == '/' || c == 127 ? '_' : c;
  while (!safe.empty() && safe.back() == ' ')
    safe.pop_back();
  const auto first = safe.empty() ? '\0' : safe.front();
  const bool taken = safe == "x" || safe == "y" || safe == "z" || safe == "lon" || safe == "lat" || safe == "level" ||
                     safe == "time" || safe == "component";
  if (taken ||
      !(std::isalnum(static_cast<unsigned char>(first)) || first == '_' || (static_cast<unsigned char>(first) & 0x80)))
    safe = "field_" + safe;
  return safe.substr(0, NC_MAX_NAME);
}

bool isAxisAligned(const data::Affine& affine) {
  for (std::size_t row = 0; row < 3; ++row)
    for (std::size_t column = 0; column < 3; ++column)
      if (row != column && affine.m[row * 4 + column] != 0) return false;
  return true;
}

/// One file being written: definitions first, then values.
class Writing {
public:
  Writing(const std::string& path, const data::FieldSource& field) : path_(path), field_(field), info_(field.info()) {
    const auto lock = lockHdf5();
    const std::string part = path_ + ".part";
    require(nc_create(part.c_str(), NC_NETCDF4 | NC_CLOBBER, &id_), "making the file");
  }
  ~Writing() {
    if (id_ < 0) return;
    const auto lock = lockHdf5();
    nc_close(id_);
    std::remove((path_ + ".part").c_str());
  }
  Writing(const Writing&) = delete;
  Writing& operator=(const Writing&) = delete;

  void define() {
    const auto lock = lockHdf5();
    text(NC_GLOBAL, "Conventions", "CF-1.8");
    text(NC_GLOBAL, "source", info_.source);
    defineAxes();
    require(nc_def_var(id_, variableName(info_.name).c_str(), typeOf(info_.type), static_cast<int>(dimensions_.size()),
                       dimensions_.data(), &variable_),
            "defining the variable " + info_.name);
    require(nc_def_var_deflate(id_, variable_, 1, 1, 1), "asking for compression");
    text(variable_, "long_name", info_.quantity);
    text(variable_, "units", info_.unit);
    defineFill();
    defineLabels();
    definePlace();
    require(nc_enddef(id_), "ending the header");
    for (const auto& [variable, values] : coordinates_)
      require(nc_put_var_double(id_, variable, values.data()), "writing coordinates");
  }

  void fill() {
    const std::int64_t row = info_.shape[0] * static_cast<std::int64_t>(sizeOf(info_.type));
    const std::int64_t rows = std::clamp<std::int64_t>(pieceBytes / row, 1, info_.shape[1]);
    const std::int64_t planes = std::clamp<std::int64_t>(pieceBytes / (row * info_.shape[1]), 1, info_.shape[2]);
    std::vector<std::byte> bytes;
    for (int c = 0; c < info_.components; ++c)
      for (std::int64_t t = 0; t < info_.time.size; ++t)
        for (std::int64_t z = 0; z < info_.shape[2]; z += planes)
          for (std::int64_t y = 0; y < info_.shape[1]; y += rows) {
            const data::Box box{
                {0, y, z}, {info_.shape[0], std::min(info_.shape[1], y + rows), std::min(info_.shape[2], z + planes)}};
            bytes.resize(static_cast<std::size_t>(box.voxels()) * sizeOf(info_.type));
            field_.read({box, t, c, 0}, bytes);
            put(box, t, c, bytes);
          }
  }

  void commit() {
    const auto lock = lockHdf5();
    const int status = nc_close(id_);
    id_ = -1;
    const std::string part = path_ + ".part";
    if (status != NC_NOERR || std::rename(part.c_str(), path_.c_str()) != 0) {
      std::remove(part.c_str());
      throw data::UsageError(path_ + " can't be written there");
    }
  }

private:
  void require(int status, const std::string& doing) const {
    if (status != NC_NOERR)
      throw data::UsageError(path_ + " can't be written: NetCDF failed at " + doing + " (" + nc_strerror(status) + ")");
  }
  void text(int variable, const char* name, const std::string& value) const {
    if (!value.empty()) require(nc_put_att_text(id_, variable, name, value.size(), value.data()), name);
  }
  int dimension(const char* name, std::int64_t length) {
    int id = 0;
    require(nc_def_dim(id_, name, static_cast<std::size_t>(length), &id),
            std::string("defining the dimension ") + name);
    return id;
  }
  int coordinate(const char* name, int id, std::vector<double> values) {
    int variable = 0;
    require(nc_def_var(id_, name, NC_DOUBLE, 1, &id, &variable), std::string("defining the coordinate ") + name);
    coordinates_.emplace_back(variable, std::move(values));
    return variable;
  }

  void defineAxes() {
    const bool geographic = info_.frame == data::Frame::LonLat;
    const bool placed = info_.frame != data::Frame::VoxelIndex && isAxisAligned(info_.indexToWorld);
    if (info_.components > 1) dimensions_.push_back(dimension("component", info_.components));
    if (info_.time.size > 1 || !info_.time.values.empty()) {
      dimensions_.push_back(dimension("time", info_.time.size));
      if (!info_.time.values.empty()) {
        const int time = coordinate("time", dimensions_.back(), info_.time.values);
        text(time, "units", info_.time.unit);
        text(time, "calendar", info_.time.calendar);
        text(time, "axis", "T");
      }
    }
    const std::array<const char*, 3> names{geographic ? "lon" : "x", geographic ? "lat" : "y",
                                           geographic ? "level" : "z"};
    const std::array<const char*, 3> letters{"X", "Y", "Z"};
    for (const std::size_t a : {2, 1, 0}) {
      const bool irregular = !info_.coordinates[a].empty();
      if (a == 2 && info_.shape[2] == 1 && !irregular && info_.indexToWorld.m[11] == 0) continue;
      dimensions_.push_back(dimension(names[a], info_.shape[a]));
      if (!placed && !irregular) continue;
      std::vector<double> values = info_.coordinates[a];
      for (std::int64_t i = 0; !irregular && i < info_.shape[a]; ++i)
        values.push_back(info_.indexToWorld.m[a * 4 + 3] + static_cast<double>(i) * info_.indexToWorld.m[a * 5]);
      const int variable = coordinate(names[a], dimensions_.back(), std::move(values));
      text(variable, "axis", letters[a]);
      if (info_.axisNames[a] != names[a]) text(variable, "long_name", info_.axisNames[a]);
      if (!geographic) text(variable, "units", info_.worldUnit);
      if (geographic && a < 2) text(variable, "units", a == 0 ? "degrees_east" : "degrees_north");
    }
  }

  void defineFill() {
    data::dispatch(info_.type, [&](auto tag) {
      using T = typename decltype(tag)::type;
      T value{};
      if constexpr (std::is_floating_point_v<T>)
        value = std::numeric_limits<T>::quiet_NaN();
      else if (info_.missing)
        value = static_cast<T>(*info_.missing);
      const bool has = std::is_floating_point_v<T> || info_.missing;
      require(nc_def_var_fill(id_, variable_, has ? NC_FILL : NC_NOFILL, has ? &value : nullptr),
              "stating the missing value");
    });
  }

  /// CF knows names of one word; where that changes a name, and where there are none, our own attribute has them.
  void defineLabels() {
    if (!info_.labels) return;
    nlohmann::json names = nlohmann::json::object();
    std::vector<double> values;
    std::string meanings;
    for (const auto& [value, name] : info_.labelNames) {
      names[std::to_string(value)] = name;
      values.push_back(static_cast<double>(value));
      std::string word = name.empty() ? "unnamed" : name;
      std::replace_if(
          word.begin(), word.end(), [](char c) { return static_cast<unsigned char>(c) <= ' '; }, '_');
      meanings += (meanings.empty() ? "" : " ") + word;
    }
    if (!values.empty()) {
      require(nc_put_att_double(id_, variable_, "flag_values", typeOf(info_.type), values.size(), values.data()),
              "writing the labels");
      text(variable_, "flag_meanings", meanings);
    }
    text(variable_, "discern_labels", names.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  }

  /// The placement to the last bit, and the shape it holds for: a file cut by another program must not keep it.
  void definePlace() {
    const std::array<double, 3> shape{static_cast<double>(info_.shape[0]), static_cast<double>(info_.shape[1]),
                                      static_cast<double>(info_.shape[2])};
    const auto& m = info_.indexToWorld.m;
    require(nc_put_att_double(id_, variable_, "discern_affine", NC_DOUBLE, m.size(), m.data()), "writing the affine");
    require(nc_put_att_double(id_, variable_, "discern_shape", NC_DOUBLE, 3, shape.data()), "writing the shape");
    text(variable_, "discern_frame", std::string(nameOf(info_.frame)));
    text(variable_, "discern_world_unit", info_.worldUnit);
    text(variable_, "discern_transform", info_.transform);
  }

  void put(const data::Box& box, std::int64_t t, int c, const std::vector<std::byte>& bytes) const {
    std::vector<std::size_t> start, count;
    const auto add = [&](std::int64_t from, std::int64_t size) {
      start.push_back(static_cast<std::size_t>(from));
      count.push_back(static_cast<std::size_t>(size));
    };
    if (info_.components > 1) add(c, 1);
    if (info_.time.size > 1 || !info_.time.values.empty()) add(t, 1);
    if (start.size() + 3 == dimensions_.size()) add(box.lo[2], box.shape()[2]);
    add(box.lo[1], box.shape()[1]);
    add(box.lo[0], box.shape()[0]);
    const auto lock = lockHdf5();
    require(nc_put_vara(id_, variable_, start.data(), count.data(), bytes.data()), "writing values");
  }

  std::string path_;
  const data::FieldSource& field_;
  const data::FieldInfo& info_;
  int id_ = -1, variable_ = -1;
  std::vector<int> dimensions_;
  std::vector<std::pair<int, std::vector<double>>> coordinates_;
};

} // namespace

void writeNetcdf(const std::string& path, const data::FieldSource& field) {
  Writing writing(path, field);
  writing.define();
  writing.fill();
  writing.commit();
}

} // namespace discern::io
