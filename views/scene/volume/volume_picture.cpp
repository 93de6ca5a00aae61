#include "scene/volume/volume_picture.h"

#include "scene/volume/grid3d.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <vtkColorTransferFunction.h>
#include <vtkImageData.h>
#include <vtkMatrix4x4.h>
#include <vtkOpenGLGPUVolumeRayCastMapper.h>
#include <vtkPiecewiseFunction.h>
#include <vtkRenderer.h>
#include <vtkVolume.h>
#include <vtkVolumeProperty.h>

namespace discern::scene {
namespace {

constexpr double top =
    4095; ///< of the stored values: 0 is missing, 1…top the colour range; a lookup table that every GPU can hold

double placeOf(const ColorScale& scale, double value) {
  const auto [low, high] = scale.range;
  if (scale.logarithmic) return value <= low ? 0 : std::log(value / low) / std::log(high / low);
  return (value - low) / (high - low);
}

/// How values become what the ray caster looks up.
struct Stored {
  const ColorScale& scale;
  bool symmetric, mirrored;
  std::optional<double> missing;
};

/// The values of a block with a clear voxel all round. Cost: one pass on all cores, bound by memory where the scale is
/// linear.
void fill(unsigned short* out, const data::Block& block, const data::Index3& shape, const Stored& how) {
  const auto clear = static_cast<unsigned short>(how.symmetric ? 1 + (top - 1) / 2 : 0);
  const std::int64_t nx = shape[0], ny = shape[1], nz = shape[2], wide = nx + 2, plane = wide * (ny + 2);
  const double low = how.scale.range[0], slope = 1 / (how.scale.range[1] - low);
  const double missing = how.missing.value_or(std::numeric_limits<double>::quiet_NaN());
  const auto linear = [low, slope](double value) { return (value - low) * slope; };
  const auto logarithmic = [scale = how.scale](double value) { return placeOf(scale, value); };
  data::dispatch(block.type, [&](auto tag) {
    using T = typename decltype(tag)::type;
    const T* values = block.as<T>();
    const auto convert = [&](const T* from, unsigned short* to, auto place) {
#pragma omp simd
      for (std::int64_t i = 0; i < nx; ++i) {
        const auto value = static_cast<double>(from[i]);
        const bool there = value == value && value != missing;
        const double at = std::min(std::max(there ? place(value) : 0.0, 0.0), 1.0);
        to[i] = there ? static_cast<unsigned short>(static_cast<int>(1.5 + at * (top - 1))) : clear;
      }
    };
#pragma omp parallel for schedule(static)
    for (std::int64_t k = 0; k < nz + 2; ++k) {
      unsigned short* slice = out + k * plane;
      if (k == 0 || k == nz + 1) {
        std::fill_n(slice, plane, clear);
        continue;
      }
      std::fill_n(slice, wide, clear);
      std::fill_n(slice + (ny + 1) * wide, wide, clear);
      for (std::int64_t j = 0; j < ny; ++j) {
        unsigned short* row = slice + (j + 1) * wide;
        const T* from = values + ((k - 1) * ny + j) * nx;
        if (how.scale.logarithmic)
          convert(from, row + 1, logarithmic);
        else
          convert(from, row + 1, linear);
        if (how.mirrored) std::reverse(row + 1, row + 1 + nx);
        row[0] = row[nx + 1] = clear;
      }
    }
  });
}

/// Otsu's threshold of a histogram over the colour range, as a place in the range.
double backgroundOf(const data::Statistics& statistics, const ColorScale& scale,
                    const std::function<double(double)>& fold) {
  std::array<double, 128> counts{};
  const auto bins = static_cast<double>(statistics.histogram.size());
  for (std::size_t i = 0; i < statistics.histogram.size(); ++i) {
    const double value =
        statistics.binLow + (static_cast<double>(i) + 0.5) / bins * (statistics.binHigh - statistics.binLow);
    const double place = std::clamp(fold(placeOf(scale, value)), 0.0, 1.0);
    counts[std::min<std::size_t>(127, static_cast<std::size_t>(place * 128))] +=
        static_cast<double>(statistics.histogram[i]);
  }
  double all = 0, sum = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    all += counts[i];
    sum += counts[i] * static_cast<double>(i);
  }
  double below = 0, sumBelow = 0, best = -1, first = 40, last = 40;
  for (std::size_t i = 0; i + 1 < counts.size(); ++i) {
    below += counts[i];
    sumBelow += counts[i] * static_cast<double>(i);
    if (below == 0 || below == all) continue;
    const double apart = sumBelow / below - (sum - sumBelow) / (all - below);
    const double between = below * (all - below) * apart * apart;
    if (between > best * (1 + 1e-12)) {
      best = between;
      first = last = static_cast<double>(i);
    } else if (between >= best * (1 - 1e-12)) {
      last = static_cast<double>(i);
    }
  }
  return std::clamp(((first + last) / 2 + 1) / 128, 0.06, 0.8);
}

} // namespace

