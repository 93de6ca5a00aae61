#include "io/fields/hdf5/hdf5_field.h"

#include "data/error.h"
#include "io/netcdf/library_lock.h"

#include <algorithm>
#include <limits>

namespace discern::io {

namespace {

class Hdf5Field final : public ArrayField {
public:
  Hdf5Field(data::FieldInfo info, const std::string& order, std::shared_ptr<const Hdf5File> file, Hdf5Id dataset,
            Hdf5Values values)
      : ArrayField(std::move(info), order), file_(std::move(file)), dataset_(std::move(dataset)),
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
    std::vector<hsize_t> from(start.begin(), start.end()), size(count.begin(), count.end());
    {
      const auto lock = lockHdf5();
      const Hdf5Id stored(H5Dget_space(dataset_.get()), H5Sclose);
      const Hdf5Id memory(H5Screate_simple(static_cast<int>(size.size()), size.data(), nullptr), H5Sclose);
      if (H5Sselect_hyperslab(stored.get(), H5S_SELECT_SET, from.data(), nullptr, size.data(), nullptr) < 0 ||
          H5Dread(dataset_.get(), compound_ ? compound_.get() : hdf5Type(info_.type), memory.get(), stored.get(),
                  H5P_DEFAULT, out) < 0)
        throw data::ReadError(file_->path(), "reading the data set " + info_.name +
                                                 " failed; the file is damaged, or it needs a filter that isn't here");
    }
    std::size_t elements = 1;
    for (const hsize_t n : size)
      elements *= n;
    if (info_.type == data::ScalarType::Float32)
      adjust<float>(out, elements);
    else if (info_.type == data::ScalarType::Float64)
      adjust<double>(out, elements);
  }

private:
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
  Hdf5Id dataset_, compound_;
  Hdf5Values values_;
};

} // namespace

std::shared_ptr<const data::FieldSource> hdf5Field(data::FieldInfo info, const std::string& order,
                                                   std::shared_ptr<const Hdf5File> file, const std::string& dataset,
                                                   Hdf5Values values) {
  const Hdf5Id access(H5Pcreate(H5P_DATASET_ACCESS), H5Pclose);
  H5Pset_chunk_cache(access.get(), 12421, 64 << 20, 0.75);
  Hdf5Id id(H5Dopen2(file->id(), dataset.c_str(), access.get()), H5Dclose);
  if (!id) throw data::ReadError(file->path(), "the data set " + dataset + " can't be opened; the file is damaged");
  return std::make_shared<Hdf5Field>(std::move(info), order, std::move(file), std::move(id), std::move(values));
}

} // namespace discern::io
