#pragma once
#include "data/scalar_type.h"

#include <hdf5.h>
#include <string>
#include <utility>
#include <vector>

namespace discern::io {

/// An HDF5 identifier that closes itself. All of it is to be used with lockHdf5() held.
class Hdf5Id {
public:
  using Close = herr_t (*)(hid_t);
  Hdf5Id() = default;
  Hdf5Id(hid_t id, Close close) : id_(id), close_(close) {}
  Hdf5Id(Hdf5Id&& other) noexcept : id_(std::exchange(other.id_, -1)), close_(other.close_) {}
  Hdf5Id& operator=(Hdf5Id&& other) noexcept {
    std::swap(id_, other.id_);
    std::swap(close_, other.close_);
    return *this;
  }
  ~Hdf5Id() { reset(); }
  void reset() {
    if (id_ >= 0) close_(id_);
    id_ = -1;
  }
  [[nodiscard]] hid_t get() const { return id_; }
  explicit operator bool() const { return id_ >= 0; }

private:
  hid_t id_ = -1;
  Close close_ = nullptr;
};

/// The type of this machine's memory.
[[nodiscard]] hid_t hdf5Type(data::ScalarType type);
/// A text type of fixed length, UTF-8 or ASCII, padded with NUL.
[[nodiscard]] Hdf5Id hdf5Text(std::size_t length, bool ascii = false);

/// What a scalar text data set holds; empty when there is none or it is longer than 64 MB.
[[nodiscard]] std::string readText(hid_t parent, const std::string& name);
/// Lengths of a data set; empty when it is scalar or there is none.
[[nodiscard]] std::vector<hsize_t> lengthsOf(hid_t dataset);

/// Places in a result file.
constexpr const char* resultMark = "discern_result"; ///< attribute of the root: the version of the layout
constexpr int resultVersion = 1;

} // namespace discern::io
