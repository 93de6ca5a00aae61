#include "io/pyramid/piece_file.h"

#include "io/netcdf/library_lock.h"
#include "io/pyramid/hdf5_image.h"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace discern::io {

namespace {

constexpr int pieceVersion = 1;
constexpr hsize_t chunkEdge = 32;
constexpr std::size_t mostCells = std::size_t{1} << 20;

[[noreturn]] void refuse() { throw std::runtime_error("HDF5 can't make a part of the pyramid"); }

void check(bool good) {
  if (!good) refuse();
}

void putMarks(hid_t file, const std::string& identity) {
  const Hdf5Id scalar(H5Screate(H5S_SCALAR), H5Sclose);
  const Hdf5Id version(H5Acreate2(file, "discern_pyramid", H5T_NATIVE_INT, scalar.get(), H5P_DEFAULT, H5P_DEFAULT),
                       H5Aclose);
  check(version && H5Awrite(version.get(), H5T_NATIVE_INT, &pieceVersion) >= 0);
  const Hdf5Id text = hdf5Text(identity.size());
  const Hdf5Id mark(H5Acreate2(file, "identity", text.get(), scalar.get(), H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
  check(mark && H5Awrite(mark.get(), text.get(), identity.data()) >= 0);
}

/// A data set of one or three axes, in chunks with sums over them.
void put(hid_t file, const char* name, hid_t type, const std::vector<hsize_t>& shape, const void* values) {
  const Hdf5Id space(H5Screate_simple(static_cast<int>(shape.size()), shape.data(), nullptr), H5Sclose);
  const Hdf5Id layout(H5Pcreate(H5P_DATASET_CREATE), H5Pclose);
  std::vector<hsize_t> chunk = shape;
  for (hsize_t& n : chunk)
    n = std::min(n, shape.size() == 1 ? hsize_t{65536} : chunkEdge);
  check(H5Pset_chunk(layout.get(), static_cast<int>(chunk.size()), chunk.data()) >= 0 &&
        H5Pset_fletcher32(layout.get()) >= 0);
  H5Pset_fill_time(layout.get(), H5D_FILL_TIME_NEVER);
  const Hdf5Id data(H5Dcreate2(file, name, type, space.get(), H5P_DEFAULT, layout.get(), H5P_DEFAULT), H5Dclose);
  check(data && H5Dwrite(data.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, values) >= 0);
}

/// With lockHdf5() held.
Hdf5Id openPiece(const std::string& path, const std::string& identity) {
  Hdf5Id file(H5Fopen(path.c_str(), H5F_ACC_RDONLY, H5P_DEFAULT), H5Fclose);
  if (!file || H5Aexists(file.get(), "identity") <= 0 || H5Aexists(file.get(), "discern_pyramid") <= 0) return {};
  int version = 0;
  const Hdf5Id mark(H5Aopen(file.get(), "discern_pyramid", H5P_DEFAULT), H5Aclose);
  if (!mark || H5Aread(mark.get(), H5T_NATIVE_INT, &version) < 0 || version != pieceVersion) return {};
  const Hdf5Id text(H5Aopen(file.get(), "identity", H5P_DEFAULT), H5Aclose);
  const Hdf5Id stored(text ? H5Aget_type(text.get()) : -1, H5Tclose);
  if (!stored || H5Tget_class(stored.get()) != H5T_STRING || H5Tis_variable_str(stored.get()) != 0 ||
      H5Tget_size(stored.get()) != identity.size())
    return {};
  std::string found(identity.size(), '\0');
  const Hdf5Id memory = hdf5Text(identity.size());
  if (H5Aread(text.get(), memory.get(), found.data()) < 0 || found != identity) return {};
  return file;
}

template <typename T>
bool readList(hid_t file, const char* name, hid_t type, std::vector<T>& out) {
  if (H5Lexists(file, name, H5P_DEFAULT) <= 0) return false;
  const Hdf5Id data(H5Dopen2(file, name, H5P_DEFAULT), H5Dclose);
  if (!data) return false;
  const std::vector<hsize_t> lengths = lengthsOf(data.get());
  if (lengths.size() != 1 || lengths[0] > mostCells) return false;
  out.resize(lengths[0]);
  return H5Dread(data.get(), type, H5S_ALL, H5S_ALL, H5P_DEFAULT, out.data()) >= 0;
}

} // namespace

std::vector<std::byte> packPiece(const Piece& piece, data::ScalarType type, const std::string& identity) {
  std::size_t size = 1 << 20;
  for (const auto& level : piece.levels)
    size += level.size();
  const auto lock = lockHdf5();
  Hdf5Image file(size);
  check(file.id() >= 0);
  putMarks(file.id(), identity);
  for (std::size_t i = 0; i < piece.levels.size(); ++i) {
    const data::Index3& shape = piece.shapes[i];
    put(file.id(), ("level" + std::to_string(i + 1)).c_str(), hdf5Type(type),
        {static_cast<hsize_t>(shape[2]), static_cast<hsize_t>(shape[1]), static_cast<hsize_t>(shape[0])},
        piece.levels[i].data());
  }
  const ExactStatistics::Kept& kept = piece.statistics;
  put(file.id(), "moments", H5T_NATIVE_DOUBLE, {kept.moments.size()}, kept.moments.data());
  if (!kept.cells.empty()) {
    put(file.id(), "cells", H5T_NATIVE_UINT32, {kept.cells.size()}, kept.cells.data());
    put(file.id(), "counts", H5T_NATIVE_UINT64, {kept.counts.size()}, kept.counts.data());
  }
  auto bytes = file.close();
  check(!bytes.empty());
  return bytes;
}

bool readPiece(const std::string& path, const std::string& identity, data::ScalarType type, int level,
               const data::Box& box, std::span<std::byte> out) {
  const auto lock = lockHdf5();
  const Hdf5Id file = openPiece(path, identity);
  const std::string name = "level" + std::to_string(level);
  if (!file || H5Lexists(file.get(), name.c_str(), H5P_DEFAULT) <= 0) return false;
  const Hdf5Id data(H5Dopen2(file.get(), name.c_str(), H5P_DEFAULT), H5Dclose);
  if (!data) return false;
  const std::vector<hsize_t> lengths = lengthsOf(data.get());
  std::array<hsize_t, 3> start{}, count{};
  if (lengths.size() != 3) return false;
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t axis = 2 - i;
    if (box.lo[axis] < 0 || box.hi[axis] > static_cast<std::int64_t>(lengths[i])) return false;
    start[i] = static_cast<hsize_t>(box.lo[axis]);
    count[i] = static_cast<hsize_t>(box.hi[axis] - box.lo[axis]);
  }
  if (out.size() != static_cast<std::size_t>(box.voxels()) * data::sizeOf(type)) return false;
  const Hdf5Id stored(H5Dget_space(data.get()), H5Sclose), memory(H5Screate_simple(3, count.data(), nullptr), H5Sclose);
  const Hdf5Id own(H5Dget_type(data.get()), H5Tclose);
  return stored && memory && H5Tequal(own.get(), hdf5Type(type)) > 0 &&
         H5Sselect_hyperslab(stored.get(), H5S_SELECT_SET, start.data(), nullptr, count.data(), nullptr) >= 0 &&
         H5Dread(data.get(), hdf5Type(type), memory.get(), stored.get(), H5P_DEFAULT, out.data()) >= 0;
}

std::optional<ExactStatistics::Kept> readPieceStatistics(const std::string& path, const std::string& identity) {
  const auto lock = lockHdf5();
  const Hdf5Id file = openPiece(path, identity);
  ExactStatistics::Kept kept;
  if (!file || !readList(file.get(), "moments", H5T_NATIVE_DOUBLE, kept.moments) || kept.moments.size() != 6)
    return std::nullopt;
  if (kept.moments[0] > 0 && (!readList(file.get(), "cells", H5T_NATIVE_UINT32, kept.cells) ||
                              !readList(file.get(), "counts", H5T_NATIVE_UINT64, kept.counts)))
    return std::nullopt;
  return kept;
}

} // namespace discern::io
