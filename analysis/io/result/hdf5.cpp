#include "io/result/hdf5.h"

namespace discern::io {

hid_t hdf5Type(data::ScalarType type) {
  using data::ScalarType;
  switch (type) {
  case ScalarType::Int8:
    return H5T_NATIVE_INT8;
  case ScalarType::UInt8:
    return H5T_NATIVE_UINT8;
  case ScalarType::Int16:
    return H5T_NATIVE_INT16;
  case ScalarType::UInt16:
    return H5T_NATIVE_UINT16;
  case ScalarType::Int32:
    return H5T_NATIVE_INT32;
  case ScalarType::UInt32:
    return H5T_NATIVE_UINT32;
  case ScalarType::Int64:
    return H5T_NATIVE_INT64;
  case ScalarType::UInt64:
    return H5T_NATIVE_UINT64;
  case ScalarType::Float32:
    return H5T_NATIVE_FLOAT;
  case ScalarType::Float64:
    break;
  }
  return H5T_NATIVE_DOUBLE;
}

Hdf5Id hdf5Text(std::size_t length, bool ascii) {
  Hdf5Id type(H5Tcopy(H5T_C_S1), H5Tclose);
  H5Tset_size(type.get(), length > 0 ? length : 1);
  H5Tset_strpad(type.get(), H5T_STR_NULLPAD);
  H5Tset_cset(type.get(), ascii ? H5T_CSET_ASCII : H5T_CSET_UTF8);
  return type;
}

std::string readText(hid_t parent, const std::string& name) {
  if (H5Lexists(parent, name.c_str(), H5P_DEFAULT) <= 0) return {};
  const Hdf5Id dataset(H5Dopen2(parent, name.c_str(), H5P_DEFAULT), H5Dclose);
  if (!dataset) return {};
  const Hdf5Id type(H5Dget_type(dataset.get()), H5Tclose);
  const Hdf5Id space(H5Dget_space(dataset.get()), H5Sclose);
  const std::size_t length = type ? H5Tget_size(type.get()) : 0;
  if (!type || H5Tget_class(type.get()) != H5T_STRING || H5Tis_variable_str(type.get()) != 0 || length == 0 ||
      length > (std::size_t{64} << 20) || H5Sget_simple_extent_npoints(space.get()) != 1)
    return {};
  std::string text(length, '\0');
  if (H5Dread(dataset.get(), type.get(), H5S_ALL, H5S_ALL, H5P_DEFAULT, text.data()) < 0) return {};
  text.resize(text.find_last_not_of('\0') + 1);
  return text;
}

std::vector<hsize_t> lengthsOf(hid_t dataset) {
  const Hdf5Id space(H5Dget_space(dataset), H5Sclose);
  const int rank = space ? H5Sget_simple_extent_ndims(space.get()) : 0;
  if (rank <= 0) return {};
  std::vector<hsize_t> lengths(static_cast<std::size_t>(rank));
  H5Sget_simple_extent_dims(space.get(), lengths.data(), nullptr);
  return lengths;
}

} // namespace discern::io
