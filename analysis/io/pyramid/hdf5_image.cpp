#include "io/pyramid/hdf5_image.h"

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <cstring>

namespace discern::io {

namespace {

constexpr std::size_t endAt = 28, superblock = 48; ///< of versions 2 and 3, with addresses of eight bytes

/// Where the file ends, as its superblock says: the memory may go on.
std::size_t endOf(const std::byte* bytes) {
  std::size_t end = 0;
  for (std::size_t i = 0; i < 8; ++i)
    end |= std::to_integer<std::size_t>(bytes[endAt + i]) << (8 * i);
  return end;
}

} // namespace

Hdf5Image::Hdf5Image(std::size_t step) {
  const Hdf5Id access(H5Pcreate(H5P_FILE_ACCESS), H5Pclose);
  H5FD_file_image_callbacks_t calls{};
  calls.image_malloc = [](std::size_t size, H5FD_file_image_op_t, void*) { return std::malloc(size); };
  calls.image_memcpy = [](void* to, const void* from, std::size_t size, H5FD_file_image_op_t, void*) {
    return std::memcpy(to, from, size);
  };
  calls.image_realloc = resize;
  calls.image_free = release;
  calls.udata_copy = [](void* memory) { return memory; };
  calls.udata_free = [](void*) { return herr_t{0}; };
  calls.udata = &memory_;
  // The latest layout sums over its own tables too, so that damage is noticed.
  if (H5Pset_fapl_core(access.get(), step, 0) >= 0 && H5Pset_file_image_callbacks(access.get(), &calls) >= 0 &&
      H5Pset_libver_bounds(access.get(), H5F_LIBVER_V110, H5F_LIBVER_LATEST) >= 0)
    file_ = Hdf5Id(H5Fcreate("memory", H5F_ACC_TRUNC, H5P_DEFAULT, access.get()), H5Fclose);
}

Hdf5Image::~Hdf5Image() {
  file_.reset();
  std::free(memory_.bytes);
}

void* Hdf5Image::resize(void* from, std::size_t size, H5FD_file_image_op_t, void* memory) {
  void* bytes = std::realloc(from, size);
  if (bytes) static_cast<Memory*>(memory)->size = size;
  return bytes;
}

herr_t Hdf5Image::release(void* bytes, H5FD_file_image_op_t why, void* memory) {
  if (why == H5FD_FILE_IMAGE_OP_FILE_CLOSE)
    static_cast<Memory*>(memory)->bytes = bytes;
  else
    std::free(bytes);
  return 0;
}

std::vector<std::byte> Hdf5Image::close() {
  if (!file_ || H5Fflush(file_.get(), H5F_SCOPE_GLOBAL) < 0) return {};
  file_.reset();
  const auto* bytes = static_cast<const std::byte*>(memory_.bytes);
  if (!bytes || memory_.size < superblock || endOf(bytes) > memory_.size) return {};
  return {bytes, bytes + endOf(bytes)};
}

} // namespace discern::io
