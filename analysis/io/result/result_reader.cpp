#include "io/result/result_reader.h"

#include "data/error.h"
#include "io/file_text.h"
#include "io/netcdf/library_lock.h"
#include "io/region_field.h"
#include "io/result/hdf5.h"

#include <algorithm>
#include <limits>
#include <nlohmann/json.hpp>

namespace discern::io {

namespace {

constexpr hsize_t largestPiece = 1U << 30;

/// The open file, shared by its fields.
class ResultHandle {
public:
  explicit ResultHandle(const std::string& name)
      : path(name), file(H5Fopen(name.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose) {
    if (!file) throw data::ReadError(path, "the HDF5 file can't be opened; it is damaged or cut short");
  }
  ~ResultHandle() {
    const auto lock = lockHdf5();
    file.reset();
  }
  ResultHandle(const ResultHandle&) = delete;
  ResultHandle& operator=(const ResultHandle&) = delete;
  [[nodiscard]] Hdf5Id group(const std::string& name) const {
    return {H5Gopen2(file.get(), name.c_str(), H5P_DEFAULT), H5Gclose};
  }

  const std::string path;
  Hdf5Id file;
};

std::vector<std::string> membersOf(hid_t group) {
  std::vector<std::string> names;
  H5G_info_t info{};
  if (H5Gget_info(group, &info) < 0) return names;
  for (hsize_t i = 0; i < std::min<hsize_t>(info.nlinks, 100000); ++i) {
    const ssize_t length = H5Lget_name_by_idx(group, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, nullptr, 0, H5P_DEFAULT);
    if (length <= 0 || length > 4096) continue;
    std::string name(static_cast<std::size_t>(length), '\0');
    H5Lget_name_by_idx(group, ".", H5_INDEX_CRT_ORDER, H5_ITER_INC, i, name.data(), name.size() + 1, H5P_DEFAULT);
    names.push_back(std::move(name));
  }
  return names;
}

class ResultField final : public RegionField {
public:
  ResultField(data::FieldInfo info, std::shared_ptr<const ResultHandle> handle, Hdf5Id dataset)
      : RegionField(std::move(info)), handle_(std::move(handle)), dataset_(std::move(dataset)) {}
  ~ResultField() override {
    const auto lock = lockHdf5();
    dataset_.reset();
  }

  void series(const data::Index3& voxel, std::int64_t t0, std::int64_t t1, int component,
              std::span<double> out) const override {
    checkSeries(voxel, t0, t1, component, out);
    if (t0 == t1) return;
    fetch(voxel, {voxel[0] + 1, voxel[1] + 1, voxel[2] + 1}, t0, t1 - t0, component, H5T_NATIVE_DOUBLE, out.data());
    for (double& value : out)
      if (info_.missing && value == *info_.missing) value = std::numeric_limits<double>::quiet_NaN();
  }

protected:
  void region(const data::Index3& lo, const data::Index3& hi, std::int64_t time, int component,
              std::byte* out) const override {
    fetch(lo, hi, time, 1, component, hdf5Type(info_.type), out);
  }

private:
  void fetch(const data::Index3& lo, const data::Index3& hi, std::int64_t time, std::int64_t steps, int component,
             hid_t type, void* out) const {
    std::vector<hsize_t> start, count;
    if (info_.components > 1) {
      start.push_back(static_cast<hsize_t>(component));
      count.push_back(1);
    }
    if (info_.components > 1 || info_.time.size > 1) {
      start.push_back(static_cast<hsize_t>(time));
      count.push_back(static_cast<hsize_t>(steps));
    }
    for (const std::size_t a : {2, 1, 0}) {
      start.push_back(static_cast<hsize_t>(lo[a]));
      count.push_back(static_cast<hsize_t>(hi[a] - lo[a]));
    }
    const auto lock = lockHdf5();
    const Hdf5Id file(H5Dget_space(dataset_.get()), H5Sclose);
    const Hdf5Id memory(H5Screate_simple(static_cast<int>(count.size()), count.data(), nullptr), H5Sclose);
    if (H5Sselect_hyperslab(file.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr) < 0 ||
        H5Dread(dataset_.get(), type, memory.get(), file.get(), H5P_DEFAULT, out) < 0)
      throw data::ReadError(handle_->path, "reading the field " + info_.name + " failed; the file is damaged");
  }

