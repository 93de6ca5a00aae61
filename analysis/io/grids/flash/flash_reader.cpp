#include "io/grids/flash/flash_reader.h"

#include "io/file_text.h"
#include "io/grids/flash/flash_scalars.h"
#include "io/grids/hdf5/hdf5_read.h"
#include "io/grids/object/amr_boxes.h"
#include "io/grids/object/grid_steps.h"
#include "io/netcdf/library_lock.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <vtkCellData.h>
#include <vtkDoubleArray.h>
#include <vtkOverlappingAMR.h>
#include <vtkPointData.h>
#include <vtkPoints.h>
#include <vtkPolyData.h>
#include <vtkUniformGrid.h>

namespace discern::io {

namespace {

struct Flash {
  std::string path;
  std::vector<std::string> names;             ///< of the variables
  std::array<std::int64_t, 3> cells{1, 1, 1}; ///< of a block, x y z
  std::vector<AmrLevel> levels;
  std::vector<std::pair<unsigned, unsigned>> where; ///< of each block of the file: level, and which box of it
  data::Vec3 origin{};
  std::string particles; ///< the data set; empty: none
};

/// Numbers of a data set of blocks × rest, as doubles.
std::vector<double> numbersOf(const Flash& flash, hid_t file, const std::string& name) {
  const auto array = hdf5Array(flash.path, file, name);
  std::vector<double> values;
  values.reserve(static_cast<std::size_t>(array->GetNumberOfValues()));
  for (vtkIdType i = 0; i < array->GetNumberOfTuples(); ++i)
    for (int c = 0; c < array->GetNumberOfComponents(); ++c)
      values.push_back(array->GetComponent(i, c));
  return values;
}

/// The length of one side of a block in whole cells from the origin; throws where it isn't near a whole number.
int cornerOf(const Flash& flash, std::size_t block, double offset, double spacing) {
  const double corner = offset / spacing;
  constexpr double most = 1e9, near = 0.01;
  if (!(std::abs(corner) < most) || std::abs(corner - std::round(corner)) > near)
    throw data::ReadError(flash.path, "block " + std::to_string(block) + " begins " + numberText(corner) +
                                          " cells of its level from the corner of the domain, expected a whole number");
  return static_cast<int>(std::lround(corner));
}

/// Boxes and levels from "refine level" and "bounding box" ([block][axis][low, high]).
void placeBlocks(Flash& flash, hid_t file) {
  const std::vector<double> levels = numbersOf(flash, file, "refine level"),
                            bounds = numbersOf(flash, file, "bounding box");
  const std::size_t blocks = levels.size(), axes = blocks > 0 ? bounds.size() / 2 / blocks : 0;
  if (blocks == 0 || axes < 1 || axes > 3 || bounds.size() != blocks * axes * 2)
    throw data::ReadError(flash.path, "expected a low and a high bound a block and axis, found " +
                                          std::to_string(bounds.size()) + " numbers for " + std::to_string(blocks) +
                                          " blocks");
  constexpr double mostLevels = 64;
  for (std::size_t axis = 0; axis < axes; ++axis)
    flash.origin[axis] = bounds[axis * 2];
  for (std::size_t b = 0; b < blocks; ++b) {
    if (!(levels[b] >= 1 && levels[b] <= mostLevels))
      throw data::ReadError(flash.path, "expected refinement levels from 1 to 64, found " + numberText(levels[b]));
    for (std::size_t axis = 0; axis < axes; ++axis) {
      const double low = bounds[(b * axes + axis) * 2], high = bounds[(b * axes + axis) * 2 + 1];
      if (!std::isfinite(low) || !std::isfinite(high) || (flash.cells[axis] > 1 && !(low < high)))
        throw data::ReadError(flash.path, "block " + std::to_string(b) + " runs from " + numberText(low) + " to " +
                                              numberText(high));
      flash.origin[axis] = std::min(flash.origin[axis], low);
    }
  }
  flash.levels.resize(static_cast<std::size_t>(*std::max_element(levels.begin(), levels.end())));
  flash.where.resize(blocks);
  std::vector<bool> known(flash.levels.size());
  for (std::size_t b = 0; b < blocks; ++b) {
    const auto l = static_cast<unsigned>(levels[b]) - 1;
    AmrLevel& level = flash.levels[l];
    AmrBox box;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const bool there = axis < axes && bounds[(b * axes + axis) * 2 + 1] > bounds[(b * axes + axis) * 2];
      if (!there) continue;
      const double low = bounds[(b * axes + axis) * 2], high = bounds[(b * axes + axis) * 2 + 1];
      const double spacing = (high - low) / static_cast<double>(flash.cells[axis]);
      if (!known[l]) level.spacing[axis] = spacing;
      constexpr double near = 1e-3;
      if (std::abs(spacing - level.spacing[axis]) > near * level.spacing[axis])
        throw data::ReadError(flash.path, "the blocks of level " + std::to_string(l + 1) + " have cells of " +
                                              numberText(level.spacing[axis]) + " and of " + numberText(spacing));
      box.lo[axis] = cornerOf(flash, b, low - flash.origin[axis], spacing);
      box.hi[axis] = box.lo[axis] + static_cast<int>(flash.cells[axis]) - 1;
    }
    known[l] = true;
    flash.where[b] = {l, static_cast<unsigned>(level.boxes.size())};
    level.boxes.push_back(box);
  }
  // A level without blocks (a plot file may leave the coarse ones out) lies between its neighbours.
  for (std::size_t l = flash.levels.size() - 1; l-- > 0;)
    if (!known[l])
      for (std::size_t axis = 0; axis < 3; ++axis)
        flash.levels[l].spacing[axis] = 2 * flash.levels[l + 1].spacing[axis];
}

Flash headerOf(const std::string& path, GridParts& parts, data::TimeAxis& time) {
  const auto lock = lockHdf5();
  const Hdf5Id file = openHdf5File(path);
  Flash flash;
  flash.path = path;
  flash.names = flashNames(file.get(), "unknown names");
  if (flash.names.empty()) throw data::ReadError(path, "expected the names of variables as \"unknown names\"");
  const auto scalars = flashNumbers(file.get());
  if (const auto at = scalars.find("time"); at != scalars.end()) time.values = {at->second};
  time.unit = "s";
  const Hdf5Shape first = hdf5Shape(file.get(), flash.names.front());
  constexpr hsize_t mostCells = 4096;
  if (first.lengths.size() != 4 || *std::max_element(first.lengths.begin() + 1, first.lengths.end()) > mostCells)
    throw data::ReadError(path, "expected blocks x z x y x x values as \"" + flash.names.front() + "\"");
  for (std::size_t axis = 0; axis < 3; ++axis)
    flash.cells[axis] = static_cast<std::int64_t>(first.lengths[3 - axis]);
  placeBlocks(flash, file.get());
  for (const std::string& name : flash.names)
    if (hdf5Shape(file.get(), name).lengths != first.lengths || first.lengths[0] != flash.where.size())
      throw data::ReadError(path, "expected " + std::to_string(flash.where.size()) +
                                      " blocks of the same number of cells as \"" + name + "\"");
  for (const char* name : {"tracer particles", "particles"})
    if (hdf5Shape(file.get(), name).lengths.size() == 2) flash.particles = name;
  if (const std::string geometry = flashTexts(file.get())["geometry"]; !geometry.empty() && geometry != "cartesian")
    parts.info.warnings.push_back("The coordinates are " + geometry + "; they are shown as if they were Cartesian.");
  return flash;
}

vtkSmartPointer<vtkDataObject> loadBlocks(const Flash& flash) {
  const auto amr = makeAmr(flash.origin, flash.levels);
  const std::int64_t cells = flash.cells[0] * flash.cells[1] * flash.cells[2];
  const auto lock = lockHdf5();
  const Hdf5Id file = openHdf5File(flash.path);
  for (const std::string& name : flash.names) {
    const auto all = hdf5Array(flash.path, file.get(), name);
    const auto bytes = static_cast<std::size_t>(cells * all->GetDataTypeSize());
    for (std::size_t b = 0; b < flash.where.size(); ++b) {
      const auto part = vtkSmartPointer<vtkDataArray>::Take(all->NewInstance());
      part->SetName(name.substr(0, name.find_last_not_of(' ') + 1).c_str());
      part->SetNumberOfTuples(cells);
      std::memcpy(part->GetVoidPointer(0), static_cast<const char*>(all->GetVoidPointer(0)) + b * bytes, bytes);
      const auto [level, box] = flash.where[b];
      amr->GetDataSet(level, box)->GetCellData()->AddArray(part);
    }
  }
  return amr;
}

vtkSmartPointer<vtkDataObject> loadParticles(const Flash& flash) {
  const auto lock = lockHdf5();
  const Hdf5Id file = openHdf5File(flash.path);
  const auto rows = hdf5Array(flash.path, file.get(), flash.particles);
  const std::vector<std::string> names = flashNames(file.get(), "particle names");
  if (static_cast<int>(names.size()) != rows->GetNumberOfComponents())
    throw data::ReadError(flash.path, "expected a name for each of the " +
                                          std::to_string(rows->GetNumberOfComponents()) + " numbers of a particle");
  const vtkIdType count = rows->GetNumberOfTuples();
  const auto cloud = vtkSmartPointer<vtkPolyData>::New();
  vtkNew<vtkPoints> points;
  points->SetDataTypeToDouble();
  points->SetNumberOfPoints(count);
  points->GetData()->Fill(0);
  for (std::size_t n = 0; n < names.size(); ++n) {
    if (names[n] == "posx" || names[n] == "posy" || names[n] == "posz") {
      for (vtkIdType i = 0; i < count; ++i)
        points->GetData()->SetComponent(i, names[n][3] - 'x', rows->GetComponent(i, static_cast<int>(n)));
      continue;
    }
    vtkNew<vtkDoubleArray> values;
    values->SetName(names[n].c_str());
    values->SetNumberOfValues(count);
    for (vtkIdType i = 0; i < count; ++i)
      values->SetValue(i, rows->GetComponent(i, static_cast<int>(n)));
    cloud->GetPointData()->AddArray(values);
  }
  cloud->SetPoints(points);
  return cloud;
}

} // namespace

std::shared_ptr<data::Dataset> openFlash(const std::shared_ptr<const File>& file) {
  GridParts parts;
  parts.info.path = file->path();
  parts.info.format = "FLASH";
  GridSpec blocks;
  const Flash flash = headerOf(file->path(), parts, blocks.time);
  blocks.worldUnit = "cm";
  blocks.load = [flash](std::int64_t) { return loadBlocks(flash); };
  if (!flash.particles.empty()) {
    GridSpec particles;
    particles.name = "particles";
    particles.kind = data::GridKind::Particles;
    particles.time = blocks.time;
    particles.worldUnit = blocks.worldUnit;
    particles.load = [flash](std::int64_t) { return loadParticles(flash); };
    parts.grids.push_back(std::move(blocks));
    parts.grids.push_back(std::move(particles));
  } else {
    parts.grids.push_back(std::move(blocks));
  }
  return gridDataset(std::move(parts));
}

} // namespace discern::io
