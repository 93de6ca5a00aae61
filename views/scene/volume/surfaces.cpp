#include "scene/volume/surfaces.h"

#include "scene/volume/grid3d.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <map>
#include <mutex>
#include <thread>
#include <vector>
#include <vtkAppendPolyData.h>
#include <vtkFlyingEdges3D.h>
#include <vtkImageData.h>
#include <vtkLongLongArray.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkPolyDataNormals.h>
#include <vtkWindowedSincPolyDataFilter.h>

namespace discern::scene {
namespace {

constexpr std::size_t mostLabels = 4000;

struct Extent {
  data::Index3 low{INT64_MAX, INT64_MAX, INT64_MAX}, high{-1, -1, -1};
  std::int64_t voxels = 0;
  void add(std::int64_t i, std::int64_t j, std::int64_t k) {
    low = {std::min(low[0], i), std::min(low[1], j), std::min(low[2], k)};
    high = {std::max(high[0], i), std::max(high[1], j), std::max(high[2], k)};
    ++voxels;
  }
};

template <typename T>
std::int64_t labelOf(T value, const std::optional<double>& missing) {
  if constexpr (std::is_floating_point_v<T>)
    return std::isfinite(value) ? std::llround(value) : 0;
  else
    return missing && static_cast<double>(value) == *missing ? 0 : static_cast<std::int64_t>(value);
}

template <typename T>
std::map<std::int64_t, Extent> extentsOf(const T* values, const data::Index3& shape,
                                         const std::optional<double>& missing) {
  std::map<std::int64_t, Extent> extents;
  std::int64_t last = 0;
  Extent* at = nullptr;
  for (std::int64_t k = 0; k < shape[2]; ++k)
    for (std::int64_t j = 0; j < shape[1]; ++j)
      for (std::int64_t i = 0; i < shape[0]; ++i) {
        const std::int64_t label = labelOf(*values++, missing);
        if (label == 0) continue;
        if (label != last || !at) {
          at = &extents[label];
          last = label;
        }
        at->add(i, j, k);
      }
  return extents;
}

/// The surface of one label, in indices of the level.
template <typename T>
vtkSmartPointer<vtkPolyData> surfaceOf(std::int64_t label, const Extent& extent, const T* values,
                                       const data::Index3& shape, const std::optional<double>& missing) {
  const int pad = 1; // so that every surface is closed, also at the rim of the field
  const auto size = [&](std::size_t axis) {
    return static_cast<int>(extent.high[axis] - extent.low[axis] + 1) + 2 * pad;
  };
  vtkNew<vtkImageData> mask;
  mask->SetDimensions(size(0), size(1), size(2));
  mask->SetOrigin(static_cast<double>(extent.low[0] - pad), static_cast<double>(extent.low[1] - pad),
                  static_cast<double>(extent.low[2] - pad));
  mask->AllocateScalars(VTK_UNSIGNED_CHAR, 1);
  auto* out = static_cast<unsigned char*>(mask->GetScalarPointer());
  std::fill_n(out,
              static_cast<std::size_t>(size(0)) * static_cast<std::size_t>(size(1)) * static_cast<std::size_t>(size(2)),
              0);
  for (std::int64_t k = extent.low[2]; k <= extent.high[2]; ++k)
    for (std::int64_t j = extent.low[1]; j <= extent.high[1]; ++j) {
      const T* from = values + (k * shape[1] + j) * shape[0];
      unsigned char* row =
          out + ((k - extent.low[2] + pad) * size(1) + (j - extent.low[1] + pad)) * size(0) + pad - extent.low[0];
      for (std::int64_t i = extent.low[0]; i <= extent.high[0]; ++i)
        row[i] = labelOf(from[i], missing) == label ? 255 : 0;
    }
  vtkNew<vtkFlyingEdges3D> edges;
  edges->SetInputData(mask);
  edges->SetValue(0, 127.5);
  edges->ComputeNormalsOff();
  edges->ComputeScalarsOff();
  vtkNew<vtkWindowedSincPolyDataFilter> smooth;
  smooth->SetInputConnection(edges->GetOutputPort());
  smooth->SetNumberOfIterations(16);
  smooth->SetPassBand(0.06);
  smooth->NormalizeCoordinatesOn();
  smooth->BoundarySmoothingOff();
  smooth->FeatureEdgeSmoothingOff();
  smooth->NonManifoldSmoothingOn();
  smooth->Update();
  vtkSmartPointer<vtkPolyData> surface = smooth->GetOutput();
  surface->GetPointData()->Initialize();
  vtkNew<vtkLongLongArray> names;
  names->SetName("label");
  names->SetNumberOfTuples(surface->GetNumberOfPoints());
  names->FillValue(label);
  surface->GetPointData()->AddArray(names);
  return surface;
}

void toWorld(vtkPolyData* surface, const data::Affine& affine) {
  vtkPoints* points = surface->GetPoints();
  for (vtkIdType i = 0; points && i < points->GetNumberOfPoints(); ++i) {
    data::Vec3 point{};
    points->GetPoint(i, point.data());
    points->SetPoint(i, affine.apply(point).data());
  }
}

template <typename T>
Surfaces surfacesOf(const data::FieldInfo& field, const data::Block& block, const std::function<bool()>& cancelled) {
  const data::Index3 shape = block.slab.box.shape();
  const T* values = block.as<T>();
  const auto extents = extentsOf(values, shape, field.missing);
  std::vector<std::pair<std::int64_t, Extent>> order(extents.begin(), extents.end());
  Surfaces result;
  if (order.size() > mostLabels) {
    std::nth_element(order.begin(), order.begin() + mostLabels, order.end(),
                     [](const auto& a, const auto& b) { return a.second.voxels > b.second.voxels; });
    order.resize(mostLabels);
    result.problem = "the 3D view shows the surfaces of the " + std::to_string(mostLabels) + " largest of " +
                     std::to_string(extents.size()) + " labels";
  }
  vtkNew<vtkAppendPolyData> together;
  for (const auto& [label, extent] : order) {
    if (cancelled()) return {};
    together->AddInputData(surfaceOf(label, extent, values, shape, field.missing));
  }
  if (order.empty()) {
    result.data = vtkSmartPointer<vtkPolyData>::New();
    return result;
  }
  together->Update();
  toWorld(together->GetOutput(), levelToWorld(field, block.slab.level));
  vtkNew<vtkPolyDataNormals> normals;
  normals->SetInputData(together->GetOutput());
  normals->SplittingOff();
  normals->ConsistencyOff();
  normals->Update();
  result.data = normals->GetOutput();
  return result;
}

} // namespace

Surfaces labelSurfaces(const data::FieldInfo& field, const data::Block& block, const std::function<bool()>& cancelled) {
  return data::dispatch(block.type,
                        [&](auto tag) { return surfacesOf<typename decltype(tag)::type>(field, block, cancelled); });
}

struct SurfaceMaker::Work {
  std::mutex mutex;
  std::optional<Surfaces> done;
  std::atomic<bool> busy = true;
  std::jthread thread; ///< last: it ends before what it uses
};

SurfaceMaker::SurfaceMaker(std::function<void()> ready) : ready_(std::move(ready)) {}

SurfaceMaker::~SurfaceMaker() = default; // every thread is told to stop and waited for

void SurfaceMaker::cancel() {
  std::erase_if(retired_, [](const auto& work) { return !work->busy; });
  if (!work_) return;
  work_->thread.request_stop();
  if (work_->busy) retired_.push_back(std::move(work_));
  work_.reset();
}

void SurfaceMaker::start(data::FieldInfo field, data::BlockPtr block) {
  cancel();
  work_ = std::make_unique<Work>();
  work_->thread = std::jthread([work = work_.get(), ready = ready_, field = std::move(field),
                                block = std::move(block)](const std::stop_token& stop) {
    Surfaces surfaces;
    try {
      surfaces = labelSurfaces(field, *block, [&] { return stop.stop_requested(); });
    } catch (const std::exception& error) {
      surfaces.problem = std::string("the surfaces could not be made: ") + error.what();
    }
    {
      const std::lock_guard lock(work->mutex);
      work->done = std::move(surfaces);
    }
    work->busy = false;
    if (ready && !stop.stop_requested()) ready();
  });
}

bool SurfaceMaker::running() const { return work_ && work_->busy; }

std::optional<Surfaces> SurfaceMaker::take() {
  if (!work_ || work_->busy) return std::nullopt;
  const std::lock_guard lock(work_->mutex);
  return std::exchange(work_->done, std::nullopt);
}

} // namespace discern::scene
