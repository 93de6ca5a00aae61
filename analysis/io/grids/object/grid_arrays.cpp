#include "io/grids/object/grid_arrays.h"

#include "io/grids/object/grid_object.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <vtkDataArray.h>
#include <vtkDataObject.h>
#include <vtkFieldData.h>

namespace discern::io {

namespace {

/// Elements first, first + stride, … of one component of `array`, in the type T. Same types are copied bit by bit.
template <typename T>
void copyValues(vtkDataArray& array, int component, std::int64_t first, std::int64_t stride, std::int64_t count,
                T* out) {
  const int components = array.GetNumberOfComponents();
  if (array.HasStandardMemoryLayout() && typeOf(array) == data::scalarTypeOf<T>() &&
      array.GetDataTypeSize() == static_cast<int>(sizeof(T))) {
    const T* from = static_cast<const T*>(array.GetVoidPointer(0)) + first * components + component;
    for (std::int64_t i = 0; i < count; ++i)
      out[i] = from[i * stride * components];
    return;
  }
  for (std::int64_t i = 0; i < count; ++i)
    out[i] = static_cast<T>(array.GetComponent(first + i * stride, component));
}

class GridField final : public data::FieldSource {
public:
  GridField(data::FieldInfo info, std::shared_ptr<const GridSteps> steps, std::string array)
      : info_(std::move(info)), steps_(std::move(steps)), array_(std::move(array)) {}
  [[nodiscard]] const data::FieldInfo& info() const override { return info_; }

  void read(const data::Slab& slab, std::span<std::byte> out) const override {
    check(slab, out.size());
    const bool points = info_.support == data::Support::Points;
    const auto object = steps_->at(slab.time);
    const auto leaves = leavesOf(*object);
    std::int64_t total = 0;
    for (vtkDataObject* leaf : leaves)
      total += countOf(*leaf, points);
    if (total != info_.shape[0])
      throw data::ReadError(steps_->path(), "step " + std::to_string(slab.time) + " has " + std::to_string(total) +
                                                (points ? " points" : " cells") + ", the first has " +
                                                std::to_string(info_.shape[0]) +
                                                "; fields on a mesh that changes its size are read of the first alone");
    data::dispatch(info_.type, [&](auto tag) {
      using T = typename decltype(tag)::type;
      std::vector<T> values(static_cast<std::size_t>(slab.box.voxels()));
      std::int64_t begin = 0;
      for (vtkDataObject* leaf : leaves) {
        const std::int64_t count = countOf(*leaf, points);
        const std::int64_t lo = std::max(slab.box.lo[0], begin), hi = std::min(slab.box.hi[0], begin + count);
        if (lo < hi) {
          T* to = values.data() + (lo - slab.box.lo[0]);
          vtkFieldData* arrays = arraysOf(*leaf, points);
          vtkDataArray* array = arrays ? arrays->GetArray(array_.c_str()) : nullptr;
          if (array && array->GetNumberOfComponents() == info_.components && array->GetNumberOfTuples() == count)
            copyValues(*array, slab.component, lo - begin, 1, hi - lo, to);
          else
            std::fill(to, to + (hi - lo), std::numeric_limits<T>::quiet_NaN());
        }
        begin += count;
      }
      std::memcpy(out.data(), values.data(), out.size());
    });
  }

private:
  data::FieldInfo info_;
  std::shared_ptr<const GridSteps> steps_;
  std::string array_;
};

class ImageField final : public data::FieldSource {
public:
  ImageField(data::FieldInfo info, std::shared_ptr<const GridSteps> steps, std::string array, bool points)
      : info_(std::move(info)), steps_(std::move(steps)), array_(std::move(array)), points_(points) {}
  [[nodiscard]] const data::FieldInfo& info() const override { return info_; }

