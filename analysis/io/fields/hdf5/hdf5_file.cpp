#include "io/fields/hdf5/hdf5_file.h"

#include "data/error.h"
#include "io/file_text.h"
#include "io/netcdf/library_lock.h"

#include <algorithm>

namespace discern::io {

namespace {

constexpr hsize_t mostAttribute = 4096;
constexpr std::size_t longestText = 1 << 16;

} // namespace

Hdf5File::Hdf5File(const std::string& name)
    : path_(name), file_(H5Fopen(name.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose) {
  if (!file_) throw data::ReadError(path_, "the HDF5 file can't be opened; it is damaged or cut short");
}

Hdf5File::~Hdf5File() {
  const auto lock = lockHdf5();
  file_.reset();
}

std::vector<std::string> linksOf(hid_t group) {
  std::vector<std::string> names;
  H5G_info_t info{};
  if (H5Gget_info(group, &info) < 0) return names;
  for (hsize_t i = 0; i < std::min<hsize_t>(info.nlinks, 100000); ++i) {
    const ssize_t length = H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, nullptr, 0, H5P_DEFAULT);
    if (length < 0) break;
    if (length == 0 || length > 4096) continue;
    std::string name(static_cast<std::size_t>(length), '\0');
    H5Lget_name_by_idx(group, ".", H5_INDEX_NAME, H5_ITER_INC, i, name.data(), name.size() + 1, H5P_DEFAULT);
    names.push_back(std::move(name));
  }
  return names;
}

bool leadsInside(hid_t group, const std::string& link) {
  H5L_info_t info{};
  return H5Lget_info(group, link.c_str(), &info, H5P_DEFAULT) >= 0 &&
         (info.type == H5L_TYPE_HARD || info.type == H5L_TYPE_SOFT);
}

bool keepsInside(hid_t file) {
  int left = 4000;
  const auto look = [](hid_t group, const char* name, const H5L_info_t* link, void* count) -> herr_t {
    constexpr herr_t goOn = 0, stop = 1;
    if (--*static_cast<int*>(count) < 0) return stop;
    if (link->type == H5L_TYPE_SOFT) return goOn; // what it leads to is met by itself
    if (link->type != H5L_TYPE_HARD) return stop;
    const Hdf5Id object(H5Oopen(group, name, H5P_DEFAULT), H5Oclose);
    if (!object) return stop;
    if (H5Iget_type(object.get()) != H5I_DATASET) return goOn;
    const Hdf5Id properties(H5Dget_create_plist(object.get()), H5Pclose);
    const bool inside =
        properties && H5Pget_external_count(properties.get()) == 0 && H5Pget_layout(properties.get()) != H5D_VIRTUAL;
    return inside ? goOn : stop;
  };
  return H5Lvisit(file, H5_INDEX_NAME, H5_ITER_NATIVE, look, &left) == 0;
}

std::vector<std::string> attributeTexts(hid_t object, const char* name) {
  std::vector<std::string> texts;
  if (H5Aexists(object, name) <= 0) return texts;
  const Hdf5Id id(H5Aopen(object, name, H5P_DEFAULT), H5Aclose);
  if (!id) return texts;
  const Hdf5Id type(H5Aget_type(id.get()), H5Tclose), space(H5Aget_space(id.get()), H5Sclose);
  const hssize_t count = space ? H5Sget_simple_extent_npoints(space.get()) : 0;
  if (!type || H5Tget_class(type.get()) != H5T_STRING || count < 1 || count > static_cast<hssize_t>(mostAttribute))
    return texts;
  const auto many = static_cast<std::size_t>(count);
  if (H5Tis_variable_str(type.get()) > 0) {
    const Hdf5Id memory(H5Tcopy(H5T_C_S1), H5Tclose);
    H5Tset_size(memory.get(), H5T_VARIABLE);
    H5Tset_cset(memory.get(), H5Tget_cset(type.get()));
    std::vector<char*> words(many, nullptr);
    if (H5Aread(id.get(), memory.get(), words.data()) < 0) return texts;
    for (const char* word : words)
      texts.push_back(cleanText(word ? word : ""));
    H5Dvlen_reclaim(memory.get(), space.get(), H5P_DEFAULT, words.data());
    return texts;
  }
  const std::size_t length = H5Tget_size(type.get());
  if (length == 0 || length * many > longestText) return texts;
  std::string packed(length * many, '\0');
  if (H5Aread(id.get(), type.get(), packed.data()) < 0) return texts;
  for (std::size_t i = 0; i < many; ++i)
    texts.push_back(cleanText(std::string_view(packed).substr(i * length, length)));
  return texts;
}

std::string attributeText(hid_t object, const char* name) {
  std::string text;
  for (const std::string& word : attributeTexts(object, name))
    text += (text.empty() ? "" : ", ") + word;
  return text;
}

std::vector<double> attributeNumbers(hid_t object, const char* name) {
  if (H5Aexists(object, name) <= 0) return {};
  const Hdf5Id id(H5Aopen(object, name, H5P_DEFAULT), H5Aclose);
  if (!id) return {};
  const Hdf5Id type(H5Aget_type(id.get()), H5Tclose), space(H5Aget_space(id.get()), H5Sclose);
  const hssize_t count = space ? H5Sget_simple_extent_npoints(space.get()) : 0;
  if (!type || !scalarOf(type.get()) || count < 1 || count > static_cast<hssize_t>(mostAttribute)) return {};
  std::vector<double> values(static_cast<std::size_t>(count));
  if (H5Aread(id.get(), H5T_NATIVE_DOUBLE, values.data()) < 0) return {};
  return values;
}

std::vector<std::string> attributeNames(hid_t object) {
  std::vector<std::string> names;
  H5O_info_t info{};
  if (H5Oget_info2(object, &info, H5O_INFO_NUM_ATTRS) < 0) return names;
  for (hsize_t i = 0; i < std::min<hsize_t>(info.num_attrs, 1000); ++i) {
    const ssize_t length = H5Aget_name_by_idx(object, ".", H5_INDEX_NAME, H5_ITER_INC, i, nullptr, 0, H5P_DEFAULT);
    if (length < 0) break;
    if (length > 4096) continue;
    std::string name(static_cast<std::size_t>(length), '\0');
    H5Aget_name_by_idx(object, ".", H5_INDEX_NAME, H5_ITER_INC, i, name.data(), name.size() + 1, H5P_DEFAULT);
    names.push_back(std::move(name));
  }
  return names;
}

std::optional<data::ScalarType> scalarOf(hid_t type) {
  using data::ScalarType;
  const H5T_class_t kind = H5Tget_class(type);
  const std::size_t size = H5Tget_size(type);
  if (kind == H5T_FLOAT) return size <= 4 ? ScalarType::Float32 : ScalarType::Float64;
  if (kind == H5T_ENUM) {
    const Hdf5Id base(H5Tget_super(type), H5Tclose);
    return base && H5Tget_class(base.get()) == H5T_INTEGER ? scalarOf(base.get()) : std::nullopt;
  }
  if (kind != H5T_INTEGER || size > 8 || size == 0) return std::nullopt;
  const bool isSigned = H5Tget_sign(type) == H5T_SGN_2;
  if (size == 1) return isSigned ? ScalarType::Int8 : ScalarType::UInt8;
  if (size == 2) return isSigned ? ScalarType::Int16 : ScalarType::UInt16;
  if (size <= 4) return isSigned ? ScalarType::Int32 : ScalarType::UInt32;
  return isSigned ? ScalarType::Int64 : ScalarType::UInt64;
}

double chunkBytesOf(hid_t dataset) {
  const Hdf5Id properties(H5Dget_create_plist(dataset), H5Pclose);
  const Hdf5Id type(H5Dget_type(dataset), H5Tclose);
  if (!properties || !type || H5Pget_layout(properties.get()) != H5D_CHUNKED) return 0;
  std::array<hsize_t, H5S_MAX_RANK> chunk{};
  const int rank = H5Pget_chunk(properties.get(), H5S_MAX_RANK, chunk.data());
  auto bytes = static_cast<double>(H5Tget_size(type.get()));
  for (int i = 0; i < rank; ++i)
    bytes *= static_cast<double>(chunk[static_cast<std::size_t>(i)]);
  return bytes;
}

} // namespace discern::io