std::vector<std::array<double, 2>> opacityCurve(const data::Statistics& statistics, const ColorScale& scale,
                                                bool symmetric) {
  if (!scale.opacityPoints.empty()) return scale.opacityPoints;
  if (symmetric) {
    const double clear = backgroundOf(statistics, scale, [](double t) { return std::abs(2 * t - 1); });
    const double away = clear / 2;
    return {{0, 0.7}, {0.5 - away, 0.06}, {0.5 - 0.6 * away, 0}, {0.5 + 0.6 * away, 0}, {0.5 + away, 0.06}, {1, 0.7}};
  }
  const double threshold = backgroundOf(statistics, scale, [](double t) { return t; });
  return {{0, 0}, {0.7 * threshold, 0}, {threshold, 0.08}, {threshold + 0.35 * (1 - threshold), 0.35}, {1, 0.8}};
}

VolumePicture::VolumePicture(vtkRenderer* renderer)
    : renderer_(renderer), mapper_(vtkSmartPointer<vtkOpenGLGPUVolumeRayCastMapper>::New()) {
  mapper_->SetBlendModeToComposite();
  mapper_->AutoAdjustSampleDistancesOff();
  mapper_->UseJitteringOn();
  volume_->SetMapper(mapper_);
  vtkVolumeProperty* property = volume_->GetProperty();
  property->SetInterpolationTypeToLinear();
  property->ShadeOn();
  property->SetAmbient(0.45);
  property->SetDiffuse(0.75);
  property->SetSpecular(0.12);
  property->SetSpecularPower(12);
  volume_->VisibilityOff();
}

VolumePicture::~VolumePicture() { renderer_->RemoveVolume(volume_); }

void VolumePicture::hide() {
  if (!shown_) return;
  renderer_->RemoveVolume(volume_);
  mapper_->SetInputData(static_cast<vtkImageData*>(nullptr));
  shown_.reset();
}

void VolumePicture::setCoarse(bool coarse) {
  coarse_ = coarse;
  mapper_->SetImageSampleDistance(coarse ? 4.0F : 1.0F);
  mapper_->SetSampleDistance(static_cast<float>(step_ * (coarse ? 2.0 : 0.8)));
}

void VolumePicture::load(const data::FieldInfo& field, const data::Block& block, const ColorScale& scale,
                         bool symmetric) {
  const data::Index3 shape = block.slab.box.shape();
  data::Affine affine = levelToWorld(field, block.slab.level);
  const data::Index3& low = block.slab.box.lo;
  const data::Vec3 corner =
      affine.apply({static_cast<double>(low[0]), static_cast<double>(low[1]), static_cast<double>(low[2])});
  for (std::size_t row = 0; row < 3; ++row)
    affine.m[4 * row + 3] = corner[row];
  // The ray caster wants a right-handed grid: a mirrored one is read backwards along x.
  const bool mirrored = determinant(affine) < 0;
  if (mirrored) {
    for (std::size_t row = 0; row < 3; ++row) {
      affine.m[4 * row + 3] += affine.m[4 * row] * static_cast<double>(shape[0] - 1);
      affine.m[4 * row] = -affine.m[4 * row];
    }
  }
  const data::Vec3 spacing = affine.spacing();
  // A clear voxel all round gives the cut faces of the data a slope, and so a light.
  vtkNew<vtkImageData> image;
  image->SetDimensions(static_cast<int>(shape[0]) + 2, static_cast<int>(shape[1]) + 2, static_cast<int>(shape[2]) + 2);
  image->SetSpacing(spacing.data());
  image->SetOrigin(-spacing[0], -spacing[1], -spacing[2]);
  image->AllocateScalars(VTK_UNSIGNED_SHORT, 1);
  fill(static_cast<unsigned short*>(image->GetScalarPointer()), block, shape,
       {scale, symmetric, mirrored, field.missing});
  for (std::size_t row = 0; row < 3; ++row)
    for (std::size_t axis = 0; axis < 3; ++axis)
      affine.m[4 * row + axis] /= spacing[axis] > 0 ? spacing[axis] : 1;
  mapper_->SetInputData(image);
  volume_->SetUserMatrix(matrixOf(affine));
  step_ = std::min({spacing[0], spacing[1], spacing[2]});
}

