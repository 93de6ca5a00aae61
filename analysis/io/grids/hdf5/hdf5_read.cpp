#include "io/grids/hdf5/hdf5_read.h"

#include "data/error.h"
#include "io/file_text.h"
#include "io/grids/object/vtk_type.h"

#include <algorithm>
#include <array>

namespace discern::io {

namespace {

Hdf5Id attributeOf(hid_t parent, const std::string& object, const std::string& name) {
  if (H5Lexists(parent, object.c_str(), H5P_DEFAULT) <= 0 && object != "/" && object != ".") return {};
  if (H5Aexists_by_name(parent, object.c_str(), name.c_str(), H5P_DEFAULT) <= 0) return {};
  return {H5Aopen_by_name(parent, object.c_str(), name.c_str(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose};
}

std::optional<data::ScalarType> scalarOf(hid_t type) {
  using data::ScalarType;
  const std::size_t size = H5Tget_size(type);
  if (H5Tget_class(type) == H5T_FLOAT) {
    if (size == 4) return ScalarType::Float32;
    return size == 8 ? std::optional(ScalarType::Float64) : std::nullopt;
  }
  if (H5Tget_class(type) != H5T_INTEGER) return std::nullopt;
  const bool isSigned = H5Tget_sign(type) == H5T_SGN_2;
  switch (size) {
  case 1:
    return isSigned ? ScalarType::Int8 : ScalarType::UInt8;
  case 2:
    return isSigned ? ScalarType::Int16 : ScalarType::UInt16;
  case 4:
    return isSigned ? ScalarType::Int32 : ScalarType::UInt32;
  case 8:
    return isSigned ? ScalarType::Int64 : ScalarType::UInt64;
  default:
    return std::nullopt;
  }
}

} // namespace

Hdf5Id openHdf5File(const std::string& path) {
  Hdf5Id file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (!file) throw data::ReadError(path, "HDF5 can't open it");
  return file;
}

std::vector<double> hdf5Numbers(hid_t parent, const std::string& object, const std::string& attribute) {
  constexpr hssize_t most = 1 << 16;
  const Hdf5Id id = attributeOf(parent, object, attribute);
  if (!id) return {};
  const Hdf5Id type(H5Aget_type(id.get()), H5Tclose), space(H5Aget_space(id.get()), H5Sclose);
  const hssize_t count = H5Sget_simple_extent_npoints(space.get());
  if (!scalarOf(type.get()) || count < 1 || count > most) return {};
  std::vector<double> values(static_cast<std::size_t>(count));
  if (H5Aread(id.get(), H5T_NATIVE_DOUBLE, values.data()) < 0) return {};
  return values;
}

std::string hdf5AttributeText(hid_t parent, const std::string& object, const std::string& attribute) {
  constexpr std::size_t most = 1 << 16;
  const Hdf5Id id = attributeOf(parent, object, attribute);
  if (!id) return {};
  const Hdf5Id type(H5Aget_type(id.get()), H5Tclose), space(H5Aget_space(id.get()), H5Sclose);
  if (H5Tget_class(type.get()) != H5T_STRING || H5Sget_simple_extent_npoints(space.get()) != 1) return {};
  if (H5Tis_variable_str(type.get()) > 0) {
    char* text = nullptr;
    if (H5Aread(id.get(), type.get(), &text) < 0 || !text) return {};
    const std::string copy(text);
    H5free_memory(text);
    return cleanText(copy);
  }
  const std::size_t size = H5Tget_size(type.get());
  if (size > most) return {};
  std::string text(size, '\0');
  if (H5Aread(id.get(), type.get(), text.data()) < 0) return {};
  return cleanText(text);
}

std::vector<std::string> hdf5Links(hid_t parent, const std::string& group) {
  std::vector<std::string> names;
  const Hdf5Id id(H5Gopen2(parent, group.c_str(), H5P_DEFAULT), H5Gclose);
  H5G_info_t info{};
  if (!id || H5Gget_info(id.get(), &info) < 0) return names;
  constexpr hsize_t most = 1 << 20;
  for (hsize_t i = 0; i < std::min(info.nlinks, most); ++i) {
    std::array<char, 512> name{};
    if (H5Lget_name_by_idx(id.get(), ".", H5_INDEX_NAME, H5_ITER_INC, i, name.data(), name.size(), H5P_DEFAULT) > 0)
      names.emplace_back(name.data());
  }
  return names;
}

double Hdf5Shape::values() const {
  double count = 1;
  for (const hsize_t n : lengths)
    count *= static_cast<double>(n);
  return count;
}

Hdf5Shape hdf5Shape(hid_t parent, const std::string& name) {
  Hdf5Shape shape;
  H5O_info_t info{};
  if (H5Lexists(parent, name.c_str(), H5P_DEFAULT) <= 0 ||
      H5Oget_info_by_name(parent, name.c_str(), &info, H5P_DEFAULT) < 0 || info.type != H5O_TYPE_DATASET)
    return shape;
  const Hdf5Id id(H5Dopen2(parent, name.c_str(), H5P_DEFAULT), H5Dclose);
  if (!id) return shape;
  const Hdf5Id type(H5Dget_type(id.get()), H5Tclose);
  shape.lengths = lengthsOf(id.get());
  shape.type = scalarOf(type.get());
  shape.stored = static_cast<double>(H5Dget_storage_size(id.get()));
  return shape;
}

vtkSmartPointer<vtkDataArray> hdf5Array(const std::string& path, hid_t parent, const std::string& name) {
  constexpr double mostDeflated = 1100; // what deflate makes of zeros
  const Hdf5Shape shape = hdf5Shape(parent, name);
  if (!shape.type || shape.lengths.empty() || shape.lengths.size() > 4)
    throw data::ReadError(path, "expected one to four axes of numbers as \"" + name + "\"");
  const double bytes = shape.values() * static_cast<double>(sizeOf(*shape.type));
  if (bytes > shape.stored * mostDeflated)
    throw data::ReadError(path, "\"" + name + "\" is said to hold " + byteText(bytes) + ", the file has " +
                                    byteText(shape.stored) + " of it");
  const auto array = vtkSmartPointer<vtkDataArray>::Take(vtkDataArray::CreateDataArray(vtkTypeOf(*shape.type)));
  array->SetName(name.substr(name.rfind('/') + 1).c_str());
  array->SetNumberOfComponents(shape.lengths.size() == 2 ? static_cast<int>(shape.lengths[1]) : 1);
  array->SetNumberOfTuples(
      static_cast<vtkIdType>(shape.lengths.size() > 2 ? shape.values() : static_cast<double>(shape.lengths[0])));
  const Hdf5Id id(H5Dopen2(parent, name.c_str(), H5P_DEFAULT), H5Dclose);
  if (bytes > 0 &&
      H5Dread(id.get(), hdf5Type(*shape.type), H5S_ALL, H5S_ALL, H5P_DEFAULT, array->GetVoidPointer(0)) < 0)
    throw data::ReadError(path,
                          "\"" + name + "\" can't be read: the file is damaged, or packed by a filter that isn't here");
  return array;
}

} // namespace discern::io