  std::shared_ptr<const ResultHandle> handle_;
  Hdf5Id dataset_;
};

std::shared_ptr<const data::FieldSource> openField(const std::shared_ptr<const ResultHandle>& handle,
                                                   const std::string& link) {
  const std::string where = "fields/" + link;
  data::FieldInfo info;
  try {
    info = nlohmann::json::parse(readText(handle->file.get(), where + "/info")).get<data::FieldInfo>();
  } catch (const std::exception&) {
    throw data::ReadError(handle->path, "the description of the field " + link + " is missing or damaged");
  }
  if (info.components < 1 ||
      (!info.time.values.empty() && static_cast<std::int64_t>(info.time.values.size()) != info.time.size))
    throw data::ReadError(handle->path, "the description of the field " + link + " contradicts itself");
  const Hdf5Id access(H5Pcreate(H5P_DATASET_ACCESS), H5Pclose);
  H5Pset_chunk_cache(access.get(), 12421, 64 << 20, 0.75);
  Hdf5Id dataset(H5Dopen2(handle->file.get(), (where + "/values").c_str(), access.get()), H5Dclose);
  if (!dataset) throw data::ReadError(handle->path, "the values of the field " + link + " are missing or damaged");
  std::vector<hsize_t> expected;
  if (info.components > 1) expected.push_back(static_cast<hsize_t>(info.components));
  if (info.components > 1 || info.time.size > 1) expected.push_back(static_cast<hsize_t>(info.time.size));
  for (const std::size_t a : {2, 1, 0})
    expected.push_back(static_cast<hsize_t>(info.shape[a]));
  if (lengthsOf(dataset.get()) != expected)
    throw data::ReadError(handle->path,
                          "the values of the field " + link + " have another shape than its description says");
  const Hdf5Id properties(H5Dget_create_plist(dataset.get()), H5Pclose);
  if (properties && H5Pget_layout(properties.get()) == H5D_CHUNKED) {
    std::vector<hsize_t> chunk(expected.size());
    hsize_t bytes = sizeOf(info.type);
    H5Pget_chunk(properties.get(), static_cast<int>(chunk.size()), chunk.data());
    for (const hsize_t n : chunk)
      bytes = bytes > largestPiece ? bytes : bytes * n;
    if (bytes > largestPiece / 4)
      throw data::ReadError(handle->path, "the field " + link + " is stored in chunks too large to read");
  }
  info.levels = levelsFor(info.shape);
  return std::make_shared<ResultField>(std::move(info), handle, std::move(dataset));
}

struct TableEntry {
  data::TableInfo info;
  std::string link;
  std::vector<std::string> columns; ///< links
};

TableEntry openTable(const ResultHandle& handle, const std::string& link) {
  try {
    const auto json = nlohmann::json::parse(readText(handle.file.get(), "tables/" + link + "/info"));
    TableEntry entry;
    entry.link = link;
    json.at("name").get_to(entry.info.name);
    json.at("columns").get_to(entry.info.columns);
    json.at("units").get_to(entry.info.units);
    json.at("rows").get_to(entry.info.rows);
    json.at("links").get_to(entry.columns);
    if (entry.columns.size() == entry.info.columns.size() && entry.info.rows >= 0) return entry;
  } catch (const std::exception&) { // said below
  }
  throw data::ReadError(handle.path, "the description of the table " + link + " is missing or damaged");
}

class ResultDataset final : public data::Dataset {
public:
  explicit ResultDataset(const std::string& path) {
    const auto lock = lockHdf5(); // let go before the members, which take it themselves when they close
    handle_ = std::make_shared<ResultHandle>(path);
    info_.path = path;
    info_.format = "Discern result";
    info_.alone = true;
    if (const Hdf5Id group = handle_->group("fields"))
      for (const std::string& link : membersOf(group.get())) {
        fields_.push_back(openField(handle_, link));
        info_.fields.push_back(fields_.back()->info());
      }
    if (const Hdf5Id group = handle_->group("tables"))
      for (const std::string& link : membersOf(group.get())) {
        tables_.push_back(openTable(*handle_, link));
        info_.tables.push_back(tables_.back().info);
      }
    const auto provenance = nlohmann::json::parse(readText(handle_->file.get(), "provenance"), nullptr, false);
    if (!provenance.is_object()) return;
    for (const auto& [key, value] : provenance.items())
      info_.attributes[key] = value.is_string() ? value.get<std::string>() : value.dump();
  }
  [[nodiscard]] const data::DatasetInfo& info() const override { return info_; }

