#include "io/grids/enzo/enzo_reader.h"

#include "io/file_text.h"
#include "io/grids/hdf5/hdf5_read.h"
#include "io/grids/object/amr_boxes.h"
#include "io/grids/object/grid_steps.h"
#include "io/netcdf/hdf5_check.h"
#include "io/netcdf/library_lock.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <vtkCellData.h>
#include <vtkOverlappingAMR.h>
#include <vtkUniformGrid.h>

namespace discern::io {

namespace {

namespace fs = std::filesystem;

struct EnzoGrid {
  int number = 0;
  int level = 0;
  std::array<std::int64_t, 3> cells{1, 1, 1};
  data::Vec3 left{}, right{1, 1, 1};
  std::string file; ///< of its values; empty: none
};
struct Enzo {
  std::string path;
  std::vector<AmrLevel> levels;
  std::vector<std::vector<EnzoGrid>> grids; ///< by level, as the boxes
  data::Vec3 origin{};
  data::TimeAxis time;
};

/// The numbers behind "Key = ".
std::vector<double> numbersOf(const std::string& text) {
  std::istringstream in(text);
  std::vector<double> numbers;
  for (double value = 0; in >> value;)
    numbers.push_back(value);
  return numbers;
}

/// A parameter of the run, from the file that the list belongs to.
double parameter(const std::string& path, const std::string& name, double otherwise) {
  std::ifstream in(fs::path(path).replace_extension());
  for (std::string line; std::getline(in, line);)
    if (line.starts_with(name) && line.find('=') != std::string::npos)
      if (const auto numbers = numbersOf(line.substr(line.find('=') + 1)); !numbers.empty()) return numbers[0];
  return otherwise;
}

std::vector<EnzoGrid> gridsOf(const Candidate& candidate, Enzo& enzo) {
  constexpr std::int64_t most = 1 << 30;
  const auto bytes = candidate.content(most);
  std::istringstream in(std::string(reinterpret_cast<const char*>(bytes.data()), bytes.size()));
  const fs::path folder = fs::path(candidate.path()).parent_path();
  std::vector<EnzoGrid> grids;
  std::array<double, 3> first{}, last{};
  int rank = 0;
  unsigned seen = 0;
  constexpr unsigned needed = 15; // rank, indices and edges
  const auto finish = [&] {
    if (grids.empty()) return;
    EnzoGrid& grid = grids.back();
    const auto fail = [&](const std::string& what) {
      throw data::ReadError(candidate.path(), "grid " + std::to_string(grid.number) + ": " + what);
    };
    if ((seen & needed) != needed)
      fail("expected GridRank, GridStartIndex, GridEndIndex, GridLeftEdge and GridRightEdge");
    for (std::size_t axis = 0; axis < static_cast<std::size_t>(rank); ++axis) {
      const double cells = last[axis] - first[axis] + 1;
      if (!(cells >= 1) || cells > 1e6) fail("expected cells along each axis, found " + numberText(cells));
      grid.cells[axis] = static_cast<std::int64_t>(cells);
      if (!(grid.right[axis] > grid.left[axis]) || !std::isfinite(grid.right[axis] - grid.left[axis]))
        fail("expected its right edge beyond its left one");
    }
  };
  for (std::string line; std::getline(in, line);) {
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos) continue;
    const std::string key = cleanText(line.substr(0, line.find_first_of(" =")));
    const std::string text = line.substr(equals + 1);
    const auto numbers = numbersOf(text);
    if (key == "Grid") {
      finish();
      grids.emplace_back().number = numbers.empty() ? 0 : static_cast<int>(std::clamp(numbers[0], 0.0, 1e9));
      seen = 0;
      continue;
    }
    if (grids.empty()) continue;
    const auto vector = [&](auto& to, unsigned mark) {
      if (rank < 1 || numbers.size() < static_cast<std::size_t>(rank))
        throw data::ReadError(candidate.path(), "grid " + std::to_string(grids.back().number) + ": expected " +
                                                    std::to_string(rank) + " numbers as " + key + ", found \"" +
                                                    cleanText(text) + "\"");
      std::copy_n(numbers.begin(), rank, to.begin());
      seen |= mark;
    };
    if (key == "GridRank") {
      rank = numbers.empty() ? 0 : static_cast<int>(std::clamp(numbers[0], 0.0, 9.0));
      if (rank < 1 || rank > 3)
        throw data::ReadError(candidate.path(), "expected GridRank 1 to 3, found \"" + cleanText(text) + "\"");
    }
    if (key == "GridStartIndex") vector(first, 1);
    if (key == "GridEndIndex") vector(last, 2);
    if (key == "GridLeftEdge") vector(grids.back().left, 4);
    if (key == "GridRightEdge") vector(grids.back().right, 8);
    if (key == "Time" && !numbers.empty() && grids.size() == 1) enzo.time.values = {numbers[0]};
    if (key == "BaryonFileName") {
      std::string name = cleanText(text);
      name.erase(0, name.find_first_not_of(' '));
      grids.back().file = (folder / fs::path(name).filename()).string(); // where it was written is another machine
    }
  }
  finish();
  if (grids.empty()) throw data::ReadError(candidate.path(), "expected lines \"Grid = 1\" and so on, found none");
  return grids;
}

/// Which level a grid is of, by its spacing, and where its box is there.
void place(const std::vector<EnzoGrid>& grids, Enzo& enzo) {
  const int ratio = static_cast<int>(std::clamp(parameter(enzo.path, "RefineBy", 2), 2.0, 64.0));
  const auto spacing = [](const EnzoGrid& grid) {
    data::Vec3 h{};
    for (std::size_t axis = 0; axis < 3; ++axis)
      h[axis] = (grid.right[axis] - grid.left[axis]) / static_cast<double>(grid.cells[axis]);
    return h;
  };
  double coarsest = 0;
  for (const EnzoGrid& grid : grids)
    coarsest = std::max(coarsest, spacing(grid)[0]);
  enzo.origin = grids.front().left;
  constexpr double deepest = 63;
  for (EnzoGrid grid : grids) {
    const auto fail = [&](const std::string& what) {
      throw data::ReadError(enzo.path, "grid " + std::to_string(grid.number) + ": " + what);
    };
    const data::Vec3 h = spacing(grid);
    const double level = std::log(coarsest / h[0]) / std::log(ratio);
    if (!(level < deepest) || std::abs(level - std::round(level)) > 0.01)
      fail("its cells of " + numberText(h[0]) + " are of no level; the coarsest are of " + numberText(coarsest));
    const auto l = static_cast<std::size_t>(std::lround(level));
    if (enzo.levels.size() <= l) {
      enzo.levels.resize(l + 1);
      enzo.grids.resize(l + 1);
    }
    enzo.levels[l].spacing = h;
    enzo.levels[l].ratio = ratio;
    AmrBox box;
    for (std::size_t axis = 0; axis < 3; ++axis) {
      const double lo = (grid.left[axis] - enzo.origin[axis]) / h[axis];
      if (!(std::abs(lo) < 1e8) || std::abs(lo - std::round(lo)) > 0.1)
        fail("its left edge is between cells of its level");
      box.lo[axis] = static_cast<int>(std::lround(lo));
      box.hi[axis] = box.lo[axis] + static_cast<int>(grid.cells[axis]) - 1;
    }
    enzo.levels[l].boxes.push_back(box);
    enzo.grids[l].push_back(grid);
  }
}

vtkSmartPointer<vtkDataObject> load(const Enzo& enzo) {
  for (const auto& level : enzo.grids)
    for (const EnzoGrid& grid : level)
      if (!grid.file.empty()) {
        const File file(grid.file);
        if (hdf5Begin(file) < 0) throw data::ReadError(grid.file, "expected HDF5, which grids of Enzo are read from");
        checkHdf5Length(file);
      }
  const auto lock = lockHdf5();
  const auto amr = makeAmr(enzo.origin, enzo.levels);
  for (unsigned l = 0; l < enzo.grids.size(); ++l)
    for (unsigned i = 0; i < enzo.grids[l].size(); ++i) {
      const EnzoGrid& grid = enzo.grids[l][i];
      if (grid.file.empty()) continue;
      const Hdf5Id file = openHdf5File(grid.file);
      std::string group = std::to_string(grid.number);
      group = "Grid" + std::string(8 - std::min<std::size_t>(group.size(), 8), '0') + group;
      const auto names = hdf5Links(file.get(), group);
      if (names.empty()) throw data::ReadError(grid.file, "expected values as \"" + group + "\"");
      for (const std::string& name : names) {
        const Hdf5Shape shape = hdf5Shape(file.get(), group + "/" + name);
        // Rows of particles have one axis; fields have the grid's, z first.
        if (!shape.type || shape.lengths.size() != 3) continue;
        for (std::size_t axis = 0; axis < 3; ++axis)
          if (static_cast<std::int64_t>(shape.lengths[2 - axis]) != grid.cells[axis])
            throw data::ReadError(grid.file, "\"" + group + "/" + name + "\" has " +
                                                 std::to_string(shape.lengths[2 - axis]) + " cells along axis " +
                                                 std::to_string(axis) + ", the list says " +
                                                 std::to_string(grid.cells[axis]));
        amr->GetDataSet(l, i)->GetCellData()->AddArray(hdf5Array(grid.file, file.get(), group + "/" + name));
      }
    }
  return amr;
}

} // namespace

/// The lines that describe one grid.
bool isEnzo(const Candidate& c) {
  const auto has = [&](std::string_view word) { return c.text().find(word) != std::string_view::npos; };
  return !c.gzip && c.isText() && has("GridRank") && has("GridLeftEdge") && has("GridDimension");
}

std::shared_ptr<data::Dataset> openEnzo(const Candidate& candidate) {
  Enzo enzo;
  enzo.path = candidate.path();
  place(gridsOf(candidate, enzo), enzo);
  GridSpec spec;
  spec.time = enzo.time;
  spec.load = [enzo](std::int64_t) { return load(enzo); };
  GridParts parts;
  parts.info.path = candidate.path();
  parts.info.format = "Enzo";
  parts.info.warnings.emplace_back("Values and lengths are in the code's own units.");
  parts.grids.push_back(std::move(spec));
  return gridDataset(std::move(parts));
}

} // namespace discern::io
