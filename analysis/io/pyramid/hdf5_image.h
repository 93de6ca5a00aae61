#pragma once
#include "io/result/hdf5.h"

#include <cstddef>
#include <vector>

namespace discern::io {

/// A new HDF5 file in memory. Its bytes are taken as the library closes it: those of H5Fget_file_image (HDF5 1.10.8)
/// have a superblock whose flag "open for writing" was cleared without mending the sum over it, so they can't be
/// opened. With lockHdf5() held.
class Hdf5Image {
public:
  /// `step`: bytes by which it grows. The id is not good when HDF5 refuses.
  explicit Hdf5Image(std::size_t step);
  ~Hdf5Image();
  Hdf5Image(const Hdf5Image&) = delete;
  Hdf5Image& operator=(const Hdf5Image&) = delete;

  [[nodiscard]] hid_t id() const { return file_.get(); }
  /// Closes it. Everything that was opened in it is closed before. Empty when HDF5 refuses.
  [[nodiscard]] std::vector<std::byte> close();

private:
  struct Memory {
    void* bytes = nullptr; ///< once the library is done with them
    std::size_t size = 0;
  };
  static void* resize(void* from, std::size_t size, H5FD_file_image_op_t, void* memory);
  static herr_t release(void* bytes, H5FD_file_image_op_t why, void* memory);

  Memory memory_;
  Hdf5Id file_;
};

} // namespace discern::io
