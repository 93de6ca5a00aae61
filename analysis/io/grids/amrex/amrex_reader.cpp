#include "io/grids/amrex/amrex_reader.h"

#include "io/file.h"
#include "io/grids/amrex/amrex_header.h"
#include "io/grids/object/grid_steps.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <filesystem>
#include <vtkCellData.h>
#include <vtkDoubleArray.h>
#include <vtkFloatArray.h>
#include <vtkOverlappingAMR.h>
#include <vtkUniformGrid.h>

namespace discern::io {

namespace {

template <typename T>
T valueAt(const std::byte* from, bool swap) {
  std::array<std::byte, sizeof(T)> bytes{};
  std::memcpy(bytes.data(), from, sizeof(T));
  if (swap) std::reverse(bytes.begin(), bytes.end());
  T value;
  std::memcpy(&value, bytes.data(), sizeof(T));
  return value;
}

/// The cells of `box` out of a FAB that may have more around it, one component after the other.
template <typename T, typename Array>
void addArrays(const AmrexPlot& plot, const AmrexFab& fab, const AmrexFabHeader& header, const AmrBox& box,
               vtkUniformGrid& grid) {
  const File file(fab.file);
  const std::int64_t cells = header.box.cells();
  const std::int64_t nx = header.box.hi[0] - header.box.lo[0] + 1, ny = header.box.hi[1] - header.box.lo[1] + 1;
  const bool swap = header.big == (std::endian::native == std::endian::little);
  std::vector<std::byte> bytes(static_cast<std::size_t>(cells) * sizeof(T));
  for (std::size_t c = 0; c < plot.names.size(); ++c) {
    file.readAt(header.data + static_cast<std::int64_t>(c * bytes.size()), bytes);
    const auto array = vtkSmartPointer<Array>::New();
    array->SetName(plot.names[c].c_str());
    array->SetNumberOfValues(box.cells());
    std::int64_t to = 0;
    for (std::int64_t z = box.lo[2]; z <= box.hi[2]; ++z)
      for (std::int64_t y = box.lo[1]; y <= box.hi[1]; ++y)
        for (std::int64_t x = box.lo[0]; x <= box.hi[0]; ++x) {
          const std::int64_t from =
              ((z - header.box.lo[2]) * ny + (y - header.box.lo[1])) * nx + (x - header.box.lo[0]);
          array->SetValue(to++, valueAt<T>(bytes.data() + static_cast<std::size_t>(from) * sizeof(T), swap));
        }
    grid.GetCellData()->AddArray(array);
  }
}

vtkSmartPointer<vtkDataObject> load(const AmrexPlot& plot, const std::vector<std::vector<AmrexFabHeader>>& headers) {
  const auto amr = makeAmr(plot.origin, plot.levels);
  for (unsigned l = 0; l < plot.levels.size(); ++l)
    for (unsigned i = 0; i < plot.levels[l].boxes.size(); ++i) {
      const auto& header = headers[l][i];
      if (header.size == 8)
        addArrays<double, vtkDoubleArray>(plot, plot.fabs[l][i], header, plot.levels[l].boxes[i],
                                          *amr->GetDataSet(l, i));
      else
        addArrays<float, vtkFloatArray>(plot, plot.fabs[l][i], header, plot.levels[l].boxes[i], *amr->GetDataSet(l, i));
    }
  return amr;
}

} // namespace

bool isAmrex(const std::string& folder) {
  const std::string path = (std::filesystem::path(folder) / "Header").string();
  std::error_code none;
  if (!std::filesystem::is_regular_file(path, none) || std::filesystem::file_size(path, none) == 0) return false;
  const auto head = File(path).head(16);
  const std::string_view text(reinterpret_cast<const char*>(head.data()), head.size());
  return text.starts_with("HyperCLaw-V") || text.starts_with("NavierStokes-V");
}

std::shared_ptr<data::Dataset> openAmrex(const std::string& folder) { return openAmrex(folder, folder); }

std::shared_ptr<data::Dataset> openAmrex(const std::string& folder, const std::string& asked) {
  const AmrexPlot plot = amrexPlot(folder);
  std::vector<std::vector<AmrexFabHeader>> headers(plot.levels.size());
  for (std::size_t l = 0; l < plot.levels.size(); ++l)
    for (std::size_t i = 0; i < plot.levels[l].boxes.size(); ++i) {
      const AmrexFab& fab = plot.fabs[l][i];
      const AmrBox& box = plot.levels[l].boxes[i];
      const auto& header = headers[l].emplace_back(amrexFab(fab, plot.dimensions));
      for (std::size_t axis = 0; axis < 3; ++axis)
        if (header.box.lo[axis] > box.lo[axis] || header.box.hi[axis] < box.hi[axis])
          throw data::ReadError(fab.file, "the box at byte " + std::to_string(fab.offset) + " runs from " +
                                              std::to_string(header.box.lo[axis]) + " to " +
                                              std::to_string(header.box.hi[axis]) + " along axis " +
                                              std::to_string(axis) + ", expected " + std::to_string(box.lo[axis]) +
                                              " to " + std::to_string(box.hi[axis]));
      if (header.components != static_cast<int>(plot.names.size()))
        throw data::ReadError(fab.file, "expected " + std::to_string(plot.names.size()) + " components, found " +
                                            std::to_string(header.components));
    }
  GridParts parts;
  parts.info.path = asked;
  parts.info.format = "AMReX plotfile";
  parts.info.attributes["version"] = plot.version;
  if (plot.coordinates != 0)
    parts.info.warnings.push_back(std::string("The coordinates are ") +
                                  (plot.coordinates == 1 ? "cylindrical" : "spherical") +
                                  "; they are shown as they are.");
  if (plot.dimensions == 2)
    parts.info.warnings.emplace_back("Two dimensions: the cells are as thick as they are wide.");
  GridSpec spec;
  spec.time.values = {plot.time};
  spec.load = [plot, headers](std::int64_t) { return load(plot, headers); };
  parts.grids.push_back(std::move(spec));
  return gridDataset(std::move(parts));
}

} // namespace discern::io
