#include "scene/volume/planes_picture.h"

#include "scene/volume/grid3d.h"

#include <algorithm>
#include <cstring>
#include <vtkActor.h>
#include <vtkCellArray.h>
#include <vtkFloatArray.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkPolyDataMapper.h>
#include <vtkProperty.h>
#include <vtkRenderer.h>
#include <vtkTexture.h>

namespace discern::scene {

struct PlanesPicture::Sheet {
  vtkNew<vtkPolyData> quad;
  vtkNew<vtkTexture> texture;
  vtkNew<vtkActor> actor;
};

data::BlockPtr sliceOf(const data::Block& block, std::size_t axis, std::int64_t index) {
  auto slice = std::make_shared<data::Block>();
  slice->slab = block.slab;
  slice->slab.box.lo[axis] = index;
  slice->slab.box.hi[axis] = index + 1;
  slice->type = block.type;
  const std::size_t size = data::sizeOf(block.type);
  std::shared_ptr<std::byte[]> bytes(new std::byte[slice->size()]);
  const data::Index3 whole = block.slab.box.shape(), part = slice->slab.box.shape();
  data::Index3 first{};
  first[axis] = index - block.slab.box.lo[axis];
  std::byte* out = bytes.get();
  for (std::int64_t k = 0; k < part[2]; ++k)
    for (std::int64_t j = 0; j < part[1]; ++j) {
      const std::int64_t from = ((k + first[2]) * whole[1] + j + first[1]) * whole[0] + first[0];
      const std::size_t row = static_cast<std::size_t>(part[0]) * size;
      std::memcpy(out, block.bytes.get() + static_cast<std::size_t>(from) * size, row);
      out += row;
    }
  slice->bytes = std::shared_ptr<const std::byte>(bytes, bytes.get());
  return slice;
}

PlanesPicture::PlanesPicture(vtkRenderer* renderer) : renderer_(renderer) {
  for (auto& sheet : sheets_) {
    sheet = std::make_unique<Sheet>();
    vtkNew<vtkPolyDataMapper> mapper;
    mapper->SetInputData(sheet->quad);
    sheet->actor->SetMapper(mapper);
    sheet->actor->SetTexture(sheet->texture);
    sheet->actor->GetProperty()->LightingOff();
    sheet->actor->ForceOpaqueOn();
    sheet->actor->VisibilityOff();
    sheet->texture->EdgeClampOn();
    sheet->texture->SetColorModeToDirectScalars();
    renderer_->AddActor(sheet->actor);
  }
}

PlanesPicture::~PlanesPicture() {
  for (auto& sheet : sheets_)
    renderer_->RemoveActor(sheet->actor);
}

void PlanesPicture::hide() {
  for (auto& sheet : sheets_)
    sheet->actor->VisibilityOff();
  shown_.reset();
}

void PlanesPicture::show(const data::FieldInfo& field, const Look& look, const ColorMap& map) {
  if (shown_ == look) return;
  const ColorMapper mapper(map, look.scale);
  for (std::size_t axis = 0; axis < 3; ++axis)
    showSheet(axis, field, look, mapper);
  shown_ = look;
}

void PlanesPicture::showSheet(std::size_t axis, const data::FieldInfo& field, const Look& look,
                              const ColorMapper& mapper) {
  Sheet& sheet = *sheets_[axis];
  const data::Box& box = look.block->slab.box;
  const std::int64_t index = std::clamp(look.at[axis], box.lo[axis], box.hi[axis] - 1);
  const data::BlockPtr slice = sliceOf(*look.block, axis, index);
  const data::Index3 shape = slice->slab.box.shape();
  const std::size_t s = axis == 0 ? 1 : 0, t = axis == 2 ? 1 : 2;
  std::vector<Rgba8> colours(static_cast<std::size_t>(slice->slab.box.voxels()));
  mapper.map(*slice, field.missing, colours);
  vtkNew<vtkImageData> image;
  image->SetDimensions(static_cast<int>(shape[s]), static_cast<int>(shape[t]), 1);
  image->AllocateScalars(VTK_UNSIGNED_CHAR, 4);
  std::memcpy(image->GetScalarPointer(), colours.data(), colours.size() * sizeof(Rgba8));
  sheet.texture->SetInputData(image);
  sheet.texture->SetInterpolate(look.smooth);
  const data::Affine affine = levelToWorld(field, look.block->slab.level);
  vtkNew<vtkPoints> points;
  vtkNew<vtkFloatArray> places;
  places->SetNumberOfComponents(2);
  for (const auto& [u, v] : {std::pair{0.0, 0.0}, {1.0, 0.0}, {1.0, 1.0}, {0.0, 1.0}}) {
    data::Vec3 corner{};
    corner[axis] = static_cast<double>(index);
    corner[s] = u * static_cast<double>(shape[s]) - 0.5;
    corner[t] = v * static_cast<double>(shape[t]) - 0.5;
    points->InsertNextPoint(affine.apply(corner).data());
    const float place[2] = {static_cast<float>(u), static_cast<float>(v)};
    places->InsertNextTypedTuple(place);
  }
  vtkNew<vtkCellArray> cells;
  const vtkIdType corners[4] = {0, 1, 2, 3};
  cells->InsertNextCell(4, corners);
  sheet.quad->SetPoints(points);
  sheet.quad->SetPolys(cells);
  sheet.quad->GetPointData()->SetTCoords(places);
  sheet.quad->Modified();
  sheet.actor->SetVisibility(shape[s] > 1 && shape[t] > 1);
}

} // namespace discern::scene
