#include "data/error.h"
#include "io/netcdf/library_lock.h"
#include "io/result/hdf5.h"
#include "io/write.h"

#include <algorithm>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <limits>
#include <nlohmann/json.hpp>
#include <set>
#include <sys/statvfs.h>
#include <unistd.h>

namespace discern::io {

namespace {

constexpr std::int64_t chunkLength = 64; ///< along each axis

void require(bool good, const char* doing) {
  if (!good) throw std::runtime_error(std::string("the result can't be written: HDF5 failed at ") + doing);
}

/// A name that HDF5 takes and that is not in `taken` yet.
std::string linkName(const std::string& name, std::set<std::string>& taken) {
  std::string safe = name.empty() ? "unnamed" : name;
  std::replace(safe.begin(), safe.end(), '/', '_');
  if (safe == "." || safe == "..") safe = "_";
  std::string unique = safe;
  for (int n = 2; !taken.insert(unique).second; ++n)
    unique = safe + "_" + std::to_string(n);
  return unique;
}

Hdf5Id group(hid_t parent, const std::string& name) {
  const Hdf5Id properties(H5Pcreate(H5P_GROUP_CREATE), H5Pclose);
  H5Pset_link_creation_order(properties.get(), H5P_CRT_ORDER_TRACKED | H5P_CRT_ORDER_INDEXED);
  Hdf5Id id(H5Gcreate2(parent, name.c_str(), H5P_DEFAULT, properties.get(), H5P_DEFAULT), H5Gclose);
  require(static_cast<bool>(id), "making a group");
  return id;
}

template <typename T>
void attribute(hid_t object, const char* name, hid_t type, const std::vector<T>& values, bool scalar = false) {
  const hsize_t count = values.size();
  const Hdf5Id space(scalar ? H5Screate(H5S_SCALAR) : H5Screate_simple(1, &count, nullptr), H5Sclose);
  const Hdf5Id id(H5Acreate2(object, name, type, space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  require(id && H5Awrite(id.get(), type, values.data()) >= 0, "writing an attribute");
}

void textAttribute(hid_t object, const char* name, const std::string& text, bool ascii = false) {
  const Hdf5Id type = hdf5Text(text.size(), ascii);
  const Hdf5Id space(H5Screate(H5S_SCALAR), H5Sclose);
  const Hdf5Id id(H5Acreate2(object, name, type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  require(id && H5Awrite(id.get(), type.get(), text.empty() ? "" : text.data()) >= 0, "writing an attribute");
}

void writeText(hid_t parent, const std::string& name, const std::string& text) {
  const Hdf5Id type = hdf5Text(text.size());
  const Hdf5Id space(H5Screate(H5S_SCALAR), H5Sclose);
  const Hdf5Id id(H5Dcreate2(parent, name.c_str(), type.get(), space.get(), H5P_DEFAULT, H5P_DEFAULT, H5P_DEFAULT),
                  H5Dclose);
  require(id && H5Dwrite(id.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, text.empty() ? "" : text.data()) >= 0,
          "writing text");
}

/// Writes an array, compressed in chunks when that is worth it.
void writeArray(hid_t parent, const std::string& name, hid_t type, const std::vector<hsize_t>& shape,
                const void* values) {
  hsize_t count = 1;
  for (const hsize_t n : shape)
    count *= n;
  const Hdf5Id space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose);
  const Hdf5Id properties(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  if (count >= 4096) {
    std::vector<hsize_t> chunk;
    chunk.reserve(shape.size());
    for (const hsize_t n : shape)
      chunk.push_back(shape.size() == 1 ? std::min<hsize_t>(n, 65536) : std::min<hsize_t>(n, chunkLength));
    for (std::size_t i = 0; i + 3 < chunk.size(); ++i)
      chunk[i] = 1; // time and component
    H5Pset_chunk(properties.get(), static_cast<int>(chunk.size()), chunk.data());
    H5Pset_shuffle(properties.get());
    H5Pset_deflate(properties.get(), 1);
  }
  const Hdf5Id id(H5Dcreate2(parent, name.c_str(), type, space.get(), H5P_DEFAULT, properties.get(), H5P_DEFAULT),
                  H5Dclose);
  require(static_cast<bool>(id), "making a data set");
  if (count > 0) require(H5Dwrite(id.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0, "writing a data set");
}

} // namespace

struct ResultFile::Private {
  struct Field {
    data::FieldInfo info;
    std::vector<std::byte> bytes;
    std::string link;
  };
  std::vector<Field> fields;
  std::vector<data::Table> tables;
  nlohmann::json provenance;

  /// The shape of a field in the file: z, y, x; before them time and component where there are several.
  static std::vector<hsize_t> shapeOf(const data::FieldInfo& info) {
    std::vector<hsize_t> shape;
    if (info.components > 1) shape.push_back(static_cast<hsize_t>(info.components));
    if (info.components > 1 || info.time.size > 1) shape.push_back(static_cast<hsize_t>(info.time.size));
    for (const std::size_t a : {2, 1, 0})
      shape.push_back(static_cast<hsize_t>(info.shape[a]));
    return shape;
  }

  void writeFields(hid_t file) {
    const Hdf5Id all = group(file, "fields");
    std::set<std::string> taken;
    for (Field& field : fields) {
      field.link = linkName(field.info.name, taken);
      const Hdf5Id here = group(all.get(), field.link);
      writeText(here.get(), "info", nlohmann::json(field.info).dump());
      writeArray(here.get(), "values", hdf5Type(field.info.type), shapeOf(field.info), field.bytes.data());
      textAttribute(here.get(), "name", field.info.name);
      textAttribute(here.get(), "unit", field.info.unit);
    }
  }

  /// VTKHDF 1.0 ImageData: https://docs.vtk.org/en/latest/design_documents/VTKFileFormats.html#vtkhdf-file-format
  void writeVtk(hid_t file) const {
    const data::FieldInfo& first = fields.front().info;
    const Hdf5Id vtk = group(file, "VTKHDF");
    attribute<std::int64_t>(vtk.get(), "Version", H5T_NATIVE_INT64, {1, 0});
    textAttribute(vtk.get(), "Type", "ImageData", true);
    std::vector<std::int64_t> extent;
    for (const std::int64_t n : first.shape) {
      extent.push_back(0);
      extent.push_back(n - 1);
    }
    attribute(vtk.get(), "WholeExtent", H5T_NATIVE_INT64, extent);
    const data::Vec3 spacing = first.indexToWorld.spacing();
    const auto& m = first.indexToWorld.m;
    attribute<double>(vtk.get(), "Origin", H5T_NATIVE_DOUBLE, {m[3], m[7], m[11]});
    attribute<double>(vtk.get(), "Spacing", H5T_NATIVE_DOUBLE, {spacing[0], spacing[1], spacing[2]});
    std::vector<double> direction;
    for (std::size_t row = 0; row < 3; ++row)
      for (std::size_t column = 0; column < 3; ++column)
        direction.push_back(spacing[column] > 0 ? m[row * 4 + column] / spacing[column] : (row == column ? 1 : 0));
    attribute(vtk.get(), "Direction", H5T_NATIVE_DOUBLE, direction);
    const Hdf5Id points = group(vtk.get(), "PointData");
    textAttribute(points.get(), "Scalars", fields.front().link, true);
    for (const Field& field : fields) {
      if (field.info.shape != first.shape || field.info.indexToWorld != first.indexToWorld) continue;
      if (field.info.components == 1 && field.info.time.size == 1) {
        const std::string target = "/fields/" + field.link + "/values";
        require(H5Lcreate_hard(file, target.c_str(), points.get(), field.link.c_str(), H5P_DEFAULT, H5P_DEFAULT) >= 0,
                "linking an array");
      } else {
        writeFirstStep(points.get(), field);
      }
    }
  }

  /// What VTKHDF 1.0 can't link: the first time step, its components interleaved.
  static void writeFirstStep(hid_t points, const Field& field) {
    const auto size = sizeOf(field.info.type);
    const auto voxels = static_cast<std::size_t>(field.info.voxels()),
               components = static_cast<std::size_t>(field.info.components);
    std::vector<std::byte> step(voxels * components * size);
    for (std::size_t c = 0; c < components; ++c) {
      const std::byte* from = field.bytes.data() + c * static_cast<std::size_t>(field.info.time.size) * voxels * size;
      for (std::size_t i = 0; i < voxels; ++i)
        std::memcpy(step.data() + (i * components + c) * size, from + i * size, size);
    }
    std::vector<hsize_t> shape;
    for (const std::size_t a : {2, 1, 0})
      shape.push_back(static_cast<hsize_t>(field.info.shape[a]));
    if (components > 1) shape.push_back(components);
    writeArray(points, field.link, hdf5Type(field.info.type), shape, step.data());
  }

  void writeTables(hid_t file) const {
    const Hdf5Id all = group(file, "tables");
    std::set<std::string> taken;
    for (const data::Table& table : tables) {
      const Hdf5Id here = group(all.get(), linkName(table.info.name, taken));
      std::set<std::string> columns{"info"};
      nlohmann::json info{{"name", table.info.name},
                          {"columns", table.info.columns},
                          {"units", table.info.units},
                          {"rows", table.info.rows},
                          {"links", nlohmann::json::array()}};
      const auto rows = static_cast<hsize_t>(table.info.rows);
      for (std::size_t c = 0; c < table.info.columns.size(); ++c) {
        const std::string link = linkName(table.info.columns[c], columns);
        info["links"].push_back(link);
        const bool isText = c < table.texts.size() && !table.texts[c].empty();
        if (!isText) {
          writeArray(here.get(), link, H5T_NATIVE_DOUBLE, {rows},
                     c < table.numbers.size() ? table.numbers[c].data() : nullptr);
          continue;
        }
        std::size_t longest = 1;
        for (const std::string& text : table.texts[c])
          longest = std::max(longest, text.size());
        std::string packed;
        for (const std::string& text : table.texts[c])
          packed += text + std::string(longest - text.size(), '\0');
        const Hdf5Id type = hdf5Text(longest);
        writeArray(here.get(), link, type.get(), {rows}, packed.data());
      }
      writeText(here.get(), "info", info.dump());
    }
  }
};

ResultFile::ResultFile() : d(std::make_unique<Private>()) {}
ResultFile::~ResultFile() = default;
ResultFile::ResultFile(ResultFile&&) noexcept = default;

void ResultFile::addField(const data::FieldInfo& info, std::vector<std::byte> bytes) {
  const auto expected = static_cast<std::size_t>(info.voxels() * info.time.size * info.components) * sizeOf(info.type);
  if (bytes.size() != expected)
    throw data::UsageError("field " + info.name + ": expected " + std::to_string(expected) + " bytes, got " +
                           std::to_string(bytes.size()));
  for (const auto& field : d->fields)
    if (field.info.name == info.name) throw data::UsageError("the result already has a field " + info.name);
  d->fields.push_back({info, std::move(bytes), {}});
}

void ResultFile::addTable(const data::Table& table) {
  for (std::size_t c = 0; c < table.info.columns.size(); ++c) {
    const std::size_t numbers = c < table.numbers.size() ? table.numbers[c].size() : 0;
    const std::size_t texts = c < table.texts.size() ? table.texts[c].size() : 0;
    if (static_cast<std::int64_t>(std::max(numbers, texts)) != table.info.rows || (numbers > 0 && texts > 0))
      throw data::UsageError("table " + table.info.name + ", column " + table.info.columns[c] + ": expected " +
                             std::to_string(table.info.rows) + " rows, got " +
                             std::to_string(std::max(numbers, texts)));
  }
  d->tables.push_back(table);
}

void ResultFile::setProvenance(const nlohmann::json& provenance) { d->provenance = provenance; }

namespace {

/// Bytes that are free where a file lies.
std::int64_t roomFor(const std::string& path) {
  struct statvfs info {};
  if (::statvfs(path.c_str(), &info) != 0) return std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(info.f_bavail) * static_cast<std::int64_t>(info.f_frsize);
}

} // namespace

void ResultFile::commit(const std::string& path) const {
  const std::string part = path + ".part";
  try {
    const auto lock = lockHdf5();
    Hdf5Id file(H5Fcreate(part.c_str(), H5F_ACC_TRUNC, H5P_DEFAULT, H5P_DEFAULT), H5Fclose);
    if (!file) throw data::UsageError(path + " can't be written: the folder is missing or there is no permission");
    attribute<int>(file.get(), resultMark, H5T_NATIVE_INT, {resultVersion}, true);
    d->writeFields(file.get());
    if (!d->fields.empty()) d->writeVtk(file.get());
    d->writeTables(file.get());
    writeText(file.get(), "provenance", d->provenance.dump());
    require(H5Fflush(file.get(), H5F_SCOPE_GLOBAL) >= 0, "writing to the disk");
  } catch (const std::exception&) {
    const bool full = roomFor(part) < (1 << 20); // HDF5 doesn't tell why
    ::unlink(part.c_str());
    if (full) throw std::runtime_error(path + " can't be written: no space is left on the disk");
    throw;
  }
  if (const int descriptor = ::open(part.c_str(), O_RDONLY | O_CLOEXEC); descriptor >= 0) {
    ::fsync(descriptor);
    ::close(descriptor);
  }
  if (std::rename(part.c_str(), path.c_str()) != 0) {
    const std::string reason = std::strerror(errno);
    ::unlink(part.c_str());
    throw std::runtime_error(path + " can't be written: " + reason);
  }
}

} // namespace discern::io