/// Leaves out what is outside of `only`, or inside of `hole`.
void VolumePicture::crop(const data::FieldInfo& field, const Look& look) {
  const std::optional<IndexBox>& box = look.only ? look.only : look.hole;
  mapper_->SetCropping(box ? 1 : 0);
  if (!box) return;
  constexpr int middle = 1 << 13, all = (1 << 27) - 1; // of the 27 regions that six planes make
  mapper_->SetCroppingRegionFlags(look.only ? middle : all & ~middle);
  const data::Affine affine = levelToWorld(field, look.block->slab.level);
  const bool mirrored = determinant(affine) < 0;
  const data::Vec3 spacing = affine.spacing();
  const auto stride = static_cast<double>(std::int64_t{1} << look.block->slab.level);
  std::array<double, 6> planes{};
  for (std::size_t axis = 0; axis < 3; ++axis) {
    // Voxels of the block from 0 on; the box has edges.
    const auto place = [&](double edge) {
      return (edge + 0.5) / stride - 0.5 - static_cast<double>(look.block->slab.box.lo[axis]);
    };
    double from = place(box->lo[axis]), to = place(box->hi[axis]);
    if (axis == 0 && mirrored) {
      const auto last = static_cast<double>(look.block->slab.box.shape()[0] - 1);
      const double before = from;
      from = last - to;
      to = last - before;
    }
    planes[2 * axis] = from * spacing[axis];
    planes[2 * axis + 1] = to * spacing[axis];
  }
  mapper_->SetCroppingRegionPlanes(planes.data());
}

double opacityUnit(const data::FieldInfo& field, double strength) {
  const auto [low, high] = field.worldBounds();
  return std::hypot(high[0] - low[0], high[1] - low[1], high[2] - low[2]) / 50 / std::max(0.01, strength);
}

void VolumePicture::show(const data::FieldInfo& field, const Look& look, const ColorMap& map,
                         const data::Statistics& statistics) {
  if (shown_ == look) return;
  const bool sameData = shown_ && shown_->block == look.block && shown_->scale.range == look.scale.range &&
                        shown_->scale.logarithmic == look.scale.logarithmic && shown_->symmetric == look.symmetric;
  if (!sameData) load(field, *look.block, look.scale, look.symmetric);
  vtkNew<vtkColorTransferFunction> colours;
  const auto point = [&](double t, double at) {
    const Rgb colour = colourAt(map, look.scale, at);
    colours->AddRGBPoint(1 + t * (top - 1), colour[0], colour[1], colour[2]);
  };
  if (const int steps = stepsOf(map, look.scale); steps > 0)
    for (int step = 0; step < steps; ++step) { // two points a step, two stored values from the next
      const double middle = (step + 0.5) / steps;
      point(static_cast<double>(step) / steps + (step > 0 ? 5e-4 : 0), middle);
      point((step + 1.0) / steps, middle);
    }
  else
    for (int i = 0; i <= 64; ++i)
      point(i / 64.0, i / 64.0);
  vtkNew<vtkPiecewiseFunction> opacity;
  opacity->AddPoint(0, 0);
  for (const auto& [place, value] : opacityCurve(statistics, look.scale, look.symmetric))
    opacity->AddPoint(1 + place * (top - 1), value);
  vtkVolumeProperty* property = volume_->GetProperty();
  property->SetColor(colours);
  property->SetScalarOpacity(opacity);
  property->SetScalarOpacityUnitDistance(opacityUnit(field, look.strength));
  crop(field, look);
  if (!shown_) renderer_->AddVolume(volume_);
  volume_->VisibilityOn();
  shown_ = look;
  setCoarse(coarse_);
}

} // namespace discern::scene
