#pragma once
#include "data/shape.h"

#include <cstdint>
#include <vtkSmartPointer.h>

class vtkPolyData;

namespace discern::geometry {

/// Whether there are points only: no lines, no polygons.
[[nodiscard]] bool isCloud(vtkPolyData& poly);

struct Cloud {
  vtkSmartPointer<vtkPolyData> particles; ///< a vertex each, with the values of the array `values` on it
  std::uint64_t of = 0;                   ///< how many there are, where these are only a part of them; 0: all
};

/// What is drawn of a cloud: all of it, or what lies within a hundredth of its box from the plane, along the normal. Of
/// more than `most` particles, every second, third, … one, in the order of the file. `values` names the array that goes
/// along, on points or on vertices. O(points) time, O(kept) memory.
[[nodiscard]] Cloud drawnOf(vtkPolyData& cloud, const std::optional<data::Section>& section, const char* values,
                            std::uint64_t most);

} // namespace discern::geometry
