#include "data/error.h"
#include "io/fields/convert/vtk_writing.h"
#include "io/grids/object/vtk_type.h"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <vtkCellData.h>
#include <vtkDataArray.h>
#include <vtkDataSet.h>
#include <vtkDoubleArray.h>
#include <vtkFieldData.h>
#include <vtkImageData.h>
#include <vtkMatrix3x3.h>
#include <vtkPointData.h>
#include <vtkPolyData.h>
#include <vtkStringArray.h>
#include <vtkUnstructuredGrid.h>
#include <vtkXMLImageDataWriter.h>
#include <vtkXMLPolyDataWriter.h>
#include <vtkXMLUnstructuredGridWriter.h>

namespace discern::io {

namespace {

[[noreturn]] void refuse(const VtkWriting& what, const std::string& why) {
  throw data::UsageError(what.path + " can't be written: " + why);
}

/// All values of a field at a time, its components side by side.
vtkSmartPointer<vtkDataArray> arrayOf(const data::FieldSource& field, std::int64_t time) {
  const data::FieldInfo& info = field.info();
  const auto array = vtkSmartPointer<vtkDataArray>::Take(vtkDataArray::CreateDataArray(vtkTypeOf(info.type)));
  array->SetName(info.name.c_str());
  array->SetNumberOfComponents(info.components);
  array->SetNumberOfTuples(info.voxels());
  const std::size_t size = sizeOf(info.type), count = static_cast<std::size_t>(info.voxels());
  std::vector<std::byte> bytes(count * size);
  auto* to = static_cast<std::byte*>(array->GetVoidPointer(0));
  const auto components = static_cast<std::size_t>(info.components);
  for (std::size_t c = 0; c < components; ++c) {
    field.read({{{0, 0, 0}, info.shape}, std::min(time, info.time.size - 1), static_cast<int>(c), 0}, bytes);
    for (std::size_t i = 0; i < count; ++i)
      std::copy_n(bytes.data() + i * size, size, to + (i * components + c) * size);
  }
  return array;
}

void addText(vtkFieldData* data, const char* name, const std::string& text) {
  if (text.empty()) return;
  const auto array = vtkSmartPointer<vtkStringArray>::New();
  array->SetName(name);
  array->InsertNextValue(text);
  data->AddArray(array);
}

/// Time, units and quantity, where VTK's files have room for them.
void describe(vtkDataObject* object, const data::FieldInfo& info, std::int64_t time) {
  vtkFieldData* data = object->GetFieldData();
  addText(data, (info.name + " unit").c_str(), info.unit);
  addText(data, (info.name + " quantity").c_str(), info.quantity);
  if (time >= static_cast<std::int64_t>(info.time.values.size()) || data->HasArray("TimeValue")) return;
  const auto value = vtkSmartPointer<vtkDoubleArray>::New();
  value->SetName("TimeValue");
  value->InsertNextValue(info.time.values[static_cast<std::size_t>(time)]);
  data->AddArray(value);
}

vtkSmartPointer<vtkDataSet> imageOf(const VtkWriting& what) {
  const data::FieldSource& field = *what.fields.front();
  const data::FieldInfo& info = field.info();
  for (const auto& axis : info.coordinates)
    if (!axis.empty()) refuse(what, "the field has an axis with uneven steps");
  const auto image = vtkSmartPointer<vtkImageData>::New();
  image->SetDimensions(static_cast<int>(info.shape[0]), static_cast<int>(info.shape[1]),
                       static_cast<int>(info.shape[2]));
  const auto& m = info.indexToWorld.m;
  const data::Vec3 spacing = info.indexToWorld.spacing();
  image->SetOrigin(m[3], m[7], m[11]);
  image->SetSpacing(spacing.data());
  double direction[9];
  for (std::size_t row = 0; row < 3; ++row)
    for (std::size_t column = 0; column < 3; ++column)
      direction[row * 3 + column] = m[row * 4 + column] / spacing[column];
  for (std::size_t a = 0; a < 3; ++a)
    for (std::size_t b = a + 1; b < 3; ++b)
      if (std::abs(direction[a] * direction[b] + direction[3 + a] * direction[3 + b] +
                   direction[6 + a] * direction[6 + b]) > 1e-6)
        refuse(what, "the axes of the field are not at right angles");
  image->SetDirectionMatrix(direction);
  image->GetPointData()->AddArray(arrayOf(field, what.time));
  image->GetPointData()->SetActiveScalars(info.name.c_str());
  describe(image, info, what.time);
  addText(image->GetFieldData(), "world unit", info.worldUnit);
  return image;
}

vtkSmartPointer<vtkDataSet> gridOf(const VtkWriting& what) {
  const auto set = vtkSmartPointer<vtkDataSet>(
      vtkDataSet::SafeDownCast(what.grid->read(std::min(what.time, what.grid->info().time.size - 1))));
  if (!set) refuse(what, "the grid " + what.grid->info().name + " has several blocks, or is a network");
  for (const auto& field : what.fields) {
    const data::FieldInfo& info = field->info();
    const bool points = info.support == data::Support::Points;
    if (info.voxels() != (points ? set->GetNumberOfPoints() : set->GetNumberOfCells()))
      refuse(what, "the field " + info.name + " does not fit the grid");
    vtkDataSetAttributes* to = points ? static_cast<vtkDataSetAttributes*>(set->GetPointData()) : set->GetCellData();
    to->AddArray(arrayOf(*field, what.time));
    describe(set, info, what.time);
  }
  addText(set->GetFieldData(), "world unit", what.grid->info().worldUnit);
  return set;
}

template <typename Writer>
void writeWith(const VtkWriting& what, vtkDataSet* set) {
  const std::string part = what.path + ".part";
  const auto writer = vtkSmartPointer<Writer>::New();
  writer->SetFileName(part.c_str());
  writer->SetInputData(set);
  writer->SetCompressorTypeToZLib();
  std::error_code problem;
  if (writer->Write() == 1) std::filesystem::rename(part, what.path, problem);
  if (writer->GetErrorCode() != 0 || problem || !std::filesystem::exists(what.path)) {
    std::filesystem::remove(part, problem);
    throw data::UsageError(what.path + " can't be written there");
  }
}

} // namespace

} // namespace discern::io

extern "C" __attribute__((visibility("default"))) void discernWriteVtk(const discern::io::VtkWriting& what) {
  using namespace discern::io;
  const auto set = what.grid ? gridOf(what) : imageOf(what);
  if (what.path.ends_with(".vti")) {
    if (!vtkImageData::SafeDownCast(set)) refuse(what, "VTI holds even grids of voxels, and this is none");
    writeWith<vtkXMLImageDataWriter>(what, set);
  } else if (what.path.ends_with(".vtp")) {
    if (!vtkPolyData::SafeDownCast(set)) refuse(what, "VTP holds points, lines and polygons, and this grid is another");
    writeWith<vtkXMLPolyDataWriter>(what, set);
  } else {
    if (!vtkUnstructuredGrid::SafeDownCast(set)) refuse(what, "VTU holds unstructured grids, and this is another");
    writeWith<vtkXMLUnstructuredGridWriter>(what, set);
  }
}