  void read(const data::Slab& slab, std::span<std::byte> out) const override {
    check(slab, out.size());
    const auto object = steps_->at(slab.time);
    vtkFieldData* arrays = arraysOf(*object, points_);
    vtkDataArray* array = arrays ? arrays->GetArray(array_.c_str()) : nullptr;
    if (!array || array->GetNumberOfTuples() != info_.voxels() || array->GetNumberOfComponents() != info_.components)
      throw data::ReadError(steps_->path(), "step " + std::to_string(slab.time) + " has no \"" + array_ +
                                                "\" of the shape that the first step has");
    data::dispatch(info_.type, [&](auto tag) {
      using T = typename decltype(tag)::type;
      const std::int64_t stride = std::int64_t{1} << slab.level, row = slab.box.hi[0] - slab.box.lo[0];
      std::vector<T> values(static_cast<std::size_t>(row));
      std::byte* to = out.data();
      for (std::int64_t z = slab.box.lo[2]; z < slab.box.hi[2]; ++z)
        for (std::int64_t y = slab.box.lo[1]; y < slab.box.hi[1]; ++y, to += values.size() * sizeof(T)) {
          const std::int64_t first =
              (z * stride * info_.shape[1] + y * stride) * info_.shape[0] + slab.box.lo[0] * stride;
          copyValues(*array, slab.component, first, stride, row, values.data());
          std::memcpy(to, values.data(), values.size() * sizeof(T));
        }
    });
  }

private:
  data::FieldInfo info_;
  std::shared_ptr<const GridSteps> steps_;
  std::string array_;
  bool points_;
};

class StepGrid final : public data::GridSource {
public:
  StepGrid(data::GridInfo info, std::shared_ptr<const GridSteps> steps)
      : info_(std::move(info)), steps_(std::move(steps)) {}
  [[nodiscard]] const data::GridInfo& info() const override { return info_; }
  [[nodiscard]] vtkSmartPointer<vtkDataObject> read(std::int64_t time) const override {
    if (time < 0 || time >= info_.time.size)
      throw data::UsageError("grid " + info_.name + ": time step " + std::to_string(time) + " asked, it has " +
                             std::to_string(info_.time.size));
    return structureOf(*steps_->at(time));
  }

private:
  data::GridInfo info_;
  std::shared_ptr<const GridSteps> steps_;
};

} // namespace

vtkSmartPointer<vtkDataObject> GridSteps::at(std::int64_t step) const {
  const std::scoped_lock lock(mutex_);
  if (step_ != step) {
    object_ = nullptr; // before the next is loaded: two at a time would be twice the memory
    step_ = -1;
    object_ = wholeObject(path_, load_(step));
    step_ = step;
  }
  return object_;
}

data::ScalarType typeOf(vtkDataArray& array) {
  using data::ScalarType;
  const auto whole = [](int size, bool isSigned) {
    switch (size) {
    case 1:
      return isSigned ? ScalarType::Int8 : ScalarType::UInt8;
    case 2:
      return isSigned ? ScalarType::Int16 : ScalarType::UInt16;
    case 4:
      return isSigned ? ScalarType::Int32 : ScalarType::UInt32;
    default:
      return isSigned ? ScalarType::Int64 : ScalarType::UInt64;
    }
  };
  switch (array.GetDataType()) {
  case VTK_FLOAT:
    return ScalarType::Float32;
  case VTK_DOUBLE:
    return ScalarType::Float64;
  case VTK_BIT:
    return ScalarType::UInt8;
  case VTK_CHAR:
  case VTK_SIGNED_CHAR:
  case VTK_SHORT:
  case VTK_INT:
  case VTK_LONG:
  case VTK_LONG_LONG:
  case VTK_ID_TYPE:
    return whole(array.GetDataTypeSize(), true);
  default:
    return whole(array.GetDataTypeSize(), false);
  }
}

std::shared_ptr<const data::FieldSource> gridField(data::FieldInfo info, std::shared_ptr<const GridSteps> steps,
                                                   std::string array) {
  return std::make_shared<GridField>(std::move(info), std::move(steps), std::move(array));
}

std::shared_ptr<const data::FieldSource> imageField(data::FieldInfo info, std::shared_ptr<const GridSteps> steps,
                                                    std::string array, bool points) {
  return std::make_shared<ImageField>(std::move(info), std::move(steps), std::move(array), points);
}

std::shared_ptr<const data::GridSource> gridSource(data::GridInfo info, std::shared_ptr<const GridSteps> steps) {
  return std::make_shared<StepGrid>(std::move(info), std::move(steps));
}

} // namespace discern::io
