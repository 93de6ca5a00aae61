#include "geometry/cloud.h"

#include <array>
#include <cmath>
#include <vtkCellArray.h>
#include <vtkCellData.h>
#include <vtkFloatArray.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>

namespace discern::geometry {
namespace {

/// Tells which points lie near a plane; all do where there is none.
class Nearness {
public:
  Nearness(vtkPolyData& cloud, const std::optional<data::Section>& section) : cloud_(&cloud), section_(section) {
    if (!section_) return;
    std::array<double, 6> bounds{};
    cloud.GetBounds(bounds.data());
    double length = 0;
    for (std::size_t a = 0; a < 3; ++a) {
      reach_ += std::abs(section_->normal[a]) * (bounds[2 * a + 1] - bounds[2 * a]) / 200;
      length += section_->normal[a] * section_->normal[a];
    }
    length_ = std::sqrt(length);
  }
  [[nodiscard]] bool operator()(vtkIdType point) const {
    if (!section_) return true;
    data::Vec3 at{};
    cloud_->GetPoint(point, at.data());
    double height = 0;
    for (std::size_t a = 0; a < 3; ++a)
      height += (at[a] - section_->point[a]) * section_->normal[a];
    return std::abs(height) / length_ <= reach_;
  }

private:
  vtkPolyData* cloud_;
  std::optional<data::Section> section_;
  double reach_ = 0, length_ = 1;
};

/// Calls `use(point, vertex cell)`; points without any vertex count as one each.
template <typename Use>
void eachParticle(vtkPolyData& cloud, const Use& use) {
  vtkCellArray* vertices = cloud.GetVerts();
  if (vertices == nullptr || vertices->GetNumberOfCells() == 0) {
    for (vtkIdType i = 0; i < cloud.GetNumberOfPoints(); ++i)
      use(i, i);
    return;
  }
  vtkIdType size = 0;
  const vtkIdType* ids = nullptr;
  for (vtkIdType cell = 0; cell < vertices->GetNumberOfCells(); ++cell) {
    vertices->GetCellAtId(cell, size, ids);
    for (vtkIdType i = 0; i < size; ++i)
      use(ids[i], cell);
  }
}

} // namespace

bool isCloud(vtkPolyData& poly) {
  return poly.GetNumberOfPolys() == 0 && poly.GetNumberOfLines() == 0 && poly.GetNumberOfStrips() == 0;
}

Cloud drawnOf(vtkPolyData& cloud, const std::optional<data::Section>& section, const char* values, std::uint64_t most) {
  const Nearness near(cloud, section);
  std::uint64_t count = 0;
  eachParticle(cloud, [&](vtkIdType point, vtkIdType) { count += near(point) ? 1 : 0; });
  const std::uint64_t stride = count > most ? (count + most - 1) / most : 1;

  auto* onPoints = vtkFloatArray::SafeDownCast(cloud.GetPointData()->GetArray(values));
  auto* onCells = vtkFloatArray::SafeDownCast(cloud.GetCellData()->GetArray(values));
  const auto kept = static_cast<vtkIdType>((count + stride - 1) / stride);
  vtkNew<vtkPoints> points;
  points->SetDataTypeToDouble();
  points->SetNumberOfPoints(kept);
  vtkNew<vtkCellArray> vertices;
  vertices->AllocateExact(kept, kept);
  vtkNew<vtkFloatArray> numbers;
  numbers->SetName(values);
  if (onPoints || onCells) numbers->SetNumberOfValues(kept);
  std::uint64_t seen = 0;
  vtkIdType next = 0;
  eachParticle(cloud, [&](vtkIdType point, vtkIdType cell) {
    if (!near(point) || seen++ % stride != 0) return;
    data::Vec3 at{};
    cloud.GetPoint(point, at.data());
    points->SetPoint(next, at.data());
    if (onPoints)
      numbers->SetValue(next, onPoints->GetValue(point));
    else if (onCells)
      numbers->SetValue(next, onCells->GetValue(cell));
    vertices->InsertNextCell(1, &next);
    ++next;
  });

  Cloud drawn;
  drawn.particles = vtkSmartPointer<vtkPolyData>::New();
  drawn.particles->SetPoints(points);
  drawn.particles->SetVerts(vertices);
  if (onPoints)
    drawn.particles->GetPointData()->AddArray(numbers);
  else if (onCells)
    drawn.particles->GetCellData()->AddArray(numbers);
  drawn.of = stride > 1 ? count : 0;
  return drawn;
}

} // namespace discern::geometry
