#include "io/netcdf/netcdf_file.h"

#include "data/error.h"
#include "io/file_text.h"
#include "io/netcdf/library_lock.h"

#include <algorithm>
#include <array>
#include <netcdf.h>

namespace discern::io {

namespace {

constexpr std::size_t longestAttribute = 1 << 16;

std::string attributeText(int group, int variable, const char* name) {
  nc_type type = 0;
  std::size_t length = 0;
  if (nc_inq_att(group, variable, name, &type, &length) != NC_NOERR || length == 0 || length > longestAttribute)
    return {};
  if (type == NC_CHAR) {
    std::string text(length, '\0');
    return nc_get_att_text(group, variable, name, text.data()) == NC_NOERR ? cleanText(text) : std::string();
  }
  if (type == NC_STRING) {
    std::vector<char*> strings(length, nullptr);
    if (nc_get_att_string(group, variable, name, strings.data()) != NC_NOERR) return {};
    std::string text;
    for (const char* string : strings)
      text += (text.empty() ? "" : ", ") + cleanText(string ? string : "");
    nc_free_string(length, strings.data());
    return text;
  }
  return {};
}

std::vector<double> attributeNumbers(int group, int variable, const char* name) {
  nc_type type = 0;
  std::size_t length = 0;
  if (nc_inq_att(group, variable, name, &type, &length) != NC_NOERR || length == 0 || length > longestAttribute)
    return {};
  if (!netcdfType(type)) return {};
  std::vector<double> values(length);
  if (nc_get_att_double(group, variable, name, values.data()) != NC_NOERR) return {};
  return values;
}

} // namespace

std::optional<data::ScalarType> netcdfType(int type) {
  using data::ScalarType;
  switch (type) {
  case NC_BYTE:
    return ScalarType::Int8;
  case NC_UBYTE:
    return ScalarType::UInt8;
  case NC_SHORT:
    return ScalarType::Int16;
  case NC_USHORT:
    return ScalarType::UInt16;
  case NC_INT:
    return ScalarType::Int32;
  case NC_UINT:
    return ScalarType::UInt32;
  case NC_INT64:
    return ScalarType::Int64;
  case NC_UINT64:
    return ScalarType::UInt64;
  case NC_FLOAT:
    return ScalarType::Float32;
  case NC_DOUBLE:
    return ScalarType::Float64;
  default:
    return std::nullopt;
  }
}

NetcdfFile::NetcdfFile(const std::string& path) : path_(path) {
  const int status = nc_open(path.c_str(), NC_NOWRITE, &id_);
  if (status != NC_NOERR) {
    id_ = -1;
    const std::string reason = nc_strerror(status);
    throw data::ReadError(path,
                          "the file begins like NetCDF or HDF5 but can't be opened; it is damaged or cut short (" +
                              (reason.starts_with("NetCDF: ") ? reason.substr(8) : reason) + ")");
  }
  try {
    collect(id_, {}, 0);
  } catch (...) {
    nc_close(id_);
    throw;
  }
}

NetcdfFile::~NetcdfFile() {
  const auto lock = lockHdf5();
  nc_close(id_);
}

void NetcdfFile::fail(const std::string& doing, int status) const {
  throw data::ReadError(path_, doing + " failed; the file is damaged or cut short (" + nc_strerror(status) + ")");
}

void NetcdfFile::collect(int group, const std::string& prefix, int depth) {
  int count = 0;
  if (const int status = nc_inq_nvars(group, &count); status != NC_NOERR) fail("listing its variables", status);
  std::vector<int> ids(static_cast<std::size_t>(std::max(count, 0)));
  if (count > 0 && nc_inq_varids(group, &count, ids.data()) != NC_NOERR) return;
  for (const int id : ids) {
    NetcdfVariable variable;
    variable.group = group;
    variable.id = id;
    std::array<char, NC_MAX_NAME + 1> name{};
    int rank = 0;
    std::array<int, NC_MAX_VAR_DIMS> dimensions{};
    if (const int status = nc_inq_varname(group, id, name.data()); status != NC_NOERR)
      fail("reading a variable's name", status);
    if (nc_inq_varndims(group, id, &rank) != NC_NOERR || rank > NC_MAX_VAR_DIMS) continue;
    if (const int status = nc_inq_var(group, id, nullptr, &variable.type, &rank, dimensions.data(), nullptr);
        status != NC_NOERR)
      fail(std::string("describing the variable ") + name.data(), status);
    variable.shortName = cleanText(name.data());
    variable.name = prefix + variable.shortName;
    for (int i = 0; i < rank; ++i) {
      NetcdfDimension dimension;
      dimension.id = dimensions[static_cast<std::size_t>(i)];
      std::size_t length = 0;
      if (const int status = nc_inq_dim(group, dimension.id, name.data(), &length); status != NC_NOERR)
        fail("reading a dimension of " + variable.name, status);
      dimension.name = cleanText(name.data());
      dimension.length = static_cast<std::int64_t>(length);
      variable.dimensions.push_back(std::move(dimension));
    }
    variables_.push_back(std::move(variable));
  }
  if (depth > 16 || nc_inq_grps(group, &count, nullptr) != NC_NOERR || count <= 0) return;
  std::vector<int> groups(static_cast<std::size_t>(count));
  if (nc_inq_grps(group, &count, groups.data()) != NC_NOERR) return;
  for (const int child : groups) {
    std::array<char, NC_MAX_NAME + 1> name{};
    if (nc_inq_grpname(child, name.data()) == NC_NOERR)
      collect(child, prefix + cleanText(name.data()) + "/", depth + 1);
  }
}

std::string NetcdfFile::format() const {
  int format = 0;
  nc_inq_format(id_, &format);
  switch (format) {
  case NC_FORMAT_CLASSIC:
    return "NetCDF classic";
  case NC_FORMAT_64BIT_OFFSET:
    return "NetCDF 64-bit offset";
  case NC_FORMAT_CDF5:
    return "NetCDF 64-bit data";
  case NC_FORMAT_NETCDF4_CLASSIC:
    return "NetCDF-4 classic model";
  default:
    break;
  }
  const bool unnamed = std::any_of(variables_.begin(), variables_.end(), [](const NetcdfVariable& v) {
    return std::any_of(v.dimensions.begin(), v.dimensions.end(),
                       [](const auto& d) { return d.name.starts_with("phony_dim"); });
  });
  return unnamed ? "HDF5" : "NetCDF-4";
}

std::vector<std::pair<std::string, std::string>> NetcdfFile::globalAttributes() const {
  std::vector<std::pair<std::string, std::string>> attributes;
  int count = 0;
  if (nc_inq_natts(id_, &count) != NC_NOERR) return attributes;
  for (int i = 0; i < std::min(count, 1000); ++i) {
    std::array<char, NC_MAX_NAME + 1> name{};
    if (nc_inq_attname(id_, NC_GLOBAL, i, name.data()) != NC_NOERR) continue;
    std::string value = attributeText(id_, NC_GLOBAL, name.data());
    if (value.empty()) {
      const auto numbers = attributeNumbers(id_, NC_GLOBAL, name.data());
      for (std::size_t n = 0; n < std::min<std::size_t>(numbers.size(), 20); ++n)
        value += (n ? ", " : "") + numberText(numbers[n]);
      if (numbers.size() > 20) value += ", …";
    }
    attributes.emplace_back(cleanText(name.data()), std::move(value));
  }
  return attributes;
}

std::string NetcdfFile::text(const NetcdfVariable& variable, const char* name) const {
  return attributeText(variable.group, variable.id, name);
}

std::vector<double> NetcdfFile::numbers(const NetcdfVariable& variable, const char* name) const {
  return attributeNumbers(variable.group, variable.id, name);
}

double NetcdfFile::chunkBytes(const NetcdfVariable& variable) const {
  int storage = NC_CONTIGUOUS;
  std::array<std::size_t, NC_MAX_VAR_DIMS> chunk{};
  const auto type = netcdfType(variable.type);
  if (!type || nc_inq_var_chunking(variable.group, variable.id, &storage, chunk.data()) != NC_NOERR ||
      storage != NC_CHUNKED)
    return 0;
  auto bytes = static_cast<double>(sizeOf(*type));
  for (std::size_t i = 0; i < variable.dimensions.size(); ++i)
    bytes *= static_cast<double>(chunk[i]);
  return bytes;
}

std::vector<double> NetcdfFile::values(const NetcdfVariable& variable) const {
  std::size_t count = 1;
  for (const auto& dimension : variable.dimensions)
    count *= static_cast<std::size_t>(dimension.length);
  std::vector<double> values(count);
  if (const int status = nc_get_var_double(variable.group, variable.id, values.data());
      status != NC_NOERR && status != NC_ERANGE)
    fail("reading the variable " + variable.name, status);
  return values;
}

std::vector<std::string> NetcdfFile::texts(const NetcdfVariable& variable) const {
  constexpr double mostBytes = 64e6;
  double count = 1;
  for (const auto& dimension : variable.dimensions)
    count *= static_cast<double>(dimension.length);
  if (variable.dimensions.empty() || count < 1 || count * (variable.type == NC_STRING ? 8 : 1) > mostBytes) return {};
  std::vector<std::string> texts;
  const auto many = static_cast<std::size_t>(count);
  if (variable.type == NC_STRING) {
    std::vector<char*> strings(many, nullptr);
    if (const int status = nc_get_var_string(variable.group, variable.id, strings.data()); status != NC_NOERR)
      fail("reading the variable " + variable.name, status);
    for (const char* string : strings)
      texts.push_back(cleanText(string ? string : ""));
    nc_free_string(many, strings.data());
  } else if (variable.type == NC_CHAR) {
    std::string packed(many, '\0');
    if (const int status = nc_get_var_text(variable.group, variable.id, packed.data()); status != NC_NOERR)
      fail("reading the variable " + variable.name, status);
    const auto length = static_cast<std::size_t>(variable.dimensions.back().length);
    for (std::size_t at = 0; at < many; at += length)
      texts.push_back(cleanText(std::string_view(packed).substr(at, length)));
  }
  return texts;
}

void NetcdfFile::read(const NetcdfVariable& variable, const std::vector<std::size_t>& start,
                      const std::vector<std::size_t>& count, std::byte* out) const {
  if (const int status = nc_get_vara(variable.group, variable.id, start.data(), count.data(), out); status != NC_NOERR)
    fail("reading the variable " + variable.name, status);
}

} // namespace discern::io
