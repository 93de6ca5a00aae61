#include "io/fields/hdf5/hdf5_field.h"

#include "data/error.h"
#include "io/fields/hdf5/hdf5_chunks.h"
#include "io/netcdf/library_lock.h"

#include <algorithm>
#include <limits>

namespace discern::io {

namespace {

class Hdf5Field final : public ArrayField {
public:
  Hdf5Field(data::FieldInfo info, const std::string& order, std::shared_ptr<const Hdf5File> file, std::string dataset,
            Hdf5Values values)
      : ArrayField(std::move(info), order), file_(std::move(file)), name_(std::move(dataset)),
        values_(std::move(values)) {
    if (values_.member.empty()) return;
    compound_ = Hdf5Id(H5Tcreate(H5T_COMPOUND, sizeOf(info_.type)), H5Tclose);
    H5Tinsert(compound_.get(), values_.member.c_str(), 0, hdf5Type(info_.type));
  }
  ~Hdf5Field() override {
    const auto lock = lockHdf5();
    dataset_.reset();
    compound_.reset();
  }

protected:
  void box(const Index& start, const Index& count, std::byte* out) const override {
    {
      const auto lock = lockHdf5();
      open();
      if (!(chunks_ && chunks_->suits(start, count) && chunks_->read(dataset_.get(), start, count, out)))
        select(start, count, out);
    }
    std::vector<hsize_t> size(count.begin(), count.end());
    std::size_t elements = 1;
    for (const hsize_t n : size)
      elements *= n;
    if (info_.type == data::ScalarType::Float32)
      adjust<float>(out, elements);
    else if (info_.type == data::ScalarType::Float64)
      adjust<double>(out, elements);
  }

private:
  [[nodiscard]] hid_t type() const { return compound_ ? compound_.get() : hdf5Type(info_.type); }

  /// Not before it is read: while a data set is open elsewhere too, the library keeps the chunk cache of that one.
  /// Where chunks are read past the cache, there is none, so that the library reads no more than it is asked for.
  void open() const {
    if (dataset_) return;
    const auto opened = [this](std::size_t slots, std::size_t bytes) {
      const Hdf5Id access(H5Pcreate(H5P_DATASET_ACCESS), H5Pclose);
      H5Pset_chunk_cache(access.get(), slots, bytes, 0.75);
      return Hdf5Id(H5Dopen2(file_->id(), name_.c_str(), access.get()), H5Dclose);
    };
    dataset_ = opened(1, 0);
    if (dataset_ && !compound_) chunks_ = Hdf5Chunks::of(dataset_.get(), type());
    if (dataset_ && !chunks_) {
      dataset_.reset();
      dataset_ = opened(12421, 64 << 20);
    }
    if (!dataset_)
      throw data::ReadError(file_->path(), "the data set " + name_ + " can't be opened; the file is damaged");
  }

  void select(const Index& start, const Index& count, std::byte* out) const {
    const std::vector<hsize_t> from(start.begin(), start.end()), size(count.begin(), count.end());
    const Hdf5Id stored(H5Dget_space(dataset_.get()), H5Sclose);
    const Hdf5Id memory(H5Screate_simple(static_cast<int>(size.size()), size.data(), nullptr), H5Sclose);
    if (H5Sselect_hyperslab(stored.get(), H5S_SELECT_SET, from.data(), nullptr, size.data(), nullptr) < 0 ||
        H5Dread(dataset_.get(), type(), memory.get(), stored.get(), H5P_DEFAULT, out) < 0)
      throw data::ReadError(file_->path(), "reading the data set " + info_.name +
                                               " failed; the file is damaged, or it needs a filter that isn't here");
  }

  template <typename T>
  void adjust(std::byte* out, std::size_t elements) const {
    if (values_.missing.empty() && values_.scale == 1) return;
    T* value = reinterpret_cast<T*>(out);
    for (std::size_t i = 0; i < elements; ++i) {
      const bool gone = std::any_of(values_.missing.begin(), values_.missing.end(),
                                    [&](double m) { return value[i] == static_cast<T>(m); });
      value[i] = gone ? std::numeric_limits<T>::quiet_NaN() : static_cast<T>(value[i] * values_.scale);
    }
  }

  std::shared_ptr<const Hdf5File> file_;
  std::string name_;
  Hdf5Values values_;
  Hdf5Id compound_;
  mutable Hdf5Id dataset_; ///< with lockHdf5() held, like all of HDF5
  mutable std::optional<Hdf5Chunks> chunks_;
};

} // namespace

std::shared_ptr<const data::FieldSource> hdf5Field(data::FieldInfo info, const std::string& order,
                                                   std::shared_ptr<const Hdf5File> file, const std::string& dataset,
                                                   Hdf5Values values) {
  const Hdf5Id id(H5Dopen2(file->id(), dataset.c_str(), H5P_DEFAULT), H5Dclose);
  if (!id) throw data::ReadError(file->path(), "the data set " + dataset + " can't be opened; the file is damaged");
  return std::make_shared<Hdf5Field>(std::move(info), order, std::move(file), dataset, std::move(values));
}

} // namespace discern::io
