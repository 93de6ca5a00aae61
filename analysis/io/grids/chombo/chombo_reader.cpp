#include "io/grids/chombo/chombo_reader.h"

#include "io/file_text.h"
#include "io/grids/hdf5/hdf5_read.h"
#include "io/grids/object/amr_boxes.h"
#include "io/grids/object/grid_steps.h"
#include "io/netcdf/library_lock.h"

#include <algorithm>
#include <cstring>
#include <vtkCellData.h>
#include <vtkDoubleArray.h>
#include <vtkOverlappingAMR.h>
#include <vtkUniformGrid.h>

namespace discern::io {

namespace {

struct ChomboLevel {
  AmrLevel level;
  std::vector<std::int64_t> offsets; ///< of each box in the level's row of values
  std::array<int, 3> ghost{0, 0, 0}; ///< cells around each box
};
struct Chombo {
  std::string path;
  std::vector<std::string> names;
  std::vector<ChomboLevel> levels;
  data::Vec3 origin{};
  int dimensions = 3;
};

/// Compounds of whole numbers, such as {lo_i, lo_j, lo_k, hi_i, hi_j, hi_k}, as rows of ints.
std::vector<int> compound(hid_t type, hsize_t rows, const std::vector<std::string>& members,
                          const std::function<herr_t(hid_t, void*)>& read) {
  const std::size_t row = members.size() * sizeof(int);
  const Hdf5Id memory(H5Tcreate(H5T_COMPOUND, row), H5Tclose);
  for (std::size_t i = 0; i < members.size(); ++i)
    if (H5Tget_member_index(type, members[i].c_str()) < 0 ||
        H5Tinsert(memory.get(), members[i].c_str(), i * sizeof(int), H5T_NATIVE_INT) < 0)
      return {};
  std::vector<int> values(static_cast<std::size_t>(rows) * members.size());
  if (read(memory.get(), values.data()) < 0) return {};
  return values;
}

std::vector<AmrBox> boxesOf(const Chombo& chombo, hid_t file, const std::string& group) {
  const std::string name = group + "/boxes";
  const Hdf5Id id(H5Dopen2(file, name.c_str(), H5P_DEFAULT), H5Dclose);
  if (!id) throw data::ReadError(chombo.path, "expected boxes as \"" + name + "\"");
  const Hdf5Id type(H5Dget_type(id.get()), H5Tclose);
  const auto lengths = lengthsOf(id.get());
  std::vector<std::string> members{"lo_i", "lo_j", "lo_k", "hi_i", "hi_j", "hi_k"};
  if (chombo.dimensions == 2) members = {"lo_i", "lo_j", "hi_i", "hi_j"};
  if (lengths.size() != 1 || H5Tget_class(type.get()) != H5T_COMPOUND ||
      static_cast<double>(lengths[0]) * static_cast<double>(H5Tget_size(type.get())) >
          static_cast<double>(H5Dget_storage_size(id.get())) * 1100)
    throw data::ReadError(chombo.path, "expected a row of boxes as \"" + name + "\"");
  const auto numbers = compound(type.get(), lengths[0], members, [&](hid_t memory, void* out) {
    return H5Dread(id.get(), memory, H5S_ALL, H5S_ALL, H5P_DEFAULT, out);
  });
  if (numbers.empty() && lengths[0] > 0)
    throw data::ReadError(chombo.path, "the boxes of \"" + name + "\" can't be read");
  std::vector<AmrBox> boxes(static_cast<std::size_t>(lengths[0]));
  const auto dimensions = static_cast<std::size_t>(chombo.dimensions);
  for (std::size_t i = 0; i < boxes.size(); ++i)
    for (std::size_t axis = 0; axis < dimensions; ++axis) {
      boxes[i].lo[axis] = numbers[i * members.size() + axis];
      boxes[i].hi[axis] = numbers[i * members.size() + dimensions + axis];
      if (boxes[i].lo[axis] > boxes[i].hi[axis])
        throw data::ReadError(chombo.path, "box " + std::to_string(i) + " of " + group + " runs from " +
                                               std::to_string(boxes[i].lo[axis]) + " to " +
                                               std::to_string(boxes[i].hi[axis]));
    }
  return boxes;
}

std::array<int, 3> ghostOf(const Chombo& chombo, hid_t file, const std::string& group) {
  std::array<int, 3> ghost{0, 0, 0};
  const std::string object = group + "/data_attributes";
  if (H5Lexists(file, object.c_str(), H5P_DEFAULT) <= 0) return ghost;
  for (const char* name : {"outputGhost", "ghost"}) {
    if (H5Aexists_by_name(file, object.c_str(), name, H5P_DEFAULT) <= 0) continue;
    const Hdf5Id id(H5Aopen_by_name(file, object.c_str(), name, H5P_DEFAULT, H5P_DEFAULT), H5Aclose);
    const Hdf5Id type(H5Aget_type(id.get()), H5Tclose);
    if (H5Tget_class(type.get()) != H5T_COMPOUND) continue;
    std::vector<std::string> members{"intvecti", "intvectj", "intvectk"};
    members.resize(static_cast<std::size_t>(chombo.dimensions));
    const auto numbers =
        compound(type.get(), 1, members, [&](hid_t memory, void* out) { return H5Aread(id.get(), memory, out); });
    for (std::size_t axis = 0; axis < numbers.size(); ++axis)
      ghost[axis] = std::clamp(numbers[axis], 0, 64);
    return ghost;
  }
  return ghost;
}

double grownCells(const ChomboLevel& level, const AmrBox& box) {
  double cells = 1;
  for (std::size_t axis = 0; axis < 3; ++axis)
    cells *= static_cast<double>(box.hi[axis]) - box.lo[axis] + 1 + 2 * level.ghost[axis];
  return cells;
}

Chombo headerOf(const std::string& path, data::TimeAxis& time) {
  const auto lock = lockHdf5();
  const Hdf5Id file = openHdf5File(path);
  const auto number = [&](const char* object, const char* name, double otherwise) {
    const auto values = hdf5Numbers(file.get(), object, name);
    return values.empty() ? otherwise : values[0];
  };
  Chombo chombo;
  chombo.path = path;
  chombo.dimensions = static_cast<int>(number("Chombo_global", "SpaceDim", 3));
  const double levels = number("/", "num_levels", 0), components = number("/", "num_components", 0);
  constexpr double mostLevels = 64, mostComponents = 4096;
  if (chombo.dimensions < 2 || chombo.dimensions > 3 || levels < 1 || levels > mostLevels || components < 1 ||
      components > mostComponents)
    throw data::ReadError(path, "expected 2 or 3 dimensions, levels and components; found " +
                                    std::to_string(chombo.dimensions) + ", " + numberText(levels) + ", " +
                                    numberText(components));
  for (int c = 0; c < static_cast<int>(components); ++c) {
    std::string name = hdf5AttributeText(file.get(), "/", "component_" + std::to_string(c));
    chombo.names.push_back(name.empty() ? "component " + std::to_string(c) : name);
  }
  if (const auto values = hdf5Numbers(file.get(), "/", "time"); !values.empty()) time.values = {values[0]};
  for (int l = 0; l < static_cast<int>(levels); ++l) {
    const std::string group = "level_" + std::to_string(l);
    if (H5Lexists(file.get(), group.c_str(), H5P_DEFAULT) <= 0)
      throw data::ReadError(path, "expected " + numberText(levels) + " levels, found no \"" + group + "\"");
    ChomboLevel& level = chombo.levels.emplace_back();
    const double dx = number(group.c_str(), "dx", 1);
    if (!(dx > 0)) throw data::ReadError(path, "expected a spacing above zero as dx of " + group);
    level.level.spacing = {dx, dx, dx};
    if (const auto vec = hdf5Numbers(file.get(), group, "vec_dx");
        vec.size() >= static_cast<std::size_t>(chombo.dimensions))
      std::copy_n(vec.begin(), chombo.dimensions, level.level.spacing.begin());
    level.level.ratio = std::clamp(static_cast<int>(number(group.c_str(), "ref_ratio", 2)), 1, 64);
    level.level.boxes = boxesOf(chombo, file.get(), group);
    level.ghost = ghostOf(chombo, file.get(), group);
    const Hdf5Shape values = hdf5Shape(file.get(), group + "/data:datatype=0");
    double needed = 0;
    for (const AmrBox& box : level.level.boxes) {
      level.offsets.push_back(static_cast<std::int64_t>(needed));
      needed += grownCells(level, box) * components;
    }
    if (values.lengths.size() != 1 || values.values() < needed)
      throw data::ReadError(path, "the boxes of " + group + " ask for " + numberText(needed) + " values, found " +
                                      numberText(values.lengths.empty() ? 0 : values.values()));
  }
  return chombo;
}

vtkSmartPointer<vtkDataObject> load(const Chombo& chombo) {
  std::vector<AmrLevel> levels;
  for (const ChomboLevel& level : chombo.levels)
    levels.push_back(level.level);
  const auto amr = makeAmr(chombo.origin, levels);
  const auto lock = lockHdf5();
  const Hdf5Id file = openHdf5File(chombo.path);
  for (unsigned l = 0; l < chombo.levels.size(); ++l) {
    const ChomboLevel& level = chombo.levels[l];
    const auto row = hdf5Array(chombo.path, file.get(), "level_" + std::to_string(l) + "/data:datatype=0");
    for (unsigned i = 0; i < level.level.boxes.size(); ++i) {
      const AmrBox& box = level.level.boxes[i];
      std::array<std::int64_t, 3> grown{}, own{};
      for (std::size_t axis = 0; axis < 3; ++axis) {
        own[axis] = std::int64_t{box.hi[axis]} - box.lo[axis] + 1;
        grown[axis] = own[axis] + 2 * level.ghost[axis];
      }
      for (std::size_t c = 0; c < chombo.names.size(); ++c) {
        const std::int64_t begin = level.offsets[i] + static_cast<std::int64_t>(c) * grown[0] * grown[1] * grown[2];
        const auto array = vtkSmartPointer<vtkDoubleArray>::New();
        array->SetName(chombo.names[c].c_str());
        array->SetNumberOfValues(own[0] * own[1] * own[2]);
        std::int64_t to = 0;
        for (std::int64_t z = 0; z < own[2]; ++z)
          for (std::int64_t y = 0; y < own[1]; ++y)
            for (std::int64_t x = 0; x < own[0]; ++x)
              array->SetValue(
                  to++, row->GetComponent(begin + ((z + level.ghost[2]) * grown[1] + y + level.ghost[1]) * grown[0] +
                                              x + level.ghost[0],
                                          0));
        amr->GetDataSet(l, i)->GetCellData()->AddArray(array);
      }
    }
  }
  return amr;
}

} // namespace

std::shared_ptr<data::Dataset> openChombo(const std::shared_ptr<const File>& file) {
  GridSpec spec;
  const Chombo chombo = headerOf(file->path(), spec.time);
  spec.load = [chombo](std::int64_t) { return load(chombo); };
  GridParts parts;
  parts.info.path = file->path();
  parts.info.format = "Chombo";
  if (chombo.dimensions == 2)
    parts.info.warnings.emplace_back("Two dimensions: the cells are as thick as they are wide.");
  parts.grids.push_back(std::move(spec));
  return gridDataset(std::move(parts));
}

} // namespace discern::io