  [[nodiscard]] std::shared_ptr<const data::FieldSource> field(std::string_view name) const override {
    for (const auto& field : fields_)
      if (name.empty() || field->info().name == name) return field;
    throw data::UsageError(info_.path + " has no field " + (name.empty() ? "at all" : "\"" + std::string(name) + "\""));
  }

  [[nodiscard]] data::Table table(std::string_view name) const override {
    const auto entry = std::find_if(tables_.begin(), tables_.end(),
                                    [&](const TableEntry& t) { return name.empty() || t.info.name == name; });
    if (entry == tables_.end()) throw data::UsageError(info_.path + " has no table \"" + std::string(name) + "\"");
    data::Table table;
    table.info = entry->info;
    const auto lock = lockHdf5();
    for (const std::string& link : entry->columns)
      readColumn(*entry, link, table);
    return table;
  }

private:
  void readColumn(const TableEntry& entry, const std::string& link, data::Table& table) const {
    const std::string where = "tables/" + entry.link + "/" + link;
    const Hdf5Id dataset(H5Dopen2(handle_->file.get(), where.c_str(), H5P_DEFAULT), H5Dclose);
    const auto fail = [&] { throw data::ReadError(handle_->path, "the column " + where + " is missing or damaged"); };
    if (!dataset || lengthsOf(dataset.get()) != std::vector{static_cast<hsize_t>(entry.info.rows)}) fail();
    const Hdf5Id type(H5Dget_type(dataset.get()), H5Tclose);
    const std::size_t length = type ? H5Tget_size(type.get()) : 0;
    const auto rows = static_cast<std::size_t>(entry.info.rows);
    if (length == 0 || rows > largestPiece / length) fail();
    auto& numbers = table.numbers.emplace_back();
    auto& texts = table.texts.emplace_back();
    if (H5Tget_class(type.get()) == H5T_STRING) {
      if (H5Tis_variable_str(type.get()) != 0) fail();
      std::string packed(rows * length, '\0');
      if (rows > 0 && H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, packed.data()) < 0) fail();
      for (std::size_t row = 0; row < rows; ++row)
        texts.push_back(cleanText(std::string_view(packed).substr(row * length, length)));
    } else {
      numbers.resize(rows);
      if (rows > 0 && H5Dread(dataset.get(), H5T_NATIVE_DOUBLE, H5S_ALL, H5S_ALL, H5P_DEFAULT, numbers.data()) < 0)
        fail();
    }
  }

  std::shared_ptr<const ResultHandle> handle_;
  data::DatasetInfo info_;
  std::vector<std::shared_ptr<const data::FieldSource>> fields_;
  std::vector<TableEntry> tables_;
};

} // namespace

bool isResult(const File& file) {
  const auto lock = lockHdf5();
  const Hdf5Id id(H5Fopen(file.path().c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (!id || H5Aexists(id.get(), resultMark) <= 0) return false;
  const Hdf5Id mark(H5Aopen(id.get(), resultMark, H5P_DEFAULT), H5Aclose);
  int version = 0;
  if (!mark || H5Aread(mark.get(), H5T_NATIVE_INT, &version) < 0) return false;
  if (version > resultVersion)
    throw data::ReadError(file.path(), "this result was written by a newer Discern (layout " + std::to_string(version) +
                                           ", known up to " + std::to_string(resultVersion) + ")");
  return true;
}

std::shared_ptr<data::Dataset> openResult(const std::shared_ptr<const File>& file) {
  return std::make_shared<ResultDataset>(file->path());
}

} // namespace discern::io
